import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { waitMs, windowAt, windowMs } from '../../src/access/limits/window.ts';

/** One request: when, and how much it counts. */
interface Arrival {
  readonly atMs: number;
  readonly count: number;
}

/** What is let through of these, in order of time, with the counts kept as a store keeps them. */
const letThrough = (arrivals: readonly Arrival[], limit: number): Arrival[] => {
  const counts = new Map<number, number>();
  return arrivals.filter(({ atMs, count }) => {
    const { index, elapsedMs } = windowAt(atMs);
    const counted = counts.get(index) ?? 0;
    if (waitMs({ previous: counts.get(index - 1) ?? 0, counted, elapsedMs }, limit, count) > 0) return false;
    counts.set(index, counted + count);
    return true;
  });
};

const sum = (arrivals: readonly Arrival[]): number => arrivals.reduce((total, { count }) => total + count, 0);

const limits = fc.integer({ min: 1, max: 30 });
/** Bursts at any time, several windows long; many fall right beside a boundary. */
const arrivalsUpTo = (limit: number) => {
  const at = fc.oneof(
    fc.integer({ min: 0, max: 5 * windowMs }),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: -3, max: 3 }))
      .map(([index, ms]) => index * windowMs + ms),
  );
  const burst = fc.tuple(at, fc.integer({ min: 1, max: limit }), fc.integer({ min: 1, max: 40 }));
  return fc
    .array(burst, { maxLength: 12 })
    .map((bursts) =>
      bursts
        .flatMap(([atMs, count, times]) => Array.from({ length: times }, (): Arrival => ({ atMs, count })))
        .sort((a, b) => a.atMs - b.atMs),
    );
};
const question = limits.chain((limit) => fc.record({ limit: fc.constant(limit), arrivals: arrivalsUpTo(limit) }));

describe('the sliding window', () => {
  test('never lets more than the limit through in a whole window', () => {
    fc.assert(
      fc.property(question, ({ limit, arrivals }) => {
        const passed = Map.groupBy(letThrough(arrivals, limit), ({ atMs }) => windowAt(atMs).index);
        for (const inside of passed.values()) expect(sum(inside)).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('lets limit × (1 + L / window) through in an interval of length L, and no more', () => {
    fc.assert(
      fc.property(question, fc.integer({ min: 1, max: windowMs }), ({ limit, arrivals }, lengthMs) => {
        const passed = letThrough(arrivals, limit);
        for (const { atMs: from } of passed) {
          const inside = passed.filter(({ atMs }) => atMs >= from && atMs < from + lengthMs);
          expect(sum(inside)).toBeLessThanOrEqual(limit * (1 + lengthMs / windowMs));
        }
      }),
    );
  });

  test('lets everything through that comes evenly, one short of the limit', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: windowMs }), (rate, startMs) => {
        const arrivals = Array.from({ length: 4 * rate }, (_, index) => ({
          atMs: startMs + Math.ceil((index * windowMs) / rate),
          count: 1,
        }));
        expect(letThrough(arrivals, rate + 1)).toHaveLength(arrivals.length);
      }),
    );
  });

  test('names the very millisecond from which a request would be let through', () => {
    const counts = limits.chain((limit) =>
      fc.record({
        limit: fc.constant(limit),
        count: fc.integer({ min: 1, max: limit }),
        previous: fc.integer({ min: 0, max: limit }),
        counted: fc.integer({ min: 0, max: limit }),
        elapsedMs: fc.integer({ min: 0, max: windowMs - 1 }),
      }),
    );
    fc.assert(
      fc.property(counts, ({ limit, count, previous, counted, elapsedMs }) => {
        const waitAt = (laterMs: number): number => {
          const { index, elapsedMs: then } = windowAt(elapsedMs + laterMs);
          const known = [previous, counted, 0, 0];
          return waitMs({ previous: known[index] ?? 0, counted: known[index + 1] ?? 0, elapsedMs: then }, limit, count);
        };
        const wait = waitAt(0);
        expect(wait).toBeLessThanOrEqual(2 * windowMs);
        expect(waitAt(wait)).toBe(0);
        if (wait > 0) expect(waitAt(wait - 1)).toBeGreaterThan(0);
      }),
    );
  });
});
