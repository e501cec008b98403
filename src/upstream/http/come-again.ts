import { partsOfWindow, type Window } from '../../store/windows.ts';

/**
 * The times that callers were told to come again: each gets one behind those told before, at the pace of the quota, so that they do
 * not come all at once and there is room for each. Advice only: whoever comes when there is room is let in, told or not.
 */
export interface ComeAgain {
  /** How many have a time that has not come yet, with `more` who are about to get one: no more than have times of their own. */
  outstanding(key: string, windows: readonly Window[], more?: number): number;
  /** Milliseconds until the next one's time, which is not before `earliestMs`; it counts as told. */
  tell(key: string, windows: readonly Window[], earliestMs: number): number;
  /** Milliseconds from one to the next. */
  paceMs(windows: readonly Window[]): number;
}

/** When the told of one quota come. */
interface Told {
  /** Epoch milliseconds, the soonest first. */
  readonly times: readonly number[];
  /** How many were told since times of their own were used up. */
  readonly beyond: number;
}

/** Quotas whose told are remembered, at most. */
const mostQuotas = 10_000;

/**
 * Each has a time of their own for as many as so many windows let in. Those beyond them share the last of these windows: callers who do
 * not heed theirs and ask again do not push the others into the far future, and nobody is told a time at which others come first.
 */
const windowsAhead = 10;

/** The window that lets the fewest at once: its pace is the quota's. */
const tightestOf = (windows: readonly Window[]): Window | undefined =>
  windows.toSorted((one, other) => one.limit - other.limit)[0];

/** Milliseconds from one to the next. A window counts the part that it covers in part whole, and so is that much longer. */
const paceOf = ({ limit, ms }: Window): number => (ms * (1 + 1 / partsOfWindow)) / limit;

/** The times of a quota are forgotten when they are over. `now`: epoch milliseconds. */
export const createComeAgain = (now: () => number): ComeAgain => {
  // In the order of their last telling.
  const quotas = new Map<string, Told>();

  const toldOf = (key: string): Told => {
    const { times, beyond } = quotas.get(key) ?? { times: [], beyond: 0 };
    const nowMs = now();
    const toCome = times.findIndex((atMs) => atMs > nowMs);
    return toCome === -1 ? { times: [], beyond: 0 } : { times: times.slice(toCome), beyond };
  };

  const remember = (key: string, told: Told): void => {
    quotas.delete(key);
    const nowMs = now();
    for (const [other, { times }] of quotas) {
      // Those told long ago are over first, mostly: the others are found when they are asked for.
      if ((times.at(-1) ?? 0) > nowMs && quotas.size < mostQuotas) break;
      quotas.delete(other);
    }
    quotas.set(key, told);
  };

  return {
    paceMs: (windows) => {
      const tightest = tightestOf(windows);
      return tightest === undefined ? 0 : paceOf(tightest);
    },
    outstanding: (key, windows, more = 0) => {
      const tightest = tightestOf(windows);
      return tightest === undefined ? 0 : Math.min(windowsAhead * tightest.limit, toldOf(key).times.length + more);
    },
    tell: (key, windows, earliestMs) => {
      const tightest = tightestOf(windows);
      if (tightest === undefined) return earliestMs;
      const { times, beyond } = toldOf(key);
      const nowMs = now();
      const soonestMs = nowMs + earliestMs;
      const paceMs = paceOf(tightest);
      const lastMs = times.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (times.length < windowsAhead * tightest.limit) {
        const atMs = Math.max(soonestMs, lastMs + paceMs);
        remember(key, { times: [...times, atMs], beyond: 0 });
        return atMs - nowMs;
      }
      remember(key, { times, beyond: beyond + 1 });
      return Math.max(soonestMs, lastMs - tightest.ms) + ((beyond * paceMs) % tightest.ms) - nowMs;
    },
  };
};
