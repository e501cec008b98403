import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => {
  lab.simulator.faults.clear();
  lab.simulator.oddities.set({
    listedComments: 'whole',
    actionsListedAfter: null,
    actionsAnswered: 'documented',
    commentsNotFound: false,
  });
});
afterAll(() => lab.stop());

const settledMs = 121_000;
const lost = { kind: 'reset', handled: true } as const;

// First: every time that is let pass moves the gateway's clock away from Microsoft's.
describe('a comment that was lost', () => {
  const repeated = async (input: object) => {
    lab.clock.advance(settledMs);
    return (await lab.perform('updateIncidents', { ...input })).told;
  };

  test('X1: words that stood there before are not taken for a change that never arrived', async () => {
    const id = lab.freshIncident();
    const comment = 'By playbook 12';
    await lab.perform('updateIncidents', { incidentIds: [id], status: 'IN_PROGRESS', comment });
    lab.clock.advance(60_000);
    lab.simulator.faults.add({ operation: 'graph.incidents.update', times: 1, effect: { kind: 'reset' } });
    const input = { incidentIds: [id], status: 'RESOLVED', comment, idempotencyKey: `same-${id}` };
    await lab.perform('updateIncidents', input);
    expect(await repeated(input)).toMatchObject([{ outcome: 'UNKNOWN', error: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('X1: nor for the comment of a change that was made', async () => {
    const id = lab.freshIncident();
    const comment = 'By playbook 13';
    await lab.perform('updateIncidents', { incidentIds: [id], status: 'IN_PROGRESS', comment });
    lab.clock.advance(60_000);
    lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', times: 1, effect: { kind: 'reset' } });
    const { told } = await lab.perform('updateIncidents', { incidentIds: [id], status: 'RESOLVED', comment });
    expect(told).toMatchObject([{ outcome: 'PARTLY_DONE', incident: { status: 'RESOLVED' } }]);
  });

  test('X1: an incident that is not found for a while does not get its comment twice', async () => {
    const id = lab.freshIncident();
    lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', times: 1, effect: lost });
    lab.simulator.faults.add({ operation: 'graph.incidents.update', times: 1, effect: { kind: 'slow', delayMs: 300 } });
    const input = { incidentIds: [id], status: 'IN_PROGRESS', comment: 'Only once', idempotencyKey: `hidden-${id}` };
    const before = lab.calls('graph.incidents.comment.create');
    const first = lab.perform('updateIncidents', input);
    // From when it was read on.
    await expect.poll(() => lab.simulator.faults.list()).toHaveLength(1);
    for (const operation of ['graph.incidents.get', 'graph.incidents.list'] as const) {
      lab.simulator.faults.add({ operation, effect: { kind: 'status', status: 404 } });
    }
    expect((await first).told).toMatchObject([{ outcome: 'PARTLY_DONE' }]);
    expect((await lab.perform('updateIncidents', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
    lab.simulator.faults.clear();
    expect((await lab.perform('updateIncidents', input)).told).toMatchObject([
      { outcome: expect.not.stringMatching('FAILED') },
    ]);
    expect(lab.calls('graph.incidents.comment.create') - before).toBe(1);
  });
});

test.each([
  ['tailspin', 'updateIncident', ['getIncident', 'listIncidents']],
  ['contoso', 'graph.incidents.comment.create', ['graph.incidents.get', 'graph.incidents.list']],
] as const)('X1: a comment in %s is not written twice (%s) where no incident is found for long', async (...row) => {
  const [tenant, operation, reads] = row;
  const { incidents } = lab.simulator.world(tenant);
  const id =
    tenant === 'contoso' ? lab.freshIncident() : String(incidents.find(({ status }) => status === 'active')?.id);
  const input = { tenant, incidentIds: [id], comment: 'Only once', idempotencyKey: `long-${id}` };
  const before = lab.calls(operation);
  lab.simulator.faults.add({ operation, times: 1, effect: lost });
  expect((await lab.perform('addComment', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  lab.clock.advance(settledMs);
  for (const read of reads) lab.simulator.faults.add({ operation: read, effect: { kind: 'status', status: 404 } });
  expect((await lab.perform('addComment', input)).told).toMatchObject([
    { outcome: 'FAILED', error: { code: 'NOT_FOUND' } },
  ]);
  expect(lab.calls(operation) - before).toBe(1);
});

test.each(['cut', 'absent'] as const)(
  'X1: a script whose answer is lost runs once where listed comments are %s',
  async (listedComments) => {
    lab.simulator.oddities.set({ listedComments });
    lab.simulator.faults.add({ operation: 'runLiveResponse', times: 1, effect: lost });
    const before = lab.calls('runLiveResponse');
    const commands = [{ type: 'RUN_SCRIPT', scriptName: 'collect-processes.ps1' }];
    const comment = 'Looks for what the beacon left behind on this machine, case 4711';
    const machineIds = [lab.freshMachine().id];
    const input = { machineIds, comment, commands, idempotencyKey: `${listedComments}-comments`, waitSeconds: 0 };
    const first = await lab.perform('runLiveResponse', input);
    lab.clock.advance(settledMs);
    const again = await lab.perform('runLiveResponse', input);
    expect(again.told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(again.told[0]?.action?.actionId).toBe(first.told[0]?.action?.actionId);
    expect(lab.calls('runLiveResponse') - before).toBe(1);
  },
);

describe('a repeat that cannot read its targets', () => {
  type Row = readonly [
    what: string,
    mutation: 'updateIncidents' | 'isolateMachines' | 'cancelMachineActions',
    input: () => Promise<object>,
  ];
  const stuckScan = async (): Promise<string | undefined> => {
    const machine = lab.freshMachine();
    machine.machineTags.push('simulator:stuck');
    const { told } = await lab.perform('scanMachines', { machineIds: [machine.id], comment: 'Weekly' });
    return told[0]?.action?.actionId;
  };
  const rows: readonly Row[] = [
    [
      'tags that were added',
      'updateIncidents',
      async () => ({ incidentIds: [lab.freshIncident()], addTags: ['mine'] }),
    ],
    [
      'a machine that was named',
      'isolateMachines',
      async () => ({ machineIds: [lab.freshMachine().computerDnsName], comment: 'Beaconing' }),
    ],
    [
      'an action that was cancelled',
      'cancelMachineActions',
      async () => ({ actionIds: [await stuckScan()], comment: 'Not now' }),
    ],
  ];
  test.each(rows)('X1: %s is not told as failed', async (what, mutation, inputOf) => {
    const input = { ...(await inputOf()), idempotencyKey: `unread: ${what}` };
    expect((await lab.perform(mutation, input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
    for (const product of ['mde', 'm365d', 'graph'] as const) {
      lab.simulator.faults.add({ product, effect: { kind: 'status', status: 503 } });
    }
    const { told } = await lab.perform(mutation, input);
    expect(told).toMatchObject([{ outcome: expect.stringMatching(/^(DONE|UNKNOWN)$/) }]);
    // Breakers that the faults opened close.
    lab.simulator.faults.clear();
    lab.clock.advance(settledMs);
    await lab.restart();
  });
});

describe('a comment that is answered 404', () => {
  test('X1: alone, it does not say that there is no incident', async () => {
    lab.simulator.oddities.set({ commentsNotFound: true });
    const { told } = await lab.perform('updateIncidents', { incidentIds: [lab.freshIncident()], comment: 'Alone' });
    expect(told).toMatchObject([{ outcome: 'FAILED', error: { code: 'UPSTREAM_REJECTED' } }]);
    const none = await lab.perform('updateIncidents', { incidentIds: ['999999'], comment: 'Alone' });
    expect(none.told).toMatchObject([{ outcome: 'FAILED', incident: null, error: { code: 'NOT_FOUND' } }]);
  });

  test('X1: nor does it when a repeat sends what is left', async () => {
    lab.simulator.oddities.set({ commentsNotFound: true });
    const id = lab.freshIncident();
    const input = { incidentIds: [id], status: 'IN_PROGRESS', comment: 'Left', idempotencyKey: `left-${id}` };
    for (const run of ['first', 'again'] as const) {
      const { told } = await lab.perform('updateIncidents', input);
      expect(told, run).toMatchObject([
        { outcome: 'PARTLY_DONE', incident: { status: 'IN_PROGRESS' }, error: { code: 'UPSTREAM_REJECTED' } },
      ]);
    }
  });
});

describe('a dry run and the action', () => {
  const machineOn = (platform: RegExp): string => {
    const found = lab.simulator
      .world('contoso')
      .machines.find(
        ({ osPlatform, onboardingStatus }) => onboardingStatus === 'Onboarded' && platform.test(osPlatform),
      );
    if (found === undefined) throw new Error(`The estate has no ${platform.source}`);
    return found.id;
  };
  const rows: readonly (readonly [what: string, machine: () => string, isolationType: string])[] = [
    ['a selective isolation on Linux', () => machineOn(/linux/i), 'SELECTIVE'],
    ['a selective isolation of a server', () => machineOn(/server/i), 'SELECTIVE'],
    ['the containing of a machine that is onboarded', () => lab.freshMachine().id, 'UN_MANAGED_DEVICE'],
  ];
  test.each(rows)('X2: both refuse %s', async (_what, machine, isolationType) => {
    const input = { machineIds: [machine()], comment: 'Beaconing', isolationType };
    const error = { code: 'UPSTREAM_REJECTED' };
    expect((await lab.perform('isolateMachines', { ...input, dryRun: true })).told).toMatchObject([{ error }]);
    expect((await lab.perform('isolateMachines', input)).told).toMatchObject([{ action: null, error }]);
  });

  test('X2: both refuse a session that is given no time to wait for another', async () => {
    const machine = lab.freshMachine();
    machine.machineTags.push('simulator:stuck');
    const commands = [{ type: 'RUN_SCRIPT', scriptName: 'collect-processes.ps1' }];
    const input = { machineIds: [machine.id], comment: 'Look', commands, waitSeconds: 0 };
    await lab.perform('runLiveResponse', input);
    const expected = [{ outcome: 'NOT_BEGUN', error: { code: 'CONFLICT' } }];
    expect((await lab.perform('runLiveResponse', { ...input, dryRun: true })).told).toMatchObject(expected);
    expect((await lab.perform('runLiveResponse', input)).told).toMatchObject(expected);
  });
});

test('X1: an action that was taken without its id is shown by a repeat, once it is listed', async () => {
  lab.simulator.oddities.set({ actionsAnswered: 'emptyOk', actionsListedAfter: 60 });
  const input = { machineIds: [lab.freshMachine().id], comment: 'Beaconing', idempotencyKey: 'unnamed' };
  expect((await lab.perform('isolateMachines', input)).told).toMatchObject([{ outcome: 'DONE', action: null }]);
  lab.simulator.oddities.set({ actionsAnswered: 'documented', actionsListedAfter: null });
  const { told } = await lab.perform('isolateMachines', { ...input, waitSeconds: 20 });
  expect(told).toMatchObject([{ outcome: 'DONE', action: { status: 'SUCCEEDED' }, error: null }]);
});

test("X1: a script runs once where the gateway's clock is a quarter of an hour ahead of Microsoft's", async () => {
  lab.clock.advance(900_000);
  await lab.restart();
  lab.simulator.faults.add({ operation: 'runLiveResponse', times: 1, effect: lost });
  lab.simulator.faults.add({ operation: 'listMachineActions', effect: { kind: 'status', status: 403 } });
  const commands = [{ type: 'RUN_SCRIPT', scriptName: 'collect-processes.ps1' }];
  const machineIds = [lab.freshMachine().id];
  const input = { machineIds, comment: 'Look', commands, idempotencyKey: 'ahead', waitSeconds: 0 };
  const before = lab.calls('runLiveResponse');
  expect((await lab.perform('runLiveResponse', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  lab.simulator.faults.clear();
  lab.clock.advance(settledMs);
  await lab.restart();
  expect((await lab.perform('runLiveResponse', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(lab.calls('runLiveResponse') - before).toBe(1);
});
