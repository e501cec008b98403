import { compareTimes } from '../domain/time.ts';
import { anchorsOf, type ListStart } from './opened-list.ts';

/** Rows that are new in a list, and how many of Microsoft's rows lie before each. */
export interface FreshRows<T> {
  readonly rows: readonly T[];
  readonly offsets: readonly number[];
}

/** The rows of a list that were read so far, each once: pages may overlap. */
export interface RowsRead<T> {
  /** Whether it was read, or given before the list was opened here. */
  isKnown(row: T): boolean;
  /** Takes a page; `at`: Microsoft's rows before it, null where that is not known. `isTimed`: it was asked for by a time. */
  take(items: readonly T[], asked: { readonly at: number | null; readonly isTimed: boolean }): FreshRows<T>;
  count(): number;
  /** Those from the time on that was asked by last. */
  countSinceTime(): number;
  /** Another time is asked by. */
  beginTime(): void;
}

/** `base`: Microsoft's rows before the first page. */
export const createRowsRead = <T>(
  { idOf, timeOf }: { readonly idOf: (row: T) => string; readonly timeOf: ((row: T) => string | null) | null },
  from: ListStart,
  base: number,
): RowsRead<T> => {
  const given = new Set<string>(from.kind === 'start' ? [] : from.given);
  const before = new Set(anchorsOf(from));
  const counted = new Set<string>();
  let sinceTime = new Set<string>();

  const isKnown = (row: T): boolean => {
    const id = idOf(row);
    return counted.has(id) || given.has(id) || before.has(id);
  };
  /** Rows newer than the boundary were given already, or came since: a service that overlooks the condition sends them. */
  const isNewer = (row: T): boolean => from.kind === 'time' && compareTimes(timeOf?.(row) ?? null, from.notAfter) > 0;

  return {
    isKnown,
    take: (items, { at, isTimed }) => {
      // Of a list that was opened in its middle, what comes before a row that is known was given on an earlier page, or is new.
      const known = from.kind === 'skip' ? items.findLastIndex(isKnown) : 0;
      const rows: T[] = [];
      const offsets: number[] = [];
      let index = -1;
      for (const row of items) {
        index += 1;
        const id = idOf(row);
        if (index < known || before.has(id)) continue;
        const offset = at === null ? base + counted.size : at + index;
        const isCounted = counted.has(id);
        counted.add(id);
        if (isTimed) sinceTime.add(id);
        if (isCounted || given.has(id) || isNewer(row)) continue;
        rows.push(row);
        offsets.push(offset);
      }
      return { rows, offsets };
    },
    count: () => counted.size,
    countSinceTime: () => sinceTime.size,
    beginTime: () => {
      sinceTime = new Set();
    },
  };
};

/** The same rows, newest first. */
export const newestFirst = <T>({ rows, offsets }: FreshRows<T>, timeOf: (row: T) => string | null): FreshRows<T> => {
  const placed = rows.map((row, index) => ({ row, offset: offsets[index] ?? 0 }));
  placed.sort((a, b) => compareTimes(timeOf(b.row), timeOf(a.row)));
  return { rows: placed.map(({ row }) => row), offsets: placed.map(({ offset }) => offset) };
};
