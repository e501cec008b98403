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
  /** How long it was held for. */
  heldForMs: number;
  note: string;
  endsAtMs: number;
}

const partAt = (ms: number, atMs: number): number => Math.floor(atMs / (ms / partsOfWindow));

/** When what was counted in a part does not count any more: the part that the window covers in part counts whole. */
const endOf = (ms: number, part: number): number => (part + partsOfWindow + 1) * (ms / partsOfWindow);

/** Leaves out what does not count any more. Of a clock that was set back all counts as of now that was counted later. */
const current = (parts: Parts | undefined, ms: number, nowMs: number): Parts => {
  const now = partAt(ms, nowMs);
  const counts = parts?.findIndex(([part]) => part >= now - partsOfWindow) ?? -1;
  if (parts === undefined || counts === -1) return [];
  const counted = counts === 0 ? parts : parts.slice(counts);
  if ((counted.at(-1)?.[0] ?? now) <= now) return counted;
  const before = counted.filter(([part]) => part < now);
  return [...before, [now, usedOf(counted) - usedOf(before)]];
};

const usedOf = (parts: Parts): number => {
  let used = 0;
  for (const [, count] of parts) used += count;
  return used;
};

/** Milliseconds until `amount` has room. */
const waitIn = ({ limit, ms }: Window, parts: Parts, used: number, amount: number, nowMs: number): number => {
  let over = used + Math.min(amount, limit) - limit;
  if (over <= 0) return 0;
  for (const [part, count] of parts) {
    over -= count;
    if (over <= 0) return endOf(ms, part) - nowMs;
  }
  return ms;
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
    const bucket = { windows: new Map(), heldUntilMs: 0, heldForMs: 0, note: '', endsAtMs: 0 };
    buckets.set(key, bucket);
    return bucket;
  };

  /** What counts in a window now. */
  const partsOf = (bucket: Bucket | undefined, ms: number, nowMs: number): Parts => {
    const before = bucket?.windows.get(ms);
    const parts = current(before, ms, nowMs);
    if (parts !== before) bucket?.windows.set(ms, parts);
    return parts;
  };

  /** Counts `amount` in the part of now. */
  const count = (bucket: Bucket, ms: number, amount: number, nowMs: number): void => {
    const parts = partsOf(bucket, ms, nowMs);
    const part = partAt(ms, nowMs);
    const last = parts.at(-1);
    if (last?.[0] === part) parts[parts.length - 1] = [part, last[1] + amount];
    else parts.push([part, amount]);
    bucket.windows.set(ms, parts);
    bucket.endsAtMs = Math.max(bucket.endsAtMs, nowMs + ms * (1 + 1 / partsOfWindow));
  };

  const heldMs = (bucket: Bucket | undefined, nowMs: number): number => {
    if (bucket === undefined) return 0;
    bucket.heldUntilMs = Math.min(bucket.heldUntilMs, nowMs + bucket.heldForMs);
    return Math.max(0, bucket.heldUntilMs - nowMs);
  };

  /** Milliseconds until `amount` may be taken. */
  const waitOf = (bucket: Bucket | undefined, amount: number, windows: readonly Window[], nowMs: number): number => {
    let waitMs = heldMs(bucket, nowMs);
    for (const window of windows) {
      const parts = partsOf(bucket, window.ms, nowMs);
      waitMs = Math.max(waitMs, waitIn(window, parts, usedOf(parts), amount, nowMs));
    }
    return waitMs;
  };

  const told = (
    bucket: Bucket | undefined,
    windows: readonly Window[],
    nowMs: number,
    waits: Pick<Taken, 'waitMs' | 'nextWaitMs'>,
  ): Taken => ({
    ...waits,
    heldMs: heldMs(bucket, nowMs),
    note: bucket === undefined || heldMs(bucket, nowMs) === 0 ? '' : bucket.note,
    windows: windows.map(({ limit, ms }) => {
      const parts = partsOf(bucket, ms, nowMs);
      const last = parts.at(-1);
      return {
        left: Math.max(0, limit - usedOf(parts)),
        wholeInMs: last === undefined ? 0 : Math.max(0, endOf(ms, last[0]) - nowMs),
      };
    }),
  });

  const look: Windows['look'] = (key, amount, windows) => {
    const [bucket, nowMs] = [buckets.get(key), clock.now()];
    const waitFor = (times: number): number => waitOf(bucket, times * amount, windows, nowMs);
    return told(bucket, windows, nowMs, { waitMs: waitFor(1), nextWaitMs: waitFor(2) });
  };

  return {
    look,
    take: (key, amount, windows) => {
      const nowMs = clock.now();
      sweep(nowMs);
      const waitMs = waitOf(buckets.get(key), amount, windows, nowMs);
      if (waitMs > 0) return told(buckets.get(key), windows, nowMs, { waitMs, nextWaitMs: waitMs });
      const bucket = bucketOf(key);
      for (const { ms } of windows) count(bucket, ms, amount, nowMs);
      return told(bucket, windows, nowMs, { waitMs: 0, nextWaitMs: waitOf(bucket, amount, windows, nowMs) });
    },
    hold: (key, ms, note) => {
      const bucket = bucketOf(key);
      const untilMs = clock.now() + ms;
      if (ms <= heldMs(bucket, clock.now())) return;
      bucket.heldUntilMs = untilMs;
      bucket.heldForMs = ms;
      bucket.note = note;
      bucket.endsAtMs = Math.max(bucket.endsAtMs, untilMs);
    },
    renew: (key, agoMs, windows) => {
      const bucket = buckets.get(key);
      const nowMs = clock.now();
      for (const { ms } of windows) {
        const parts = partsOf(bucket, ms, nowMs);
        const [first, last] = [partAt(ms, nowMs - agoMs - heardLateMs), partAt(ms, nowMs - agoMs)];
        // Of several the oldest: what is left counts for longer then, not for less.
        const took = parts.find(([part]) => part >= first && part <= last)?.[0];
        if (bucket === undefined || took === undefined) continue;
        const kept = parts.flatMap(([part, taken]): Parts => {
          const left = part === took ? taken - 1 : taken;
          return left > 0 ? [[part, left]] : [];
        });
        bucket.windows.set(ms, kept);
        count(bucket, ms, 1, nowMs);
      }
    },
  };
};
