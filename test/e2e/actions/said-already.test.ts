import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OddityChanges } from '../../../src/simulator/index.ts';
import { scanDefinitionsOf } from '../../../src/simulator/mde/scans.ts';
import { type ActionsLab, type Mutation, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => {
  lab.simulator.faults.clear();
  lab.simulator.oddities.reset();
});
afterAll(() => lab.stop());

const settledMs = 121_000;
const lost = { kind: 'reset', handled: true } as const;
const world = () => lab.simulator.world('contoso');

/** A machine on which an action goes on until it is let end. */
const busyMachine = (): string => {
  const machine = lab.freshMachine();
  machine.machineTags.push('simulator:stuck');
  return machine.id;
};
const alertId = (): string => {
  const incidentId = lab.freshIncident();
  return world().alerts.find((alert) => String(alert.incidentId) === incidentId)?.id ?? alertId();
};
const newFile = (fileName: string) => ({ fileName, contentBase64: Buffer.from(fileName).toString('base64') });

interface Row {
  readonly mutation: Mutation;
  readonly operation: string;
  readonly input: () => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
  /** Asks for what is to be old, where a dry run does not. */
  readonly prime?: (input: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** What hides it. */
  readonly hidden: OddityChanges;
  /** What the second call is refused with, where the simulator would take it. */
  readonly says?: { readonly status: number; readonly code: string; readonly message: string };
}

const machines = (mutation: Mutation, operation: string, more: object = {}): Row => ({
  ...{ mutation, operation, hidden: { actionsListedAfter: 86_400 } },
  input: () => ({ machineIds: [busyMachine()], comment: 'Now', ...more }),
});
const conflict = { status: 409, code: 'Conflict', message: 'The resource is in that state already.' };

const rows: Readonly<Record<string, Row>> = {
  'an investigation': {
    ...{ mutation: 'startInvestigation', operation: 'startInvestigation' },
    hidden: { oldReads: ['listInvestigations'] },
    says: { status: 400, code: 'ActiveRequestAlreadyExists', message: 'Action is already in progress' },
    input: () => ({ machineIds: [lab.freshMachine().id], comment: 'Now' }),
  },
  'an alert': {
    ...{ mutation: 'createAlert', operation: 'createAlertByReference', says: conflict },
    hidden: { oldReads: ['listMachineAlerts'] },
    input: async () => {
      const [event] = await lab.hunt('DeviceProcessEvents | take 1 | project DeviceId, ReportId, Timestamp');
      return {
        ...{ machineId: event?.DeviceId, reportId: String(event?.ReportId), eventTime: event?.Timestamp },
        ...{ severity: 'HIGH', category: 'EXECUTION', title: 'Hidden', description: 'x', recommendedAction: 'x' },
      };
    },
    prime: async (input) => {
      lab.simulator.oddities.set({ actionsAnswered: 'emptyOk' });
      await lab.perform('createAlert', { ...input, title: 'Another' });
      lab.simulator.oddities.set({ actionsAnswered: 'documented' });
    },
  },
  'a file of the library': {
    ...{ mutation: 'uploadLibraryFile', operation: 'uploadLibraryFile', hidden: { oldReads: ['listLibraryFiles'] } },
    input: () => newFile('hidden.ps1'),
  },
  'a file of the library, by 409': {
    ...{ mutation: 'uploadLibraryFile', operation: 'uploadLibraryFile' },
    hidden: { oldReads: ['listLibraryFiles'], libraryNameTaken: 'conflict' },
    input: () => newFile('hidden-conflict.ps1'),
  },
  'a file that is gone': {
    ...{ mutation: 'deleteLibraryFile', operation: 'deleteLibraryFile', hidden: { oldReads: ['listLibraryFiles'] } },
    input: async () => {
      await lab.perform('uploadLibraryFile', newFile('going.ps1'));
      return { fileName: 'going.ps1' };
    },
  },
  'an indicator that is gone': {
    ...{ mutation: 'deleteIndicators', operation: 'deleteIndicator', hidden: { oldReads: ['listIndicators'] } },
    input: () => ({
      indicatorIds: world()
        .indicators.slice(-1)
        .map(({ id }) => String(id)),
    }),
    says: { status: 404, code: 'ResourceNotFound', message: 'There is no such indicator.' },
  },
  'a scan that is gone': {
    mutation: 'deleteScanDefinitions',
    operation: 'batchDeleteScanDefinitions',
    hidden: { oldReads: ['listScanDefinitions'] },
    input: () => ({
      scanDefinitionIds: scanDefinitionsOf(world())
        .slice(-1)
        .map(({ id }) => id),
    }),
  },
  'incidents that are one': {
    ...{ mutation: 'mergeIncidents', operation: 'graph.incidents.merge' },
    hidden: { oldReads: ['graph.incidents.get', 'graph.incidents.list'] },
    input: () => ({ incidentIds: [lab.freshIncident(), lab.freshIncident()] }),
  },
  'an alert in another incident': {
    ...{ mutation: 'moveAlerts', operation: 'graph.alerts.move', says: conflict },
    hidden: { oldReads: ['graph.alerts.get', 'graph.alerts.list'] },
    input: () => ({ alertIds: [alertId()], incidentId: lab.freshIncident(), comment: 'One story' }),
  },
  'the status of an incident': {
    ...{ mutation: 'updateIncidents', operation: 'graph.incidents.update', says: conflict },
    hidden: { oldReads: ['graph.incidents.get', 'graph.incidents.list'] },
    input: () => ({ incidentIds: [lab.freshIncident()], status: 'IN_PROGRESS' }),
  },
  'an isolation under way': machines('isolateMachines', 'isolateMachine'),
  'a scan under way': machines('scanMachines', 'runAntivirusScan'),
  'a session': machines('runLiveResponse', 'runLiveResponse', {
    ...{ waitSeconds: 0, commands: [{ type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1' }] },
  }),
};

/** What was made just now, by the clock of the gateway, which the time that was let pass has moved on. */
const bringTimesTogether = (): void => {
  const now = new Date(lab.clock.now()).toISOString();
  const [alert, investigation] = [world().alerts[0], world().investigations[0]];
  if (alert?.detectorId === 'created-by-reference') Object.assign(alert, { createdAt: now, updatedAt: now });
  if (investigation !== undefined) Object.assign(investigation, { startedAt: now });
};

/** Sends it, loses the answer, and lets the time pass after which it counts as not begun. */
const lose = async ({ mutation, operation, input: inputOf, hidden, says, prime }: Row) => {
  const given = await inputOf();
  const input = { ...given, idempotencyKey: `hidden-${Math.random()}` };
  lab.simulator.oddities.set(hidden);
  // What is read before it is what is shown from then on.
  await (prime === undefined ? lab.perform(mutation, { ...given, dryRun: true }) : prime(given));
  const before = lab.calls(operation);
  lab.simulator.faults.add({ operation, times: 1, effect: lost });
  expect((await lab.perform(mutation, input)).told).toEqual(
    Array(mutation === 'mergeIncidents' ? 2 : 1).fill(expect.objectContaining({ outcome: 'UNKNOWN' })),
  );
  bringTimesTogether();
  lab.clock.advance(settledMs);
  if (says !== undefined) lab.simulator.faults.add({ operation, times: 1, effect: { kind: 'status', ...says } });
  const repeat = async () => {
    const { told } = await lab.perform(mutation, input);
    return { outcomes: [...new Set(told.map(({ outcome }) => outcome))], error: told[0]?.error ?? null };
  };
  return { repeat, sent: () => lab.calls(operation) - before };
};

describe('what an earlier run did and nothing shows, so that Microsoft refuses the repeat', () => {
  test.each(Object.entries(rows))('X1: %s: the repeat does not know; once it shows, it is done', async (_what, row) => {
    const { repeat, sent } = await lose(row);
    expect(await repeat()).toMatchObject({
      outcomes: ['UNKNOWN'],
      error: { code: 'CONFLICT', retryAfterSeconds: 120 },
    });
    expect(sent()).toBe(2);
    lab.simulator.oddities.reset();
    expect(await repeat()).toEqual({ outcomes: ['DONE'], error: null });
    expect(sent()).toBe(2);
  });

  test('X1: what shows by the time of the refusal is done, and the audit tells it of the call that did it', async () => {
    const fileName = 'shown-late.ps1';
    const { repeat, sent } = await lose({
      ...{ mutation: 'uploadLibraryFile', operation: 'uploadLibraryFile', hidden: { oldReads: ['listLibraryFiles'] } },
      input: () => newFile(fileName),
    });
    lab.simulator.faults.add({ operation: 'uploadLibraryFile', times: 1, effect: { kind: 'slow', delayMs: 300 } });
    const repeated = repeat();
    await expect.poll(() => lab.simulator.faults.list()).toEqual([]);
    lab.simulator.oddities.reset();
    expect(await repeated).toEqual({ outcomes: ['DONE'], error: null });
    expect(await lab.audit(fileName)).toEqual(['FAILED', 'DONE', 'INTENDED', 'NOT_BEGUN', 'UNKNOWN', 'INTENDED']);
    expect(await repeat()).toEqual({ outcomes: ['DONE'], error: null });
    expect(sent()).toBe(2);
  });

  test('X1: another file of the name, which came since, is no upload of ours', async () => {
    const { repeat } = await lose({
      ...{ mutation: 'uploadLibraryFile', operation: 'uploadLibraryFile', hidden: { oldReads: ['listLibraryFiles'] } },
      input: () => newFile('taken.ps1'),
    });
    world().libraryFiles.delete('taken.ps1');
    lab.simulator.oddities.reset();
    await lab.perform('uploadLibraryFile', { ...newFile('other'), fileName: 'taken.ps1' });
    expect(await repeat()).toMatchObject({ outcomes: ['REFUSED'], error: { code: 'CONFLICT' } });
  });

  test('X1: what was surely never sent before is FAILED, as ever', async () => {
    const [busy, throttled] = [busyMachine(), lab.freshMachine().id];
    const input = { machineIds: [busy, throttled], comment: 'Now', idempotencyKey: `never-${busy}` };
    const wait = { kind: 'status', status: 429, retryAfter: 600 } as const;
    lab.simulator.faults.add({ operation: 'isolateMachine', times: 1, effect: wait });
    const { told: first } = await lab.perform('isolateMachines', input);
    const late = first.findIndex(({ outcome }) => outcome === 'FAILED');
    lab.clock.advance(601_000);
    const refused = { kind: 'status', ...conflict } as const;
    lab.simulator.faults.add({ operation: 'isolateMachine', effect: refused });
    expect((await lab.perform('isolateMachines', input)).told[late]).toMatchObject({ outcome: 'FAILED' });
  });
});
