import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWindows, partsOfWindow, type Window } from '../../src/store/windows.ts';
import { createStoppedClock } from '../unit/store/support.ts';

const ms = 60_000;
const partMs = ms / partsOfWindow;

/** One taking: how long after the one before, and how much. */
const takings = (limit: number) =>
  fc.array(
    fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 55_000, max: 70_000 })),
      amount: fc.integer({ min: 1, max: limit }),
    }),
    { maxLength: 80 },
  );

const question = fc
  .integer({ min: 1, max: 20 })
  .chain((limit) => fc.record({ limit: fc.constant(limit), asked: takings(limit), startMs: fc.integer({ max: ms }) }));

interface Passed {
  readonly atMs: number;
  readonly amount: number;
}

const sumSince = (passed: readonly Passed[], sinceMs: number): number =>
  passed.reduce((sum, { atMs, amount }) => (atMs > sinceMs ? sum + amount : sum), 0);

describe('a sliding window', () => {
  test('never gives more than its limit in any time of its length, and never waits for more than one part too long', () => {
    fc.assert(
      fc.property(question, ({ limit, asked, startMs }) => {
        const clock = createStoppedClock(1_000_000_000_000 + Math.abs(startMs));
        const counted = createWindows(clock);
        const passed: Passed[] = [];
        for (const { afterMs, amount } of asked) {
          clock.advance(afterMs);
          const nowMs = clock.now();
          const { waitMs } = counted.take('k', amount, [{ limit, ms }]);
          if (waitMs === 0) passed.push({ atMs: nowMs, amount });
          expect(sumSince(passed, nowMs - ms)).toBeLessThanOrEqual(limit);
          // Refused: with one part more there is no room, by an exact count.
          if (waitMs > 0) expect(sumSince(passed, nowMs - ms - partMs) + amount).toBeGreaterThan(limit);
        }
      }),
    );
  });

  test('who waits as long as was told gets it, and not a millisecond sooner', () => {
    fc.assert(
      fc.property(question, ({ limit, asked, startMs }) => {
        const clock = createStoppedClock(1_000_000_000_000 + Math.abs(startMs));
        const counted = createWindows(clock);
        const windows: readonly Window[] = [
          { limit, ms },
          { limit: 3 * limit, ms: 10 * ms },
        ];
        for (const { afterMs, amount } of asked) {
          clock.advance(afterMs);
          const { waitMs } = counted.take('k', amount, windows);
          if (waitMs === 0) continue;
          clock.advance(waitMs - 1);
          expect(counted.look('k', amount, windows).waitMs).toBe(1);
          clock.advance(1);
          expect(counted.take('k', amount, windows).waitMs).toBe(0);
        }
      }),
    );
  });

  test('of a clock that was set back waits for no more than its length, and lets no more through', () => {
    fc.assert(
      fc.property(question, fc.integer({ min: 1, max: 7_200_000 }), ({ limit, asked, startMs }, backMs) => {
        const clock = createStoppedClock(1_000_000_000_000 + Math.abs(startMs));
        const counted = createWindows(clock);
        const windows: readonly Window[] = [{ limit, ms }];
        for (const { afterMs, amount } of asked) {
          clock.advance(afterMs);
          counted.take('k', amount, windows);
        }
        const { windows: [before] = [] } = counted.look('k', 0, windows);
        counted.hold('held', 20_000, 'said');
        clock.advance(-backMs);
        expect(counted.look('k', 0, windows).windows[0]?.left).toBe(before?.left);
        expect(counted.look('k', limit, windows).waitMs).toBeLessThanOrEqual(ms + partMs);
        expect(counted.look('held', 1, []).heldMs).toBeLessThanOrEqual(20_000);
        clock.advance(ms + partMs);
        expect(counted.take('k', limit, windows).waitMs).toBe(0);
        expect(counted.take('held', 1, []).waitMs).toBe(0);
      }),
    );
  });
});
