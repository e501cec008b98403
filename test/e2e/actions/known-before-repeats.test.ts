import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ActionsLab, startActionsLab } from './lab.ts';

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
const reads = ['graph.incidents.get', 'graph.incidents.list'];
const incident = (id: string) => {
  const found = lab.simulator.world('contoso').incidents.find((one) => String(one.id) === id);
  if (found === undefined) throw new Error('There is no such incident');
  return found;
};
const mergeAway = (id: string): void => {
  Object.assign(incident(id), { redirectIncidentId: Number(lab.freshIncident()), status: 'redirected' });
};

/** A change that is made, and whose answer is lost, while reads go on to show what was before. */
const lose = async (change: Readonly<Record<string, unknown>>) => {
  const id = lab.freshIncident();
  const input = { incidentIds: [id], idempotencyKey: `lost-${id}`, ...change };
  lab.simulator.oddities.set({ oldReads: reads });
  const effect = { kind: 'reset', handled: true } as const;
  lab.simulator.faults.add({ operation: 'graph.incidents.update', times: 1, effect });
  expect((await lab.perform('updateIncidents', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  const sent = lab.calls('graph.incidents.update');
  const repeat = async () => {
    const { told } = await lab.perform('updateIncidents', input);
    expect(lab.calls('graph.incidents.update')).toBe(sent);
    return told;
  };
  return { id, repeat };
};

test('X1: a change that the search does not see yet and the look before it does is the earlier run’s', async () => {
  const { id, repeat } = await lose({ status: 'IN_PROGRESS' });
  lab.clock.advance(settledMs);
  await expect.poll(() => lab.audit(id)).toEqual(['NOT_BEGUN', 'UNKNOWN', 'INTENDED']);
  lab.simulator.faults.add({ operation: 'graph.incidents.get', times: 2, effect: { kind: 'slow', delayMs: 300 } });
  const repeated = repeat();
  // The second read is on its way.
  await expect.poll(() => lab.simulator.faults.list()).toEqual([]);
  lab.simulator.oddities.reset();
  expect(await repeated).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(await lab.audit(id)).toEqual(['DONE', 'NOT_BEGUN', 'UNKNOWN', 'INTENDED']);
});

test('X1: whether an incident was changed before it was merged into another, it does not show', async () => {
  const { id, repeat } = await lose({ status: 'RESOLVED' });
  mergeAway(id);
  lab.simulator.oddities.reset();
  lab.clock.advance(settledMs);
  expect(await repeat()).toMatchObject([{ outcome: 'UNKNOWN', error: { code: 'CONFLICT' } }]);
  expect(await lab.audit(id)).toEqual(['REFUSED', 'UNKNOWN', 'INTENDED']);
});

test('X1: what a read does not find may have been changed a moment ago all the same', async () => {
  const { id, repeat } = await lose({ addTags: ['kept'] });
  lab.simulator.oddities.reset();
  const unknown = { kind: 'status', status: 404 } as const;
  lab.simulator.faults.add({ operation: 'graph.incidents.get', times: 1, effect: unknown });
  expect(await repeat()).toMatchObject([{ outcome: 'UNKNOWN', error: { code: 'CONFLICT' } }]);
  expect(await repeat()).toMatchObject([{ outcome: 'DONE' }]);
  expect(incident(id).tags).toContain('kept');
});

test('X1: a part that is done stays told where the rest is refused', async () => {
  const id = lab.freshIncident();
  const input = { incidentIds: [id], status: 'RESOLVED', comment: 'Half', idempotencyKey: `half-${id}` };
  lab.simulator.oddities.set({ commentsNotFound: true });
  expect((await lab.perform('updateIncidents', input)).told).toMatchObject([{ outcome: 'PARTLY_DONE' }]);
  lab.simulator.oddities.reset();
  mergeAway(id);
  const { told } = await lab.perform('updateIncidents', input);
  expect(told).toMatchObject([{ outcome: 'PARTLY_DONE', error: { code: 'CONFLICT' } }]);
});

test('X1: what was refused for having been merged into another is refused again', async () => {
  const [id, merged] = [lab.freshIncident(), lab.freshIncident()];
  mergeAway(merged);
  const input = { incidentIds: [id, merged], status: 'IN_PROGRESS', idempotencyKey: `again-${id}` };
  for (const _ of [1, 2]) {
    const { told } = await lab.perform('updateIncidents', input);
    expect(told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'REFUSED', error: { code: 'CONFLICT' } }]);
  }
});
