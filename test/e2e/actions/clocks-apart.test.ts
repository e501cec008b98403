import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ActionsLab, type Mutation, startActionsLab } from './lab.ts';

const settledMs = 121_000;
const lost = { kind: 'reset', handled: true } as const;

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
  lab.clock.advance(900_000);
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const alertId = (): string => {
  const { alerts } = lab.simulator.world('contoso');
  const incidentId = lab.freshIncident();
  return alerts.find((alert) => String(alert.incidentId) === incidentId)?.id ?? alertId();
};

const newAlert = async (title: string) => {
  const [event] = await lab.hunt('DeviceProcessEvents | take 1 | project DeviceId, ReportId, Timestamp');
  return {
    ...{ machineId: event?.DeviceId, reportId: String(event?.ReportId), eventTime: event?.Timestamp, title },
    ...{ severity: 'HIGH', category: 'EXECUTION', description: 'x', recommendedAction: 'x' },
  };
};

describe("where the gateway's clock is a quarter of an hour ahead of Microsoft's", () => {
  const comment = 'By playbook 12';
  type Input = Readonly<Record<string, unknown>>;
  const rows: readonly (readonly [Mutation, operation: string, input: () => Input | Promise<Input>])[] = [
    ['createAlert', 'createAlertByReference', () => newAlert('By playbook 12')],
    ['addComment', 'graph.incidents.comment.create', () => ({ incidentIds: [lab.freshIncident()], comment })],
    ['moveAlerts', 'graph.alerts.move', () => ({ alertIds: [alertId()], comment })],
    ['startInvestigation', 'startInvestigation', () => ({ machineIds: [lab.freshMachine().id], comment })],
  ];
  test.each(rows)('X1: %s, whose answer is lost, is not sent again', async (mutation, operation, inputOf) => {
    const input = { ...(await inputOf()), idempotencyKey: `ahead-${mutation}` };
    const before = lab.calls(operation);
    lab.simulator.faults.add({ operation, times: 1, effect: lost });
    expect((await lab.perform(mutation, input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
    // It has ended meanwhile, so that it is not found under way.
    for (const one of lab.simulator.world('contoso').investigations) {
      Object.assign(one, { endTime: new Date().toISOString(), state: 'Benign' });
    }
    lab.clock.advance(settledMs);
    expect((await lab.perform(mutation, input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
    expect(lab.calls(operation) - before).toBe(1);
  });
});
