import type { Clock } from '../../clock.ts';
import { endOf } from '../../scope/time-left.ts';
import type { CallScope } from '../../scope.ts';
import { type ComeAgain, createComeAgain, type KeptCalls, noKept } from './come-again.ts';
import { createFairLine, type FairLine } from './fair-line.ts';
import type { Bucket, Counted } from './quota.ts';
import type { QuotaCounts, Room } from './quota-counts.ts';
import { refusal, roomsOf } from './quota-told.ts';
import { longestWaitMs, shortWaitMs } from './retry.ts';

/** Those who wait for a quota, each in their turn. */
export interface QuotaLines {
  /** How many of this process wait for a bucket. */
  waiting(bucket: Pick<Bucket, 'key'>): number;
  /** Takes a call of a bucket, if there is one at once and nobody waits for it, or it was kept; false: it was not taken. */
  enter(bucket: Bucket, operation: Counted, scope: CallScope): Promise<boolean>;
  /** Waits for a call of a bucket, which is taken when it resolves. Rejects as `Quotas.take`. */
  wait(bucket: Bucket, operation: Counted, scope: CallScope): Promise<void>;
  /** What those wait for has changed: they look again. */
  wake(bucket: Pick<Bucket, 'key'>): void;
}

const ranks = ['action', 'read', 'background'] as const;
type Rank = (typeof ranks)[number];

interface Waiting {
  readonly caller: string;
  /** Epoch milliseconds. */
  readonly endMs: number;
  readonly enter: () => void;
  /** Without a call: it would take too long. */
  readonly refuse: (room: Room) => void;
  /** Takes it out of the line; false: it was not in it any more. */
  leave: () => boolean;
}

/** Those who wait for one bucket. */
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
  if (!repeatable) return 'action';
  return caller === undefined || inBackground === true ? 'background' : 'read';
};

/** What is said of a hold: that Microsoft named its time. */
export const named = 'named';

/** Whether a bucket is held for a time that nobody named for the call itself: it is not waited out. */
const isUnnamed = ({ heldMs, note }: Room): boolean => heldMs > 0 && note !== named;

interface QuotaLinesParts {
  readonly counts: Pick<QuotaCounts, 'take' | 'lookAhead'>;
  readonly clock: Clock;
  /** Longer than this nobody is made to wait, milliseconds. */
  readonly maxWaitMs: number;
  /** Fires when the gateway stops: then nobody waits long. */
  readonly stopping: AbortSignal;
  /** Told how many calls wait now, of all quotas. */
  readonly waits: (count: number) => void;
}

/** Calls of the store: for one that waits 2 looks and its part of the looks at when the next may be sent. */
export const createQuotaLines = ({ counts, clock, maxWaitMs, stopping, waits }: QuotaLinesParts): QuotaLines => {
  const lines = new Map<string, Line>();
  const comeAgain: ComeAgain = createComeAgain(() => clock.now());
  let waitingNow = 0;
  const count = (change: 1 | -1): void => {
    waitingNow += change;
    waits(waitingNow);
  };

  /** Refuses some with times of their own: behind those who wait and those who were told before. */
  const refuseAll = async (line: Line, refused: readonly Waiting[], known?: Room): Promise<void> => {
    const { bucket } = line;
    const { key, windows } = bucket;
    const toldBefore = ({ caller }: Waiting, more = 0): number => comeAgain.before(key, windows, caller, more);
    const told = Math.min(...refused.map((one) => toldBefore(one)));
    const toldOrRefused = Math.min(...refused.map((one) => toldBefore(one, line.refusing)));
    line.refusing += refused.length;
    for (const one of refused) line.staying.delete(one);
    try {
      const isFirst = toldOrRefused === 0 && refused.length === 1;
      const place = {
        bucket,
        before: line.staying.size + toldOrRefused,
        count: refused.length,
        paceMs: comeAgain.paceMs(windows),
      };
      const roomAt = await roomsOf(counts, place, isFirst ? known : undefined);
      for (const one of refused) {
        // Times may have passed, or been told, while it was looked.
        const room = roomAt(toldBefore(one) - told);
        one.refuse({ ...room, waitMs: comeAgain.tell(key, windows, one.caller, room.waitMs) });
      }
    } finally {
      line.refusing -= refused.length;
    }
  };

  /** Calls that are kept for others than those who wait, of whom each has a turn, and one who comes; of an action none are. */
  const keptBeside = (
    { key, line, windows }: Bucket,
    comes?: { readonly rank: Rank; readonly caller: string },
  ): KeptCalls => {
    const waiting = lines.get(line)?.waiting;
    if (comes?.rank === 'action' || waiting?.hasRank('action') === true) return noKept;
    const isThere = (caller: string): boolean =>
      caller === comes?.caller || ranks.some((rank) => waiting?.has(rank, caller));
    return comeAgain.kept(key, windows, isThere);
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
      const kept = keptBeside(bucket);
      const room = await counts.take(bucket, kept.count);
      if (room.waitMs === 0) {
        const next = waiting.next();
        if (next !== undefined) comeAgain.came(bucket.key, next.caller);
        next?.enter();
        continue;
      }
      const soonestMs = Math.min(clock.now() + room.waitMs, kept.untilMs);
      const isTooLong = (stopping.aborted && room.waitMs > shortWaitMs) || isUnnamed(room);
      await refuseThose(({ endMs }) => isTooLong || endMs < soonestMs);
      if (waiting.size === 0 || isWoken) continue;
      const signal = stopping.aborted ? pause.signal : AbortSignal.any([pause.signal, stopping]);
      await clock.sleep(Math.max(0, soonestMs - clock.now()), signal).catch(() => {});
    }
    line.isMoving = false;
    // Whoever looked ahead for long may end a line after another one of its quota has begun.
    if (lines.get(bucket.line) === line) lines.delete(bucket.line);
  };

  const lineOf = (bucket: Bucket): Line => {
    const there = lines.get(bucket.line);
    if (there !== undefined) return there;
    const line = {
      bucket,
      waiting: createFairLine<Rank, Waiting>(ranks),
      isMoving: false,
      staying: new Set<Waiting>(),
      refusing: 0,
      wake: () => {},
    };
    lines.set(bucket.line, line);
    return line;
  };
  const linesOf = ({ key }: Pick<Bucket, 'key'>): readonly Line[] =>
    [...lines.values()].filter(({ bucket }) => bucket.key === key);

  return {
    waiting: (bucket) => linesOf(bucket).reduce((sum, { waiting }) => sum + waiting.size, 0),
    wake: (bucket) => {
      for (const line of linesOf(bucket)) line.wake();
    },
    enter: async (bucket, operation, scope) => {
      const { caller = '' } = scope;
      const giveBack = comeAgain.claim(bucket.key, caller);
      // Who comes while others wait has their turn with them: nobody passes a line for ever.
      if ((lines.get(bucket.line)?.waiting.size ?? 0) > 0 && giveBack === undefined) return false;
      const kept = giveBack === undefined ? keptBeside(bucket, { rank: rankOf(operation, scope), caller }).count : 0;
      const { waitMs } = await counts.take(bucket, kept);
      if (waitMs === 0) comeAgain.came(bucket.key, caller);
      else giveBack?.();
      return waitMs === 0;
    },
    wait: async (bucket, operation, scope) => {
      const rank = rankOf(operation, scope);
      const patientMs = clock.now() + longestWaitMs(scope, operation, maxWaitMs);
      const endMs = Math.min(patientMs, endOf(scope, operation.repeatable ?? true));
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // They may leave, or be refused, while it is looked how long it takes.
      promise.catch(() => {});
      const line = lineOf(bucket);
      const { caller = '' } = scope;
      const before = line.waiting.before(rank, caller);
      const kept = keptBeside(bucket, { rank, caller }).count;
      let isIn = false;
      const one: Waiting = {
        caller,
        endMs,
        enter: () => {
          isIn = true;
          resolve();
        },
        refuse: (room) => reject(refusal(bucket, operation, room)),
        leave: () => leave(),
      };
      const leave = line.waiting.join(rank, caller, one);
      const left = (): void => {
        if (leave()) reject(scope.signal.reason);
        line.wake();
      };
      scope.signal.addEventListener('abort', left, { once: true });
      count(1);
      try {
        const expected = await counts.lookAhead(bucket, before + kept + 1);
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
    },
  };
};
