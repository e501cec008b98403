import { partsOfWindow, type Window } from '../../store/windows.ts';

/**
 * The times that callers were told to come again: each gets one behind those told before, at the pace of the quota, so that they do
 * not come all at once and there is room for each. A caller who was told many times is behind those who were told fewer, whoever came
 * first. One call is kept for each caller around their time who had none just before it, of half of the quota at most: those who ask
 * all the time do not take all of it.
 */
export interface ComeAgain {
  /** How many have a time that has not come yet, and are before the caller's next one; `more` are about to get one: no more than have times of their own. */
  before(key: string, windows: readonly Window[], caller: string, more?: number): number;
  /** Milliseconds until the caller's next time, which is not before `earliestMs`; it counts as told. */
  tell(key: string, windows: readonly Window[], caller: string, earliestMs: number): number;
  /** What is kept for other callers than these. */
  kept(key: string, windows: readonly Window[], isThere: (caller: string) => boolean): KeptCalls;
  /** The call that is kept for the caller, whose time has come: it is theirs at once, and what gives it back. `undefined`: there is none. */
  claim(key: string, caller: string): (() => void) | undefined;
  /** One of the caller's was let in. */
  came(key: string, caller: string): void;
  /** Milliseconds from one to the next. */
  paceMs(windows: readonly Window[]): number;
}

/** Calls that are kept, and until when none of them is free: epoch milliseconds. */
export interface KeptCalls {
  readonly count: number;
  readonly untilMs: number;
}

/** Of one caller, in epoch milliseconds. */
interface Times {
  /** When they come, the soonest first. */
  readonly toCome: number[];
  /** When one of theirs was let in last. */
  cameMs: number;
}

/** When the told of one quota come. */
interface Told {
  readonly callers: Map<string, Times>;
  /** How many were told since times of their own were used up. */
  beyond: number;
}

/** Quotas whose told are remembered, at most. */
const mostQuotas = 10_000;

/**
 * Each has a time of their own for as many as so many windows let in. Those beyond them share the last of these windows: callers who do
 * not heed theirs and ask again do not push the others into the far future, and nobody is told a time at which others come first.
 */
const windowsAhead = 10;

/** How long a call is kept beyond its time, and how much sooner it may be taken: callers wait whole seconds, and are on their way. */
const keptMs = 5000;
const soonerMs = 1000;

/** Who had a call in this time has none kept: they are served. */
const servedMs = 30_000;

/** The part of a quota that is kept at most: not all who were told come. */
const keptPart = 1 / 2;

/** None is kept. */
export const noKept: KeptCalls = { count: 0, untilMs: Number.POSITIVE_INFINITY };

/** The window that lets the fewest at once: its pace is the quota's. */
const tightestOf = (windows: readonly Window[]): Window | undefined =>
  windows.toSorted((one, other) => one.limit - other.limit)[0];

/** Milliseconds from one to the next. A window counts the part that it covers in part whole, and so is that much longer. */
const paceOf = ({ limit, ms }: Window): number => (ms * (1 + 1 / partsOfWindow)) / limit;

/** The times of a quota are forgotten when they are over. `now`: epoch milliseconds. */
export const createComeAgain = (now: () => number): ComeAgain => {
  // In the order of their last telling.
  const quotas = new Map<string, Told>();

  /** Without what is over. */
  const toldOf = (key: string): Told | undefined => {
    const told = quotas.get(key);
    if (told === undefined) return undefined;
    const nowMs = now();
    for (const [caller, { toCome, cameMs }] of told.callers) {
      while ((toCome[0] ?? nowMs) <= nowMs - keptMs) toCome.shift();
      if (toCome.length === 0 && cameMs <= nowMs - servedMs) told.callers.delete(caller);
    }
    if (told.callers.size > 0) return told;
    quotas.delete(key);
    return undefined;
  };

  /** The times to come before the caller's next one: theirs, and of each other caller as many as are theirs then. */
  const before = (told: Told | undefined, caller: string): { readonly count: number; readonly lastMs: number } => {
    const nowMs = now();
    const pastOf = (times: readonly number[]): number => {
      const first = times.findIndex((atMs) => atMs > nowMs);
      return first === -1 ? times.length : first;
    };
    const own = told?.callers.get(caller)?.toCome ?? [];
    const ownCount = own.length - pastOf(own);
    let [count, lastMs] = [0, Number.NEGATIVE_INFINITY];
    for (const [other, { toCome }] of told?.callers ?? []) {
      const past = pastOf(toCome);
      const most = other === caller ? ownCount : ownCount + 1;
      const some = Math.min(toCome.length - past, most);
      count += some;
      if (some > 0) lastMs = Math.max(lastMs, toCome[past + some - 1] ?? lastMs);
    }
    return { count, lastMs };
  };

  const remember = (key: string, told: Told): void => {
    quotas.delete(key);
    for (const other of quotas.keys()) {
      // Those told long ago are over first, mostly: the others are found when they are asked for.
      if (toldOf(other) !== undefined && quotas.size < mostQuotas) break;
      quotas.delete(other);
    }
    quotas.set(key, told);
  };

  /** Who has most of them makes room for one. */
  const makeRoom = ({ callers }: Told, most: number): void => {
    let [longest, all]: [number[], number] = [[], 0];
    for (const { toCome } of callers.values()) {
      all += toCome.length;
      if (toCome.length > longest.length) longest = toCome;
    }
    if (all >= most) longest.pop();
  };

  return {
    paceMs: (windows) => {
      const tightest = tightestOf(windows);
      return tightest === undefined ? 0 : paceOf(tightest);
    },
    before: (key, windows, caller, more = 0) => {
      const tightest = tightestOf(windows);
      return tightest === undefined
        ? 0
        : Math.min(windowsAhead * tightest.limit, before(toldOf(key), caller).count + more);
    },
    tell: (key, windows, caller, earliestMs) => {
      const tightest = tightestOf(windows);
      if (tightest === undefined) return earliestMs;
      const told = toldOf(key) ?? { callers: new Map(), beyond: 0 };
      const nowMs = now();
      const soonestMs = nowMs + earliestMs;
      const paceMs = paceOf(tightest);
      const { count, lastMs } = before(told, caller);
      const most = windowsAhead * tightest.limit;
      remember(key, told);
      if (count >= most) {
        told.beyond += 1;
        return Math.max(soonestMs, lastMs - tightest.ms) + (((told.beyond - 1) * paceMs) % tightest.ms) - nowMs;
      }
      const atMs = Math.max(soonestMs, lastMs + paceMs);
      makeRoom(told, most);
      const own = told.callers.get(caller) ?? { toCome: [], cameMs: Number.NEGATIVE_INFINITY };
      own.toCome.push(atMs);
      told.callers.set(caller, own);
      told.beyond = 0;
      return atMs - nowMs;
    },
    kept: (key, windows, isThere) => {
      const [tightest, told] = [tightestOf(windows), toldOf(key)];
      if (tightest === undefined || told === undefined) return noKept;
      const endMs = now() + tightest.ms;
      const ends = [...told.callers].flatMap(([caller, { toCome, cameMs }]) => {
        const atMs = isThere(caller) ? undefined : toCome.findLast((each) => each <= endMs);
        return atMs === undefined || atMs <= cameMs + servedMs ? [] : [atMs + keptMs];
      });
      return { count: Math.min(ends.length, Math.floor(tightest.limit * keptPart)), untilMs: Math.min(...ends) };
    },
    claim: (key, caller) => {
      const own = toldOf(key)?.callers.get(caller);
      const [atMs] = own?.toCome ?? [];
      if (own === undefined || atMs === undefined) return undefined;
      const { cameMs } = own;
      if (atMs - soonerMs > now() || cameMs + servedMs > now()) return undefined;
      own.cameMs = now();
      return () => {
        own.cameMs = cameMs;
      };
    },
    came: (key, caller) => {
      const own = toldOf(key)?.callers.get(caller);
      if (own === undefined) return;
      own.toCome.shift();
      own.cameMs = now();
    },
  };
};
