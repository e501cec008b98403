import type { Judge } from '../access/sight.ts';
import type { OpenedList } from '../routing/list.ts';
import type { TenantPlace } from './cursor.ts';

/** One tenant's list, row by row, with the place of each. */
export interface TenantStream<T> {
  readonly tenant: string;
  /** The next row that meets the filter, without taking it; `null` at the end or when `scanLimit` rows were looked at in vain. */
  peek(): Promise<T | null>;
  take(): void;
  /** Where the list stands now; `null` when it was read to its end. */
  place(): TenantPlace | null;
  /** Whether there may be more rows, known without a call. */
  mayHaveMore(): boolean;
  /** Whether `peek` gave up at `scanLimit`. */
  cut(): boolean;
}

/** One tenant's list, opened, and what is to be done with its rows. */
export interface StreamOptions<T> {
  readonly tenant: string;
  readonly opened: OpenedList<T>;
  readonly start: { readonly skip: number; readonly top: number; readonly taken: number };
  /** The time that the list is ordered by, newest first. Null: the list's own order stands. */
  readonly timeOf: ((item: T) => string | null) | null;
  readonly notAfter: string | undefined;
  readonly matches: ((item: T) => boolean) | undefined;
  /** Picks the rows that the caller sees; `null`: all. */
  readonly judge: Judge<T> | null;
  /** Rows that may be looked at in vain for one page of an answer. */
  readonly scanLimit: number;
  readonly compare: ((a: T, b: T) => number) | null;
}

/** Rows that are judged together, at least: few calls, and not many for rows that nobody will look at. */
const leastJudged = 100;

/** Reads the next page when the rows of one are used up, and not before. */
export const createStream = <T>(options: StreamOptions<T>): TenantStream<T> => {
  const { opened, matches = () => true, judge, compare } = options;
  const ordered = (items: readonly T[]): readonly T[] => (compare === null ? items : items.toSorted(compare));
  let page = opened.page;
  let rows = ordered(page.items);
  let skip = options.start.skip;
  let index = Math.min(options.start.taken, rows.length);
  let scanned = 0;
  let cut = false;
  const newest = rows[0];
  /** No page prints the order of a list: what is not seen to be newest first is not cut by a time. */
  const isNewestFirst = rows.every((row, place) => row === page.items[place]);
  const notAfter =
    options.notAfter ??
    (newest === undefined || options.timeOf === null || !isNewestFirst ? null : options.timeOf(newest));

  const judgedTogether = Math.max(leastJudged, options.start.top);
  /** Of the rows judged last, those that the caller sees; and the first row that was not judged. */
  let seen: ReadonlySet<T> = new Set();
  let judgedTo = 0;
  const isSeen = async (row: T, judgeRows: Judge<T>): Promise<boolean> => {
    if (index >= judgedTo) {
      const together: T[] = [];
      let next = index;
      for (; next < rows.length && together.length < judgedTogether; next += 1) {
        const candidate = rows[next];
        if (candidate !== undefined && matches(candidate)) together.push(candidate);
      }
      seen = await judgeRows(together);
      judgedTo = next;
    }
    return seen.has(row);
  };

  const atEnd = (): boolean => index >= rows.length && page.next === null;

  /** Where the next row is. As an offset of its own where rows are offsets: the next question then reads no row again. */
  const offset = (): { readonly skip: number; readonly taken: number } => {
    if (index >= rows.length) return { skip: page.end, taken: 0 };
    const inMicrosoftsOrder = page.aligned && rows.every((row, place) => row === page.items[place]);
    return inMicrosoftsOrder ? { skip: skip + index, taken: 0 } : { skip, taken: index };
  };

  return {
    tenant: options.tenant,
    peek: async () => {
      for (;;) {
        const row = rows[index];
        if (row === undefined) {
          if (page.next === null) return null;
          if (scanned >= options.scanLimit) {
            cut = true;
            return null;
          }
          skip = page.end;
          page = await page.next();
          rows = ordered(page.items);
          index = 0;
          judgedTo = 0;
        } else if (matches(row) && (judge === null || (await isSeen(row, judge)))) {
          return row;
        } else {
          index += 1;
          scanned += 1;
        }
      }
    },
    take: () => {
      index += 1;
    },
    place: () =>
      atEnd()
        ? null
        : {
            api: opened.api,
            ...offset(),
            top: options.start.top,
            ...(notAfter === null ? {} : { notAfter }),
          },
    mayHaveMore: () => !atEnd(),
    cut: () => cut,
  };
};
