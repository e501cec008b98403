import type { Page } from '../upstream/http/operation.ts';

/** Whether a row, as it is sent, is newer than another with its id. */
export type Newer<W> = (one: W, other: W) => boolean;

/** The newest of rows with one id; the first of those that are not told apart; null: there are none. */
export const newestOf = <W>(rows: readonly W[], newer: Newer<W> | undefined): W | null => {
  const [first = null, ...others] = rows;
  if (first === null || newer === undefined) return first;
  return others.reduce<W>((newest, row) => (newer(row, newest) ? row : newest), first);
};

/** The rows of a page, each in the place of the first with its id by the newest of them. */
export const newestOfEach = <W>(rows: readonly W[], idOf: (row: W) => string, newer: Newer<W>): W[] => {
  const newest = new Map([...Map.groupBy(rows, idOf)].map(([id, own]) => [id, newestOf(own, newer)]));
  return rows.map((row) => newest.get(idOf(row)) ?? row);
};

/** A page of which whoever takes the last row of an id, or the first, has the newest. */
export const withNewest =
  <W>(idOf: (row: W) => string, newer: Newer<W>) =>
  (page: Page<W>): Page<W> => ({ ...page, items: newestOfEach(page.items, idOf, newer) });
