import { expect, test } from 'vitest';
import { runRollingRestart } from '../rolling-restart/run.ts';

test('D3: a rolling restart of two replicas fails no request of callers who never try again', async () => {
  const { requests, failures, exitCodes } = await runRollingRestart({ callers: 10, drainSeconds: 2 });
  expect(failures).toEqual({});
  expect(requests).toBeGreaterThan(100);
  expect(exitCodes).toEqual([0, 0]);
}, 90_000);
