import type { Clock } from '../../clock.ts';
import type { Space } from '../../store/space.ts';
import { createWindows, type Taken, type Window, type WindowState } from '../../store/windows.ts';
import type { Bucket, RunTime } from './quota.ts';

/** What is counted of quotas by all replicas. A cache: a store that does not answer leaves each process to count by itself, and so does one that was emptied. */
export type QuotaSpace = Pick<Space<never>, 'take' | 'look' | 'hold' | 'renew'>;

/** What became of a call that is taken, or how long it waits. */
export interface Room extends Taken {
  /** Whether it is the time that queries have run, not calls, that there is no more of. */
  readonly isOfRunTime: boolean;
}

/** How much there is of each quota: as all replicas have counted it, or as this process has when the store does not tell. */
export interface QuotaCounts {
  /** Takes one call, if there is room for it beside so many that are kept for others. */
  take(bucket: Bucket, kept: number): Promise<Room>;
  /** Where this process alone stands with a quota, without the store: when there is room for a call, and for how long Microsoft wants none. */
  ownRoom(bucket: Bucket): Pick<Taken, 'waitMs' | 'heldMs'>;
  /** How it will stand when so many more have been let in. */
  lookAhead(bucket: Bucket, count: number): Promise<Room>;
  /** No call is let in for so many milliseconds. */
  hold(bucket: Bucket, ms: number, note: string): Promise<void>;
  /** A call that was taken so long ago counts as if it were taken now. */
  renew(bucket: Bucket, agoMs: number): void;
  /** A query ran so long, milliseconds: it counts whether there was room or not. */
  ran(runTime: RunTime, ms: number): void;
  /** Where the windows stand, in their order. */
  calls(bucket: Bucket): Promise<Taken>;
  runTime(runTime: RunTime): Promise<readonly WindowState[]>;
}

const windowsMs = (windows: readonly Window[]): readonly Window[] =>
  windows.map(({ ms }) => ({ ms, limit: Number.MAX_SAFE_INTEGER }));

/** What this process knows alone is a part of what all do, unless the store lost it. */
const stricter = (own: Taken, shared: Taken | undefined): Taken => {
  if (shared === undefined) return own;
  const held = own.heldMs > shared.heldMs ? own : shared;
  return {
    waitMs: Math.max(own.waitMs, shared.waitMs),
    nextWaitMs: Math.max(own.nextWaitMs, shared.nextWaitMs),
    heldMs: held.heldMs,
    note: held.note,
    windows: shared.windows.map(({ left, wholeInMs }, index) => ({
      left: Math.min(left, own.windows[index]?.left ?? left),
      wholeInMs: Math.max(wholeInMs, own.windows[index]?.wholeInMs ?? 0),
    })),
  };
};

/** `space` null: nobody shares the quotas with this process. Calls of the store: 1 each; of a bucket with run time 2 to take a call and to look ahead, and a few more where many wait. */
export const createQuotaCounts = (space: QuotaSpace | null, clock: Clock): QuotaCounts => {
  const own = createWindows(clock);

  const look = async (key: string, amount: number, windows: readonly Window[]): Promise<Taken> =>
    stricter(own.look(key, amount, windows), await space?.look(key, amount, windows));

  /** What was taken of the store is counted here too: a process that is left alone goes on from its own part. */
  const takeCall = async (key: string, windows: readonly Window[]): Promise<Taken> => {
    if (space === null) return own.take(key, 1, windows);
    const alone = own.look(key, 1, windows);
    const shared = alone.waitMs === 0 ? await space.take(key, 1, windows) : await space.look(key, 1, windows);
    if (shared === undefined || (alone.waitMs === 0 && shared.waitMs === 0)) return own.take(key, 1, windows);
    return stricter(alone, shared);
  };

  /** Milliseconds until a query may run again. */
  const runTimeWaitMs = async ({ runTime }: Bucket): Promise<number> =>
    runTime === null ? 0 : (await look(runTime.key, 1, runTime.windows)).waitMs;

  const callsAhead = async ({ key, windows }: Bucket, count: number): Promise<Taken> => {
    const [tightest] = windows.toSorted((one, other) => one.limit - other.limit);
    // More of them than it allows at once wait for as many whole ones.
    const whole = (limit: number): number => Math.floor((count - 1) / limit);
    const beyondMs = tightest === undefined ? 0 : whole(tightest.limit) * tightest.ms;
    const amount = tightest === undefined ? count : count - whole(tightest.limit) * tightest.limit;
    const taken = await look(key, amount, windows);
    let waitMs = taken.waitMs + beyondMs;
    // A longer window may be used up before that.
    for (const [index, window] of windows.entries()) {
      const { limit, ms } = window;
      if (beyondMs === 0 || window === tightest || (taken.windows[index]?.left ?? limit) >= count) continue;
      const longer = await look(key, count - whole(limit) * limit, [window]);
      waitMs = Math.max(waitMs, longer.waitMs + whole(limit) * ms);
    }
    return { ...taken, waitMs };
  };

  return {
    take: async (bucket, kept) => {
      const waitMs = await runTimeWaitMs(bucket);
      if (waitMs > 0) {
        const calls = await look(bucket.key, 1, bucket.windows);
        return { ...calls, waitMs: Math.max(waitMs, calls.waitMs), isOfRunTime: waitMs > calls.waitMs };
      }
      const windows =
        kept === 0 ? bucket.windows : bucket.windows.map(({ limit, ms }) => ({ limit: limit - kept, ms }));
      return { ...(await takeCall(bucket.key, windows)), isOfRunTime: false };
    },

    ownRoom: ({ key, windows }) => own.look(key, 1, windows),

    lookAhead: async (bucket, count) => {
      const [calls, ranMs] = await Promise.all([callsAhead(bucket, count), runTimeWaitMs(bucket)]);
      return { ...calls, waitMs: Math.max(ranMs, calls.waitMs), isOfRunTime: ranMs > calls.waitMs };
    },

    hold: async ({ key }, ms, note) => {
      own.hold(key, ms, note);
      await space?.hold(key, ms, note);
    },

    renew: ({ key, windows }, agoMs) => {
      if (windows.length === 0) return;
      own.renew(key, agoMs, windows);
      // A cache: what it does not take is no failure, and nobody waits for it.
      void space?.renew(key, agoMs, windows);
    },

    ran: ({ key, windows }, ms) => {
      const amount = Math.ceil(ms);
      own.take(key, amount, windowsMs(windows));
      void space?.take(key, amount, windowsMs(windows));
    },

    calls: ({ key, windows }) => look(key, 0, windows),
    runTime: async ({ key, windows }) => (await look(key, 0, windows)).windows,
  };
};
