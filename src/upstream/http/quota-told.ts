import { sharesQuota, ThrottledError } from './failure.ts';
import { type Bucket, type Counted, quotaInWords, runTimeInWords } from './quota.ts';
import type { QuotaCounts, Room } from './quota-counts.ts';

/** Why a call is not sent, and when it may be. */
export const refusal = ({ tenant, windows, runTime }: Bucket, operation: Counted, room: Room): ThrottledError => {
  const { heldMs, waitMs, isOfRunTime } = room;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const quota =
    isOfRunTime && runTime !== null
      ? `The run time of hunting in ${tenant}, ${runTimeInWords(runTime.windows)}`
      : `The quota of ${operation.id} in ${tenant}, ${quotaInWords(windows)}`;
  const message =
    heldMs > 0 && !isOfRunTime
      ? `Microsoft throttles ${operation.id} in ${tenant}; it may be called again in ${seconds} s`
      : `${quota}, is used up; the next call is possible in ${seconds} s`;
  return new ThrottledError('remembered', sharesQuota(operation), message, {
    ...{ tenant, api: operation.api, sent: 'no', retryAfterSeconds: waitMs / 1000 },
  });
};

/**
 * How it stands for each of so many newcomers behind `before` others. Where it is looked for the first and the last of some alone,
 * those between wait no longer than the pace of the quota spreads them.
 */
export const roomsOf = async (
  counts: Pick<QuotaCounts, 'lookAhead'>,
  { bucket, before, count, paceMs }: { bucket: Bucket; before: number; count: number; paceMs: number },
  known: Room | undefined,
): Promise<(index: number) => Room> => {
  const at = (place: number): Promise<Room> => counts.lookAhead(bucket, before + place);
  const between = async (from: number, first: Room, to: number, last: Room): Promise<readonly Room[]> => {
    if (to - from <= 1 || last.waitMs - first.waitMs <= paceMs * (to - from))
      return [...Array.from({ length: to - from }, () => first), last];
    const half = Math.floor((from + to) / 2);
    const middle = await at(half);
    return [...(await between(from, first, half, middle)).slice(0, -1), ...(await between(half, middle, to, last))];
  };
  const first = known ?? (await at(1));
  const rooms = count === 1 ? [first] : await between(1, first, count, await at(count));
  return (index) => rooms[Math.min(Math.max(0, index), rooms.length - 1)] ?? first;
};
