import type { Clock } from '../../clock.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Space } from '../../store/space.ts';
import { waitMs, windowAt } from './window.ts';

/** Counts what happens under a name, together with all replicas. */
export interface Rate {
  /**
   * Counts `count` more under `key`, unless that would be more than `limit` a window. A store that does not answer lets it
   * through: a cache's rule, as an outage must not stop reads.
   */
  take(key: string, limit: number, count: number): Promise<Taken>;
}

/** What became of a count. */
export interface Taken {
  /** 0: it was within the limit; else the milliseconds until it would be, and it was not counted. */
  readonly waitMs: number;
  /** The same for as much once more. */
  readonly nextWaitMs: number;
}

/** Where a rate is counted, and by which time. */
export interface RateDeps {
  /** A cache of its own, so that a store that hangs costs its read limit and no more. */
  readonly space: Space<never>;
  readonly clock: Clock;
}

/** A counter serves its window and the next one; a third allows for clocks that differ. */
const counterTtlMs = namespaces.rate.ttlMs;

/** Keys whose last window is remembered; beyond it all are read anew. */
const mostRemembered = 100_000;

/** One round trip a request: the window before no longer changes, and is read once. */
export const createRate = ({ space, clock }: RateDeps): Rate => {
  const counterOf = (key: string, index: number): string => `${index}:${key}`;
  const remembered = new Map<string, number>();
  let rememberedOf = 0;

  const previousOf = async (key: string, index: number): Promise<number> => {
    if (rememberedOf !== index || remembered.size >= mostRemembered) remembered.clear();
    rememberedOf = index;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const read = await space.increment(counterOf(key, index - 1), counterTtlMs, 0);
    // A window may have passed while the store was asked.
    if (read !== undefined && rememberedOf === index) remembered.set(key, read);
    return read ?? 0;
  };

  return {
    take: async (key, limit, count) => {
      const { index, elapsedMs } = windowAt(clock.now());
      const counter = counterOf(key, index);
      const [previous, current] = await Promise.all([
        previousOf(key, index),
        space.increment(counter, counterTtlMs, count),
      ]);
      if (current === undefined) return { waitMs: 0, nextWaitMs: 0 };
      const after = (times: number): number =>
        waitMs({ previous, counted: current + times * count, elapsedMs }, limit, count);
      const wait = after(-1);
      if (wait === 0) return { waitMs: 0, nextWaitMs: after(0) };
      await space.increment(counter, counterTtlMs, -count);
      return { waitMs: wait, nextWaitMs: wait };
    },
  };
};
