import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StallPoint } from '../redis-stalls/proxy.ts';
import { startStallLab } from '../redis-stalls/run.ts';

let lab: Awaited<ReturnType<typeof startStallLab>>;
beforeAll(async () => {
  lab = await startStallLab();
});
afterAll(() => lab.stop());

/** All of them: `npm run redis-stalls`. */
const some: readonly StallPoint[] = [
  { stall: 'late', name: 'idempotency written', nth: 1 },
  { stall: 'late', name: 'journal written', nth: 1 },
  { stall: 'hangs', name: 'audit INTENDED', nth: 1 },
  { stall: 'cutAfter', name: 'audit INTENDED', nth: 1 },
  { stall: 'hangs', name: 'audit DONE', nth: 1 },
  { stall: 'OOM', name: 'idempotency-target written', nth: 1 },
  { stall: 'READONLY', name: 'journal deleted', nth: 1 },
];

test('X3: what an approval did is told, though the store does not answer afterwards', async () => {
  const { first, faults } = await lab.run('approveAction', { stall: 'hangs', name: 'audit DONE', nth: 2 });
  expect(faults).toEqual([]);
  expect(first.targets).toMatchObject([{ outcome: 'DONE', error: null }]);
});

test.each(some)(
  'X1: Redis $stall at "$name": the action is done once, and the audit has one end of it',
  async (point) => {
    const { faults } = await lab.run('isolateMachines', point);
    expect(faults).toEqual([]);
  },
);
