import { expect, test } from 'vitest';
import { committedScope, lookScope } from '../../../src/actions/committed-scope.ts';
import { createManualClock, createTestScope } from './support.ts';

test.each([300_000, 15_000, 10_000, 1000, 1, 0])(
  'with %s ms left an action ends in time to be looked for, by whole milliseconds as timers want them',
  (leftMs) => {
    const clock = createManualClock();
    const { scope, leave } = createTestScope(clock, leftMs);
    const committed = committedScope(scope, clock);
    expect(Number.isInteger(committed.deadline)).toBe(true);
    expect(scope.deadline - committed.deadline).toBe(Math.min(5000, Math.floor(leftMs / 3)));
    leave();
    expect(committed.signal.aborted).toBe(false);
    expect(lookScope(scope, clock).deadline).toBe(Math.max(scope.deadline, clock.now() + 5000));
  },
);
