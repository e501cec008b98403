import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ActionsLab, otherEncryptionKey, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const settledMs = 121_000;
const reset = { kind: 'reset', handled: true } as const;
/** A front end that says so after the service did it. */
const frontEnd = { kind: 'status', status: 503, retryAfter: 1, handled: true } as const;
const commentsOf = (id: string): readonly string[] =>
  lab.simulator
    .world('contoso')
    .incidents.filter((incident) => String(incident.id) === id)
    .flatMap(({ comments }) => comments.map(({ text }) => text));

describe('a change with a comment that fails', () => {
  test.each([404, 403, 500])('X1: %s of the comment is a change that is done in part, and shown', async (status) => {
    const id = lab.freshIncident();
    const effect = { kind: 'status', status } as const;
    lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', effect });
    const { told } = await lab.perform('updateIncidents', {
      incidentIds: [id],
      assignedTo: 'ana@contoso.com',
      comment: 'x',
    });
    expect(told).toMatchObject([
      {
        outcome: 'PARTLY_DONE',
        incident: { assignedTo: 'ana@contoso.com' },
        error: { message: expect.stringContaining('The change was made, but the comment') },
      },
    ]);
    expect(told[0]?.error?.code).not.toBe('NOT_FOUND');
    expect(await lab.audit(id)).toEqual(['PARTLY_DONE', 'INTENDED']);
  });

  test('X1: under the same key the comment alone is sent, once', async () => {
    const id = lab.freshIncident();
    const effect = { kind: 'status', status: 403 } as const;
    lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', times: 1, effect });
    const input = { incidentIds: [id], status: 'IN_PROGRESS', comment: 'Mine now', idempotencyKey: `rest-${id}` };
    await lab.perform('updateIncidents', input);
    const before = lab.calls('graph.incidents.update');
    const again = await lab.perform('updateIncidents', input);
    expect(again.told).toMatchObject([{ outcome: 'DONE', incident: { status: 'IN_PROGRESS' }, error: null }]);
    await lab.perform('updateIncidents', input);
    expect(commentsOf(id).filter((text) => text === 'Mine now')).toHaveLength(1);
    expect(lab.calls('graph.incidents.update')).toBe(before);
  });
});

test('X1: a comment that fails again leaves the change done in part, and is sent once in the end', async () => {
  const id = lab.freshIncident();
  const effect = { kind: 'status', status: 403 } as const;
  lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', times: 2, effect });
  lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', times: 1, effect: reset });
  const input = { incidentIds: [id], status: 'IN_PROGRESS', comment: 'Stubborn', idempotencyKey: `again-${id}` };
  const outcomes: unknown[] = [];
  for (let run = 1; run <= 4; run += 1) {
    const { told } = await lab.perform('updateIncidents', input);
    outcomes.push(told[0]?.outcome, told[0]?.incident?.status);
  }
  // The third is carried out, and its answer is lost: the comment is found.
  expect(outcomes).toEqual(
    ['PARTLY_DONE', 'DONE'].flatMap((outcome) => [outcome, 'IN_PROGRESS', outcome, 'IN_PROGRESS']),
  );
  expect(commentsOf(id).filter((text) => text === 'Stubborn')).toHaveLength(1);
});

describe('the same key again', () => {
  test('X1: an answer that was lost, then reads that fail: the change is not sent again', async () => {
    const id = lab.freshIncident();
    const input = { incidentIds: [id], status: 'RESOLVED', idempotencyKey: `lost-${id}` };
    lab.simulator.faults.add({ operation: 'graph.incidents.update', times: 1, effect: reset });
    expect((await lab.perform('updateIncidents', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
    const before = lab.calls('graph.incidents.update');

    for (const product of ['graph', 'm365d'] as const) {
      lab.simulator.faults.add({ product, effect: { kind: 'status', status: 503 } });
    }
    const blind = await lab.perform('updateIncidents', input);
    expect(blind.told).toMatchObject([{ outcome: 'UNKNOWN', error: { code: 'UPSTREAM_UNAVAILABLE' } }]);

    lab.simulator.faults.clear();
    lab.clock.advance(settledMs);
    const seen = await lab.perform('updateIncidents', input);
    expect(seen.told).toMatchObject([{ outcome: 'DONE', incident: { status: 'RESOLVED' }, error: null }]);
    expect(lab.calls('graph.incidents.update')).toBe(before);
  });

  test('X1: what was surely not sent is tried again, what was done is not', async () => {
    const [a, b] = [lab.freshMachine(), lab.freshMachine()];
    const input = { machineIds: [a.id, b.id], comment: 'Beaconing', idempotencyKey: `throttled-${b.id}` };
    const sentTo = (id: string) =>
      lab.simulator.calls.list({ operation: 'isolateMachine' }).filter(({ path }) => path.includes(id)).length;
    // The first call is refused, whichever it is.
    lab.simulator.faults.add({
      operation: 'isolateMachine',
      times: 1,
      effect: { kind: 'status', status: 429, retryAfter: 600 },
    });
    const first = await lab.perform('isolateMachines', input);
    const failed = first.told.filter(({ error }) => error?.code === 'UPSTREAM_THROTTLED');
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.map(({ outcome }) => outcome)).toEqual(failed.map(() => 'FAILED'));
    lab.clock.advance(601_000);
    const again = await lab.perform('isolateMachines', input);
    expect(again.told.map(({ error }) => error)).toEqual([null, null]);
    const { actions } = lab.simulator.world('contoso');
    for (const machine of [a, b]) expect(actions.filter((action) => action.machine === machine)).toHaveLength(1);
    expect(sentTo(a.id) + sentTo(b.id)).toBe(3 - (failed.length - 1));
  });

  test('X1: what a store kept under another encryptionKey refuses, and nothing is sent', async () => {
    const machine = lab.freshMachine();
    const input = { machineIds: [machine.id], comment: 'Beaconing', idempotencyKey: `key-${machine.id}` };
    const begun = await lab.perform('isolateMachines', input);
    const before = lab.calls('isolateMachine');
    await lab.restart([otherEncryptionKey]);
    const { errors } = await lab.perform('isolateMachines', input);
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
    await lab.restart();
    expect((await lab.perform('isolateMachines', input)).told[0]?.action?.actionId).toBe(
      begun.told[0]?.action?.actionId,
    );
    expect(lab.calls('isolateMachine')).toBe(before);
  });

  test('X1: a key that nothing is remembered of finds what was sent under it', async () => {
    const machine = lab.freshMachine();
    const input = { machineIds: [machine.id], comment: 'Beaconing', idempotencyKey: `forgotten-${machine.id}` };
    const begun = await lab.perform('isolateMachines', input);
    const before = lab.calls('isolateMachine');
    lab.forget('idempotency');
    lab.forget('idempotency-target');
    const again = await lab.perform('isolateMachines', input);
    expect(again.told[0]?.action?.actionId).toBe(begun.told[0]?.action?.actionId);
    expect(lab.calls('isolateMachine')).toBe(before);
  });
});

describe('503 with Retry-After after it was done', () => {
  test('X1: an isolation is looked for, and not sent again', async () => {
    const machine = lab.freshMachine();
    const before = lab.calls('isolateMachine');
    lab.simulator.faults.add({ operation: 'isolateMachine', times: 1, effect: frontEnd });
    const { told } = await lab.perform('isolateMachines', { machineIds: [machine.id], comment: 'Beaconing' });
    expect(told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(lab.calls('isolateMachine') - before).toBe(1);
    expect(await lab.audit(machine.id)).toEqual(['DONE', 'INTENDED']);
  });

  test('X1: a script runs once', async () => {
    const machine = lab.freshMachine();
    const before = lab.calls('runLiveResponse');
    lab.simulator.faults.add({ operation: 'runLiveResponse', times: 1, effect: frontEnd });
    const commands = [{ type: 'RUN_SCRIPT', scriptName: 'collect-processes.ps1' }];
    const { told } = await lab.perform('runLiveResponse', { machineIds: [machine.id], comment: 'Look', commands });
    expect(told).toMatchObject([{ outcome: 'DONE', action: { status: 'SUCCEEDED' }, error: null }]);
    expect(lab.calls('runLiveResponse') - before).toBe(1);
  });

  test('X1: a comment stands once, and the audit does not tell it as failed', async () => {
    const id = lab.freshIncident();
    lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', times: 1, effect: frontEnd });
    const { told } = await lab.perform('updateIncidents', { incidentIds: [id], comment: 'Only once' });
    expect(told).toMatchObject([{ outcome: 'UNKNOWN' }]);
    expect(commentsOf(id).filter((text) => text === 'Only once')).toHaveLength(1);
    expect(await lab.audit(id)).toEqual(['UNKNOWN', 'INTENDED']);
  });
});

describe('an action that was begun and came to nothing', () => {
  test.each(['isolateMachines', 'scanMachines'] as const)('X1: %s says ACTION_FAILED', async (mutation) => {
    const machine = lab.freshMachine();
    machine.machineTags.push('simulator:fail');
    const { told } = await lab.perform(mutation, { machineIds: [machine.id], comment: 'Now', waitSeconds: 20 });
    expect(told).toMatchObject([{ outcome: 'FAILED', action: { status: 'FAILED' }, error: { code: 'ACTION_FAILED' } }]);
    expect(told[0]?.waitedSeconds).toBeGreaterThan(0);
  });

  test('X1: a session whose command fails says ACTION_FAILED', async () => {
    const commands = [{ type: 'GET_FILE', path: 'C:\\missing.txt' }];
    const machineIds = [lab.freshMachine().id];
    const { told } = await lab.perform('runLiveResponse', { machineIds, comment: 'Fetch', commands });
    expect(told).toMatchObject([{ action: { status: 'FAILED' }, error: { code: 'ACTION_FAILED' } }]);
  });
});

test('X1: a wait that is longer than the request may last is cut, and says so', async () => {
  const input = { machineIds: [lab.freshMachine().id], comment: 'Now' };
  const long = await lab.perform('scanMachines', { ...input, waitSeconds: 600 });
  expect(long.told).toMatchObject([{ action: { status: 'SUCCEEDED' } }]);
  expect(long.waitCutTo).toBeGreaterThan(0);
  expect(long.waitCutTo).toBeLessThan(600);
  const machineIds = [lab.freshMachine().id];
  expect((await lab.perform('scanMachines', { ...input, machineIds, waitSeconds: 5 })).waitCutTo).toBeNull();
});
