import type { Clock } from '../clock.ts';

/** Counters of one process. */
export interface Counters {
  /** Adds `by` and tells the sum; a counter begins at 0 and ends `ttlMs` after its first count, however often it grows. */
  increment(key: string, ttlMs: number, by: number): number;
}

/** Counters that have ended are dropped at most this often, as part of a count. */
const sweepIntervalMs = 60_000;

/** At some 150 bytes each. Beyond it the oldest goes: callers cannot fill the memory by coming under many names. */
const mostCounters = 100_000;

interface Counter {
  count: number;
  readonly endsAtMs: number;
}

/**
 * Counters in the memory of the process. A file of SQLite belongs to one process, and a count is worth nothing after a
 * restart: writing it to the disk, with a sync each time, would cost more than what is counted.
 */
export const createCounters = (clock: Clock): Counters => {
  // In the order of their beginning.
  const counters = new Map<string, Counter>();
  let sweptAtMs = clock.now();
  const sweep = (now: number): void => {
    if (now - sweptAtMs < sweepIntervalMs) return;
    sweptAtMs = now;
    for (const [key, { endsAtMs }] of counters) if (endsAtMs <= now) counters.delete(key);
  };
  const begin = (key: string, endsAtMs: number): Counter => {
    const [oldest] = counters.size < mostCounters ? [] : counters.keys();
    if (oldest !== undefined) counters.delete(oldest);
    const counter = { count: 0, endsAtMs };
    counters.set(key, counter);
    return counter;
  };
  return {
    increment: (key, ttlMs, by) => {
      const now = clock.now();
      sweep(now);
      const known = counters.get(key);
      if (known !== undefined && known.endsAtMs <= now) counters.delete(key);
      const counter = known === undefined || known.endsAtMs <= now ? begin(key, now + ttlMs) : known;
      counter.count += by;
      return counter.count;
    },
  };
};
