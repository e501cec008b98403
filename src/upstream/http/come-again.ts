import { partsOfWindow, type Window } from '../../store/windows.ts';

/**
 * The times that callers were told to come again: each gets one behind those told before, at the pace of the quota, so that they do
 * not come all at once and there is room for each. Advice only: whoever comes when there is room is let in, told or not.
 */
export interface ComeAgain {
  /** How many have a time that has not come yet. */
  outstanding(key: string, windows: readonly Window[]): number;
  /** Milliseconds until the next one's time, which is not before `earliestMs`; it counts as told. */
  tell(key: string, windows: readonly Window[], earliestMs: number): number;
}

/** When the told of one quota come. Epoch milliseconds. */
interface Told {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Quotas whose told are remembered, at most. */
const mostQuotas = 10_000;

/**
 * Times are given for so many windows ahead; then from the earliest again. Callers who do not heed theirs and ask again do not
 * push the others into the far future.
 */
const windowsAhead = 10;

/** The window that lets the fewest at once: its pace is the quota's. */
const tightestOf = (windows: readonly Window[]): Window | undefined =>
  windows.toSorted((one, other) => one.limit - other.limit)[0];

/** Milliseconds from one to the next. A window counts the part that it covers in part whole, and so is that much longer. */
const paceOf = ({ limit, ms }: Window): number => (ms * (1 + 1 / partsOfWindow)) / limit;

/** Two numbers a quota, forgotten when the last time is over. `now`: epoch milliseconds. */
export const createComeAgain = (now: () => number): ComeAgain => {
  // In the order of their last telling.
  const quotas = new Map<string, Told>();

  const toldOf = (key: string): Told | undefined => {
    const told = quotas.get(key);
    if (told === undefined || told.lastMs > now()) return told;
    quotas.delete(key);
    return undefined;
  };

  const remember = (key: string, told: Told): void => {
    quotas.delete(key);
    for (const [other, { lastMs }] of quotas) {
      // Those told long ago are over first, mostly: the others are found when they are asked for.
      if (lastMs > now() && quotas.size < mostQuotas) break;
      quotas.delete(other);
    }
    quotas.set(key, told);
  };

  return {
    outstanding: (key, windows) => {
      const told = toldOf(key);
      const tightest = tightestOf(windows);
      if (told === undefined || tightest === undefined) return 0;
      return 1 + Math.round((told.lastMs - Math.max(told.firstMs, now())) / paceOf(tightest));
    },
    tell: (key, windows, earliestMs) => {
      const tightest = tightestOf(windows);
      if (tightest === undefined) return earliestMs;
      const told = toldOf(key);
      const nowMs = now();
      const soonestMs = nowMs + earliestMs;
      const behindMs = told === undefined ? 0 : told.lastMs + paceOf(tightest);
      const isTooFar = behindMs > soonestMs + windowsAhead * tightest.ms;
      const atMs = isTooFar ? soonestMs : Math.max(soonestMs, behindMs);
      remember(key, { firstMs: told === undefined || isTooFar ? atMs : told.firstMs, lastMs: atMs });
      return atMs - nowMs;
    },
  };
};
