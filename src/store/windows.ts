import type { Clock } from '../clock.ts';

/** At most `limit` in any `ms` milliseconds. */
export interface Window {
  readonly limit: number;
  readonly ms: number;
}

/** Where a window of a bucket stands. */
export interface WindowState {
  /** What may still be taken. */
  readonly left: number;
  /** Milliseconds until all of it may be, if nothing more is taken. */
  readonly wholeInMs: number;
}

/** What became of a taking, and where its bucket stands after it. */
export interface Taken {
  /** 0: it was taken; else the milliseconds until it may be, if nobody else takes meanwhile: nothing was taken. */
  readonly waitMs: number;
  /** The same for as much once more. */
  readonly nextWaitMs: number;
  /** Milliseconds for which somebody holds the bucket, whatever its windows would allow; 0: nobody does. */
  readonly heldMs: number;
  /** What was said of the hold. */
  readonly note: string;
  /** In the order of the windows that were asked for. */
  readonly windows: readonly WindowState[];
}

/** What is counted over sliding windows: the calls of a quota, the requests of a caller. */
export interface Windows {
  /** Takes `amount` if each window has room for it, else nothing. `amount` is at most the smallest limit. */
  take(key: string, amount: number, windows: readonly Window[]): Taken;
  /** What `take` would tell, without taking anything. `amount` 0: how it stands. */
  look(key: string, amount: number, windows: readonly Window[]): Taken;
  /** Nothing is to be taken for so long. A hold that ends later stays. */
  hold(key: string, ms: number, note: string): void;
  /** One that was taken so many milliseconds ago counts as if it were taken now; nothing when it does not count any more. */
  renew(key: string, agoMs: number, windows: readonly Window[]): void;
}

/** Parts of a window in which what comes is counted together: a window errs by one part, and lets too little through. */
export const partsOfWindow = 60;

/** By so much a taking may be older than its taker thinks, who heard of it later: what a store is waited for, milliseconds. */
export const heardLateMs = 500;

/** Counts of parts, in the order of time. */
type Parts = (readonly [part: number, count: number])[];

interface Bucket {
  /** By length of the window. */
  readonly windows: Map<number, Parts>;
  heldUntilMs: number;
  note: string;
  endsAtMs: number;
}

/** One window at a moment. */
interface Standing {
  readonly window: Window;
  readonly nowMs: number;
  readonly part: number;
  /** Those that count. */
  readonly counted: Parts;
  readonly used: number;
}

/** The part that the window covers in part counts whole. */
const standingOf = (window: Window, parts: Parts, nowMs: number): Standing => {
  const part = Math.floor(nowMs / (window.ms / partsOfWindow));
  const first = parts.findIndex(([each]) => each >= part - partsOfWindow);
  const counted = first === 0 ? parts : first === -1 ? [] : parts.slice(first);
  let used = 0;
  for (const [, count] of counted) used += count;
  return { window, nowMs, part, counted, used };
};

/** Milliseconds until a part counts no more. */
const endOf = (part: number, { window, nowMs }: Standing): number =>
  (part + partsOfWindow + 1) * (window.ms / partsOfWindow) - nowMs;

/** Milliseconds until a window has room for so much. */
const waitOf = (standing: Standing, amount: number): number => {
  const { window, counted, used } = standing;
  let over = used + Math.min(amount, window.limit) - window.limit;
  if (over <= 0) return 0;
  for (const [part, count] of counted) {
    over -= count;
    if (over <= 0) return endOf(part, standing);
  }
  return window.ms;
};

const waitOfAll = (standings: readonly Standing[], amount: number, heldMs: number): number =>
  standings.reduce((longestMs, each) => Math.max(longestMs, waitOf(each, amount)), heldMs);

const stateOf = (standing: Standing): WindowState => ({
  left: Math.max(0, standing.window.limit - standing.used),
  wholeInMs: Math.max(0, endOf(standing.counted.at(-1)?.[0] ?? -Infinity, standing)),
});

/** Buckets that have ended are dropped at most this often, as part of a taking. */
const sweepIntervalMs = 60_000;

/** Beyond it the oldest goes: callers cannot fill the memory by coming under many names. */
const mostBuckets = 100_000;

/**
 * Sliding windows in the memory of the process. A file of SQLite belongs to one process, and a count is worth little after a
 * restart: writing it to the disk, with a sync each time, would cost more than what is counted.
 */
export const createWindows = (clock: Clock): Windows => {
  // In the order of their beginning.
  const buckets = new Map<string, Bucket>();
  let sweptAtMs = clock.now();

  const sweep = (nowMs: number): void => {
    if (nowMs - sweptAtMs < sweepIntervalMs) return;
    sweptAtMs = nowMs;
    for (const [key, { endsAtMs }] of buckets) if (endsAtMs <= nowMs) buckets.delete(key);
  };

  const bucketOf = (key: string): Bucket => {
    const known = buckets.get(key);
    if (known !== undefined) return known;
    const [oldest] = buckets.size < mostBuckets ? [] : buckets.keys();
    if (oldest !== undefined) buckets.delete(oldest);
    const bucket = { windows: new Map(), heldUntilMs: 0, note: '', endsAtMs: 0 };
    buckets.set(key, bucket);
    return bucket;
  };

  /** Counts `amount` in the part of now. */
  const count = (bucket: Bucket, standing: Standing, amount: number): Standing => {
    const { window, nowMs, part, counted, used } = standing;
    const last = counted.at(-1);
    // A clock that was set back counts into the last part that there is.
    if (last !== undefined && last[0] >= part) counted[counted.length - 1] = [last[0], last[1] + amount];
    else counted.push([part, amount]);
    bucket.windows.set(window.ms, counted);
    bucket.endsAtMs = Math.max(bucket.endsAtMs, nowMs + window.ms * (1 + 1 / partsOfWindow));
    return { ...standing, used: used + amount };
  };

  const standingsOf = (bucket: Bucket | undefined, windows: readonly Window[], nowMs: number): readonly Standing[] =>
    windows.map((window) => standingOf(window, bucket?.windows.get(window.ms) ?? [], nowMs));

  const heldMsOf = (bucket: Bucket | undefined, nowMs: number): number =>
    Math.max(0, (bucket?.heldUntilMs ?? 0) - nowMs);

  return {
    look: (key, amount, windows) => {
      const nowMs = clock.now();
      const bucket = buckets.get(key);
      const heldMs = heldMsOf(bucket, nowMs);
      const standings = standingsOf(bucket, windows, nowMs);
      return {
        waitMs: waitOfAll(standings, amount, heldMs),
        nextWaitMs: waitOfAll(standings, 2 * amount, heldMs),
        heldMs,
        note: heldMs > 0 ? (bucket?.note ?? '') : '',
        windows: standings.map(stateOf),
      };
    },
    take: (key, amount, windows) => {
      const nowMs = clock.now();
      sweep(nowMs);
      const there = buckets.get(key);
      const heldMs = heldMsOf(there, nowMs);
      const before = standingsOf(there, windows, nowMs);
      const waitMs = waitOfAll(before, amount, heldMs);
      if (waitMs > 0) {
        const note = heldMs > 0 ? (there?.note ?? '') : '';
        return { waitMs, nextWaitMs: waitMs, heldMs, note, windows: before.map(stateOf) };
      }
      const bucket = there ?? bucketOf(key);
      const after = before.map((standing) => count(bucket, standing, amount));
      return { waitMs, nextWaitMs: waitOfAll(after, amount, 0), heldMs, note: '', windows: after.map(stateOf) };
    },
    hold: (key, ms, note) => {
      const bucket = bucketOf(key);
      const untilMs = clock.now() + ms;
      if (untilMs <= bucket.heldUntilMs) return;
      bucket.heldUntilMs = untilMs;
      bucket.note = note;
      bucket.endsAtMs = Math.max(bucket.endsAtMs, untilMs);
    },
    renew: (key, agoMs, windows) => {
      const bucket = buckets.get(key);
      const nowMs = clock.now();
      for (const window of windows) {
        const standing = standingOf(window, bucket?.windows.get(window.ms) ?? [], nowMs);
        const partAt = (atMs: number): number => Math.floor(atMs / (window.ms / partsOfWindow));
        const [first, last] = [partAt(nowMs - agoMs - heardLateMs), partAt(nowMs - agoMs)];
        // Of several the oldest: what is left counts for longer then, not for less.
        const took = standing.counted.find(([part]) => part >= first && part <= last)?.[0];
        if (bucket === undefined || took === undefined) continue;
        const counted = standing.counted.flatMap(([part, taken]): Parts => {
          const left = part === took ? taken - 1 : taken;
          return left > 0 ? [[part, left]] : [];
        });
        count(bucket, { ...standing, counted }, 1);
      }
    },
  };
};
