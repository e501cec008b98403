import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

/** A tenant whose incidents are M365D's, and whose alerts are Defender for Endpoint's. */
const tenant = 'tailspin';
const settledMs = 121_000;
const lost = [
  ['a reset', { kind: 'reset', handled: true }],
  ['503 of a front end', { kind: 'status', status: 503, retryAfter: 1, handled: true }],
  ['500', { kind: 'status', status: 500, handled: true }],
] as const;

const incidentIds = (): readonly string[] =>
  lab.simulator
    .world(tenant)
    .incidents.filter(({ status }) => status === 'active')
    .map(({ id }) => String(id));
const alertIds = (count: number): readonly string[] =>
  lab.simulator
    .world(tenant)
    .alerts.filter(
      ({ serviceSource, status }) => serviceSource === 'microsoftDefenderForEndpoint' && status !== 'resolved',
    )
    .slice(0, count)
    .map(({ id }) => id);

test.each(lost)('X1: an incident through M365D, whose answer is lost by %s, is changed once', async (what, effect) => {
  const [id = ''] = incidentIds();
  const comment = `Mine, after ${what}`;
  const input = { tenant, incidentIds: [id], status: 'IN_PROGRESS', comment, idempotencyKey: `m365d-${id}` };
  lab.simulator.faults.add({ operation: 'updateIncident', tenant, times: 1, effect });
  expect((await lab.perform('updateIncidents', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  lab.clock.advance(settledMs);
  expect((await lab.perform('updateIncidents', input)).told).toMatchObject([
    { outcome: 'DONE', incident: { status: 'IN_PROGRESS' }, error: null },
  ]);
  const found = lab.simulator.world(tenant).incidents.find((incident) => String(incident.id) === id);
  expect(found?.comments.filter(({ text }) => text === comment)).toHaveLength(1);
});

test.each([1, 3])('X1: %i alerts through MDE, whose answer is lost, are changed once', async (count) => {
  const ids = alertIds(count);
  const operation = count === 1 ? 'updateAlert' : 'batchUpdateAlerts';
  const input = { tenant, alertIds: ids, status: 'RESOLVED', idempotencyKey: `mde-${count}` };
  lab.simulator.faults.add({ operation, tenant, times: 1, effect: lost[1][1] });
  const before = lab.calls(operation);
  const outcomes = async () => (await lab.perform('updateAlerts', input)).told.map(({ outcome }) => outcome);
  expect(await outcomes()).toEqual(ids.map(() => 'UNKNOWN'));
  expect(await outcomes()).toEqual(ids.map(() => 'DONE'));
  expect(lab.calls(operation) - before).toBe(1);
});

test('X1: alerts that cannot be read before a batch are not sent, and said so', async () => {
  lab.simulator.faults.add({ operation: 'listAlerts', tenant, effect: { kind: 'status', status: 503 } });
  lab.simulator.faults.add({ operation: 'getAlert', tenant, effect: { kind: 'status', status: 503 } });
  const { told } = await lab.perform('updateAlerts', { tenant, alertIds: alertIds(2), status: 'IN_PROGRESS' });
  expect(told).toMatchObject([{ outcome: 'FAILED' }, { outcome: 'FAILED' }]);
  expect(told[0]?.error?.message).not.toContain('may or may not');
});

test.each(lost)('X1: a cancellation whose answer is lost by %s is done', async (_what, effect) => {
  const machine = lab.freshMachine();
  machine.machineTags.push('simulator:stuck');
  const begun = await lab.perform('scanMachines', { machineIds: [machine.id], comment: 'Weekly' });
  const actionId = begun.told[0]?.action?.actionId ?? '';
  lab.simulator.faults.add({ operation: 'cancelMachineAction', times: 1, effect });
  const { told } = await lab.perform('cancelMachineActions', { actionIds: [actionId], comment: 'Not now' });
  expect(told).toMatchObject([{ outcome: 'DONE', action: { status: 'CANCELLED' }, error: null }]);
  expect(await lab.audit(actionId)).toEqual(['DONE', 'INTENDED']);
});
