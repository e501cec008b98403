import type { Clock } from '../../clock.ts';
import type { ApiName } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import { endOf } from '../../scope/time-left.ts';
import type { CallScope } from '../../scope.ts';
import { neverStops } from '../../stopping.ts';
import type { Space } from '../../store/space.ts';
import { createWindows, type Taken, type Window, type WindowState } from '../../store/windows.ts';
import { createComeAgain } from './come-again.ts';
import { sharesQuota, ThrottledError } from './failure.ts';
import { createFairLine, type FairLine } from './fair-line.ts';
import { type Bucket, bucketOf, type Counted, lateMs, quotaInWords } from './quota.ts';
import { longestWaitMs, shortWaitMs } from './retry.ts';

/**
 * Microsoft's quotas, kept by all replicas together: no call is sent that would exceed one that its page prints, and none while
 * Microsoft wants none (a 429 that comes all the same, for others use the quota too, is remembered as long as it says).
 */
export interface Quotas {
  /**
   * Takes one call from its quota, and waits for it in turn: acts before reads before the gateway's own, callers one after the
   * other. The milliseconds that it waited. Throws `UPSTREAM_THROTTLED` with `retryAfterSeconds`, at once, when it would wait
   * longer than its caller has patience or time, and as soon as that shows later. Those who are told are told different times, at
   * the quota's pace: there is room for each when they come.
   */
  take(tenant: Tenant, operation: Counted, scope: CallScope): Promise<number>;
  /** `isNamed`: Microsoft named the time for the call itself, which may be waited out; else callers are told at once. */
  hold(tenant: Tenant, operation: Counted, seconds: number, isNamed?: boolean): Promise<void>;
  /** Its answer came so many milliseconds after it was taken: one that was long under way may have been counted late. */
  answered(tenant: Tenant, operation: Counted, afterMs: number): void;
  /** Milliseconds until the next call may be sent, as far as is known; 0: now. */
  waitMs(tenant: Tenant, operation: Counted): Promise<number>;
  /** How the quotas stand that this process has used in the last hours. */
  states(): Promise<readonly QuotaState[]>;
}

/** How a quota stands, over all replicas. */
export interface QuotaState {
  readonly tenant: string;
  readonly api: ApiName;
  readonly quotaClass: string;
  readonly windows: readonly (WindowState & { readonly limit: number; readonly ms: number })[];
  /** Milliseconds for which Microsoft wants no calls. */
  readonly heldMs: number;
  /** Calls of this process that wait. */
  readonly waiting: number;
}

const ranks = ['act', 'read', 'background'] as const;
type Rank = (typeof ranks)[number];

interface Waiting {
  /** Epoch milliseconds. */
  readonly endMs: number;
  readonly enter: () => void;
  /** Without a call: it would take too long. */
  readonly refuse: (taken: Taken) => void;
  /** Takes it out of the line; false: it was not in it any more. */
  leave: () => boolean;
}

/** Those who wait for a quota. */
interface Line {
  readonly bucket: Bucket;
  readonly waiting: FairLine<Rank, Waiting>;
  isMoving: boolean;
  /** Those who have the time to wait for it: it was looked. */
  readonly staying: Set<Waiting>;
  /** How many are being refused, and have no time yet. */
  refusing: number;
  /** Ends the pause until the next is let in. */
  wake: () => void;
}

const rankOf = ({ repeatable = true }: Counted, { caller, inBackground }: CallScope): Rank => {
  if (!repeatable) return 'act';
  return caller === undefined || inBackground === true ? 'background' : 'read';
};

/** Quotas whose state is told, at most; beyond it the oldest is not. */
const mostKnown = 10_000;

/** What is said of a hold: that Microsoft named its time. */
const named = 'named';

/** Whether a bucket is held for a time that nobody named for the call itself: it is not waited out. */
const isUnnamed = ({ heldMs, note }: Taken): boolean => heldMs > 0 && note !== named;

interface QuotasParts {
  /** A cache: a store that does not answer leaves each process to count by itself. */
  readonly space: Pick<Space<never>, 'take' | 'look' | 'hold' | 'renew'>;
  readonly clock: Clock;
  /** False: only what Microsoft says itself keeps calls back. True by default. */
  readonly isKept?: boolean;
  /** Longer than this nobody is made to wait, milliseconds. */
  readonly maxWaitMs: number;
  /** Fires when the gateway stops: then nobody waits long. */
  readonly stopping?: AbortSignal;
  /** Told how many calls wait now, of all quotas. */
  readonly waits?: (count: number) => void;
}

/** Calls of the store: 1 a call to Microsoft, and for one that waits 2 and its part of the looks at when the next may be sent. */
export const createQuotas = ({
  space,
  clock,
  maxWaitMs,
  isKept = true,
  stopping = neverStops,
  waits = () => {},
}: QuotasParts): Quotas => {
  const own = createWindows(clock);
  const lines = new Map<string, Line>();
  const known = new Map<string, Bucket>();
  const comeAgain = createComeAgain(() => clock.now());
  let waitingNow = 0;
  const count = (change: 1 | -1): void => {
    waitingNow += change;
    waits(waitingNow);
  };

  const drawnOn = (tenant: Tenant, operation: Counted): Bucket => {
    const bucket = bucketOf(tenant, operation);
    return isKept ? bucket : { ...bucket, windows: [] };
  };

  const note = (bucket: Bucket): void => {
    known.delete(bucket.key);
    known.set(bucket.key, bucket);
    const [oldest] = known.size > mostKnown ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
  };

  /** What was taken of the store is counted here too: a process that is left alone goes on from its own part. */
  const takeOne = async ({ key, windows }: Bucket): Promise<Taken> => {
    const shared = await space.take(key, 1, windows);
    const alone = shared === undefined || shared.waitMs === 0 ? own.take(key, 1, windows) : undefined;
    return shared ?? alone ?? own.look(key, 1, windows);
  };

  const look = async ({ key }: Bucket, amount: number, windows: readonly Window[]): Promise<Taken> =>
    (await space.look(key, amount, windows)) ?? own.look(key, amount, windows);

  /** How it will stand when so many more have been let in. */
  const lookAhead = async (bucket: Bucket, count: number): Promise<Taken> => {
    const { windows } = bucket;
    const [tightest] = windows.toSorted((one, other) => one.limit - other.limit);
    // More of them than it allows at once wait for as many whole ones.
    const whole = (limit: number): number => Math.floor((count - 1) / limit);
    const beyondMs = tightest === undefined ? 0 : whole(tightest.limit) * tightest.ms;
    const amount = tightest === undefined ? count : count - whole(tightest.limit) * tightest.limit;
    const taken = await look(bucket, amount, windows);
    let waitMs = taken.waitMs + beyondMs;
    // A longer window may be used up before that.
    for (const [index, window] of windows.entries()) {
      const { limit, ms } = window;
      if (beyondMs === 0 || window === tightest || (taken.windows[index]?.left ?? limit) >= count) continue;
      const longer = await look(bucket, count - whole(limit) * limit, [window]);
      waitMs = Math.max(waitMs, longer.waitMs + whole(limit) * ms);
    }
    return { ...taken, waitMs };
  };

  const refusal = ({ tenant, windows }: Bucket, operation: Counted, { heldMs, waitMs }: Taken): ThrottledError => {
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    const message =
      heldMs > 0
        ? `Microsoft throttles ${operation.id} in ${tenant}; it may be called again in ${seconds} s`
        : `The quota of ${operation.id} in ${tenant}, ${quotaInWords(windows)}, is used up; the next call is possible in ${seconds} s`;
    return new ThrottledError('remembered', sharesQuota(operation), message, {
      ...{ tenant, api: operation.api, sent: 'no', retryAfterSeconds: waitMs / 1000 },
    });
  };

  /** Refuses some with times of their own: behind those who wait and those who were told before. */
  const refuseAll = async (line: Line, refused: readonly Waiting[], known?: Taken): Promise<void> => {
    const { key, windows } = line.bucket;
    const told = comeAgain.outstanding(key, windows, line.refusing);
    line.refusing += refused.length;
    for (const one of refused) line.staying.delete(one);
    try {
      const isFirst = told === 0 && refused.length === 1;
      const last = line.staying.size + told + refused.length;
      const expected = isFirst && known !== undefined ? known : await lookAhead(line.bucket, last);
      for (const one of refused) one.refuse({ ...expected, waitMs: comeAgain.tell(key, windows, expected.waitMs) });
    } finally {
      line.refusing -= refused.length;
    }
  };

  /** Lets in those who wait, each as soon as there is a call for it, until nobody waits. */
  const move = async (line: Line): Promise<void> => {
    const { bucket, waiting } = line;
    const refuseThose = async (isIn: (one: Waiting) => boolean): Promise<void> => {
      const refused = waiting.all().filter((one) => isIn(one) && one.leave());
      if (refused.length > 0) await refuseAll(line, refused);
    };
    while (waiting.size > 0) {
      // A call is not for those whose time is up.
      await refuseThose(({ endMs }) => endMs <= clock.now());
      if (waiting.size === 0) break;
      let isWoken = false;
      const pause = new AbortController();
      line.wake = () => {
        isWoken = true;
        pause.abort();
      };
      const taken = await takeOne(bucket);
      if (taken.waitMs === 0) {
        waiting.next()?.enter();
        continue;
      }
      const soonestMs = clock.now() + taken.waitMs;
      const isTooLong = (stopping.aborted && taken.waitMs > shortWaitMs) || isUnnamed(taken);
      await refuseThose(({ endMs }) => isTooLong || endMs < soonestMs);
      if (waiting.size === 0 || isWoken) continue;
      const signal = stopping.aborted ? pause.signal : AbortSignal.any([pause.signal, stopping]);
      await clock.sleep(Math.max(0, soonestMs - clock.now()), signal).catch(() => {});
    }
    line.isMoving = false;
    // Whoever looked ahead for long may end a line after another one of its quota has begun.
    if (lines.get(bucket.key) === line) lines.delete(bucket.key);
  };

  const lineOf = (bucket: Bucket): Line => {
    const there = lines.get(bucket.key);
    if (there !== undefined) return there;
    const line = {
      bucket,
      waiting: createFairLine<Rank, Waiting>(ranks),
      isMoving: false,
      staying: new Set<Waiting>(),
      refusing: 0,
      wake: () => {},
    };
    lines.set(bucket.key, line);
    return line;
  };

  const waitInTurn = async (bucket: Bucket, operation: Counted, scope: CallScope): Promise<void> => {
    const rank = rankOf(operation, scope);
    const patientMs = clock.now() + longestWaitMs(scope, operation, maxWaitMs);
    const endMs = Math.min(patientMs, endOf(scope, operation.repeatable ?? true));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // They may leave, or be refused, while it is looked how long it takes.
    promise.catch(() => {});
    const line = lineOf(bucket);
    const before = line.waiting.before(rank);
    let isIn = false;
    const one: Waiting = {
      endMs,
      enter: () => {
        isIn = true;
        resolve();
      },
      refuse: (taken) => reject(refusal(bucket, operation, taken)),
      leave: () => leave(),
    };
    const leave = line.waiting.join(rank, scope.caller ?? '', one);
    const left = (): void => {
      if (leave()) reject(scope.signal.reason);
      line.wake();
    };
    scope.signal.addEventListener('abort', left, { once: true });
    count(1);
    try {
      const expected = await lookAhead(bucket, before + 1);
      const isHopeless = clock.now() + expected.waitMs > endMs || isUnnamed(expected);
      if (isHopeless && leave()) await refuseAll(line, [one], expected);
      else if (!isIn) {
        line.staying.add(one);
        scope.waits?.(expected.waitMs, refusal(bucket, operation, expected));
      }
      line.wake();
      if (!line.isMoving) {
        line.isMoving = true;
        void move(line);
      }
      await promise;
    } finally {
      scope.signal.removeEventListener('abort', left);
      line.staying.delete(one);
      count(-1);
    }
  };

  return {
    take: async (tenant, operation, scope) => {
      const bucket = drawnOn(tenant, operation);
      note(bucket);
      // Who comes while others wait has their turn with them: nobody passes a line for ever.
      if ((lines.get(bucket.key)?.waiting.size ?? 0) === 0) {
        const { waitMs } = await takeOne(bucket);
        if (waitMs === 0) return 0;
      }
      scope.signal.throwIfAborted();
      const sinceMs = clock.now();
      await waitInTurn(bucket, operation, scope);
      return clock.now() - sinceMs;
    },

    hold: async (tenant, operation, seconds, isNamed = true) => {
      const bucket = drawnOn(tenant, operation);
      const held = [bucket.key, seconds * 1000, isNamed ? named : ''] as const;
      own.hold(...held);
      await space.hold(...held);
      // Those who wait are told at once when it is too long for them.
      lines.get(bucket.key)?.wake();
    },

    answered: (tenant, operation, afterMs) => {
      if (afterMs <= lateMs) return;
      const { key, windows } = drawnOn(tenant, operation);
      if (windows.length === 0) return;
      own.renew(key, afterMs, windows);
      // A cache: what it does not take is no failure, and nobody waits for it.
      void space.renew(key, afterMs, windows);
    },

    waitMs: async (tenant, operation) => {
      const { waitMs } = await lookAhead(drawnOn(tenant, operation), 1);
      return waitMs;
    },

    states: () =>
      Promise.all(
        [...known.values()].map(async ({ key, tenant, api, quotaClass, windows }) => {
          const taken = (await space.look(key, 0, windows)) ?? own.look(key, 0, windows);
          return {
            ...{ tenant, api, quotaClass, heldMs: taken.heldMs },
            windows: windows.map((window, index) => ({
              ...window,
              ...(taken.windows[index] ?? { left: window.limit, wholeInMs: 0 }),
            })),
            waiting: lines.get(key)?.waiting.size ?? 0,
          };
        }),
      ),
  };
};
