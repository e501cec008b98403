import { compareTimes, utcMoment } from '../domain/time.ts';
import { boundaryOf } from './time-boundary.ts';

/** The order by time of a list that is being read, as far as it is seen. */
export interface TimeOrder<T> {
  /** Takes the rows of the next page. Whether the order, which was kept until now, ends here. */
  isLostBy(rows: readonly T[]): boolean;
  /** Whether it was kept so far. */
  isKept(): boolean;
  /** Whether there were rows that show it: those of one moment alone show none. */
  isSeen(): boolean;
  /** The time that the list goes on from: that of the last row. Null: it cannot go on by time. */
  boundary(): string | null;
  /** The time of the last row as it was shown; null: it had none. */
  lastMoment(): string | null;
  /** The API takes no condition on the time: there is no boundary from here on. */
  giveUp(): void;
}

/** `timeOf`: null, there is no order. `isOpenedByTime`: an earlier page went on by it, so that it was seen then. */
export const createTimeOrder = <T>(
  timeOf: ((row: T) => string | null) | null,
  isOpenedByTime: boolean,
): TimeOrder<T> => {
  let byTime = timeOf !== null;
  let isKept = timeOf !== null;
  let isDescending = isOpenedByTime;
  let lastTime: string | null = null;

  /** Newest first, every time readable, and none newer than where the page before ended. */
  const keepsOrder = (rows: readonly T[]): boolean => {
    let last = lastTime;
    // A page that goes on by time begins with what an API may have cut off behind its digits.
    let latest = boundaryOf(lastTime) ?? lastTime;
    for (const row of rows) {
      const time = timeOf?.(row) ?? null;
      if (time === null || utcMoment(time) === null || (latest !== null && compareTimes(time, latest) > 0))
        return false;
      isDescending ||= last !== null && compareTimes(time, last) < 0;
      [last, latest] = [time, time];
    }
    return true;
  };

  return {
    isLostBy: (rows) => {
      const isLost = isKept && !keepsOrder(rows);
      if (isLost) isKept = false;
      lastTime = timeOf === null ? null : (rows.map(timeOf).at(-1) ?? lastTime);
      return isLost;
    },
    isKept: () => isKept,
    isSeen: () => isDescending,
    boundary: () => (isKept && byTime ? boundaryOf(lastTime) : null),
    lastMoment: () => (lastTime === null ? null : utcMoment(lastTime)),
    giveUp: () => {
      byTime = false;
    },
  };
};
