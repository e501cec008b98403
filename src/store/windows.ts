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
const windowAt = ({ limit, ms }: Window, parts: Parts, nowMs: number) => {
  const partMs = ms / partsOfWindow;
  const part = Math.floor(nowMs / partMs);
  // The part that the window covers in part counts whole.
  const counted = parts.filter(([each]) => each >= part - partsOfWindow);
  const used = counted.reduce((sum, [, count]) => sum + count, 0);
  const endOf = (each: number): number => (each + partsOfWindow + 1) * partMs - nowMs;
  return {
    part,
    counted,
    state: { left: Math.max(0, limit - used), wholeInMs: endOf(counted.at(-1)?.[0] ?? -Infinity) } as const,
    /** Milliseconds until `amount` has room. */
    waitMs: (amount: number): number => {
      let over = used + Math.min(amount, limit) - limit;
      if (over <= 0) return 0;
      for (const [each, count] of counted) {
        over -= count;
        if (over <= 0) return endOf(each);
      }
      return ms;
    },
  };
};

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
  const count = (bucket: Bucket, { ms, limit }: Window, amount: number, nowMs: number): void => {
    const { part, counted } = windowAt({ limit, ms }, bucket.windows.get(ms) ?? [], nowMs);
    const last = counted.at(-1);
    // A clock that was set back counts into the last part that there is.
    if (last !== undefined && last[0] >= part) counted[counted.length - 1] = [last[0], last[1] + amount];
    else counted.push([part, amount]);
    bucket.windows.set(ms, counted);
    bucket.endsAtMs = Math.max(bucket.endsAtMs, nowMs + ms * (1 + 1 / partsOfWindow));
  };

  const standing = (key: string, amount: number, windows: readonly Window[], nowMs: number) => {
    const bucket = buckets.get(key);
    const each = windows.map((window) => windowAt(window, bucket?.windows.get(window.ms) ?? [], nowMs));
    const heldMs = Math.max(0, (bucket?.heldUntilMs ?? 0) - nowMs);
    const waitMs = (times: number): number => Math.max(heldMs, 0, ...each.map((one) => one.waitMs(times * amount)));
    return { each, heldMs, note: heldMs > 0 ? (bucket?.note ?? '') : '', waitMs };
  };

  const told = ({ each, heldMs, note }: ReturnType<typeof standing>, waitMs: number, nextWaitMs: number): Taken => ({
    waitMs,
    nextWaitMs,
    heldMs,
    note,
    windows: each.map(({ state: { left, wholeInMs } }) => ({ left, wholeInMs: Math.max(0, wholeInMs) })),
  });

  const look: Windows['look'] = (key, amount, windows) => {
    const now = standing(key, amount, windows, clock.now());
    return told(now, now.waitMs(1), now.waitMs(2));
  };

  return {
    look,
    take: (key, amount, windows) => {
      const nowMs = clock.now();
      sweep(nowMs);
      const before = standing(key, amount, windows, nowMs);
      const waitMs = before.waitMs(1);
      if (waitMs > 0) return told(before, waitMs, waitMs);
      const bucket = bucketOf(key);
      for (const window of windows) count(bucket, window, amount, nowMs);
      const after = standing(key, amount, windows, nowMs);
      return told(after, 0, after.waitMs(1));
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
        const { counted } = windowAt(window, bucket?.windows.get(window.ms) ?? [], nowMs);
        const partAt = (atMs: number): number => Math.floor(atMs / (window.ms / partsOfWindow));
        const [first, last] = [partAt(nowMs - agoMs - heardLateMs), partAt(nowMs - agoMs)];
        // Of several the oldest: what is left counts for longer then, not for less.
        const took = counted.find(([part]) => part >= first && part <= last)?.[0];
        if (bucket === undefined || took === undefined) continue;
        const kept = counted.flatMap(([part, taken]): Parts => {
          const left = part === took ? taken - 1 : taken;
          return left > 0 ? [[part, left]] : [];
        });
        bucket.windows.set(window.ms, kept);
        count(bucket, window, 1, nowMs);
      }
    },
  };
};
