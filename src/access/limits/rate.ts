import { type Soon, whenThere } from '../../soon.ts';
import type { Space } from '../../store/space.ts';

/** Counts what happens under a name in a minute, together with all replicas. */
export interface Rate {
  /**
   * Counts `count` more under `key`, unless that would be more than `limit` in a minute; `count` is at most `limit`. A store that
   * does not answer lets it through: a cache's rule, as an outage must not stop reads.
   */
  take(key: string, limit: number, count: number): Soon<Counted>;
}

/** What became of a count. */
export interface Counted {
  /** 0: it was within the limit; else the milliseconds until it would be, and it was not counted. */
  readonly waitMs: number;
  /** The same for as much once more. */
  readonly nextWaitMs: number;
}

/** What stands for a count that the store did not take. */
const room: Counted = { waitMs: 0, nextWaitMs: 0 };

const minuteMs = 60_000;

/** `space`: a cache of its own, so that a store that hangs costs its read limit and no more. One round trip each. */
export const createRate = (space: Pick<Space<never>, 'take'>): Rate => ({
  take: (key, limit, count) =>
    whenThere<Counted | undefined, Counted>(
      space.take(key, count, [{ limit, ms: minuteMs }]),
      (taken) => taken ?? room,
    ),
});
