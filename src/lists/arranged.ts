import { sortableTime } from '../domain/time.ts';
import type { RowsPage } from '../routing/opened-list.ts';

/** The rows of a page in the order in which they are given. */
export interface Arranged<T> {
  readonly rows: readonly T[];
  /** What each row is ordered by, as text that sorts as the time does; `null`: a row without a time. */
  readonly keys: readonly (string | null)[];
  /** Whether the page came newest first. */
  readonly steady: boolean;
}

/**
 * Looks once at the order of a page. `before`: the key of the last row of the page before it; `offsets`: whether a place in
 * the page can be told without an order, so that a page in none may stay as it is.
 */
export const arrange = <T>(
  page: RowsPage<T>,
  timeOf: (row: T) => string | null,
  { before, offsets }: { readonly before: string | null; readonly offsets: boolean },
): Arranged<T> => {
  const keys: (string | null)[] = [];
  let last = before;
  let steady = true;
  let undated = false;
  for (const row of page.items) {
    const time = timeOf(row);
    const key = time === null ? null : sortableTime(time);
    keys.push(key);
    if (key === null) undated = true;
    else {
      if (last !== null && key > last) steady = false;
      last = key;
    }
  }
  if (steady && !undated) return { rows: page.items, keys, steady };
  const whole = page.next === null;
  return steady || whole || !offsets ? sorted(page.items, keys, whole) : { rows: page.items, keys, steady };
};

/**
 * Newest first. Rows without a time come last, where all is at hand or no row with a time follows them. Others stay behind the
 * row that they came behind: nobody can say whether they would come again, were they left for later.
 */
const sorted = <T>(items: readonly T[], keys: readonly (string | null)[], whole: boolean): Arranged<T> => {
  const lastDated = keys.findLastIndex((key) => key !== null);
  let last: string | null = null;
  const entries = items.map((row, index) => {
    last = keys[index] ?? (whole || index > lastDated ? null : last);
    return { row, key: last };
  });
  entries.sort((a, b) => byKey(a.key, b.key));
  return { rows: entries.map(({ row }) => row), keys: entries.map(({ key }) => key), steady: true };
};

/** Newest first; what has no time is last. */
export const byKey = (a: string | null, b: string | null): number => {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? 1 : -1;
};
