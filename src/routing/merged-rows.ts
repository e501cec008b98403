import { compareTimes } from '../domain/time.ts';
import { type OpenedRows, type RowsPage, withRemarks } from './opened-list.ts';

/**
 * Several lists of one API, each newest first and none with a row of another's, as one: a question whose ids do not fit into
 * one URL. Calls: those of the lists, a page when its rows are used up.
 */
export const mergedRows = async <T>(
  first: OpenedRows<T>,
  others: readonly OpenedRows<T>[],
  timeOf: (row: T) => string | null,
): Promise<OpenedRows<T>> => {
  const lists = [first, ...others].map(({ page }) => ({ rows: [...page.items], next: page.next }));
  let position = 0;

  /** Takes the newest of the first rows. */
  const take = (): T | undefined => {
    let newest: { readonly rows: T[]; readonly row: T } | undefined;
    for (const { rows } of lists) {
      const [row] = rows;
      if (row === undefined) continue;
      if (newest === undefined || compareTimes(timeOf(row), timeOf(newest.row)) > 0) newest = { rows, row };
    }
    return newest?.rows.shift();
  };

  const nextPage = async (): Promise<RowsPage<T>> => {
    await Promise.all(
      lists.map(async (list) => {
        while (list.rows.length === 0 && list.next !== null) {
          const page = await list.next();
          list.rows = [...page.items];
          list.next = page.next;
        }
      }),
    );
    const items: T[] = [];
    // Until the rows of one list are used up, behind which may be what comes next.
    while (lists.every((list) => list.rows.length > 0 || list.next === null)) {
      const row = take();
      if (row === undefined) break;
      items.push(row);
    }
    const offsets = [...items, null].map((_, index) => position + index);
    position += items.length;
    const isEnd = lists.every((list) => list.rows.length === 0 && list.next === null);
    return { items, offsets, next: isEnd ? null : nextPage };
  };

  const remarks = () => [first, ...others].map((list) => list.remark?.());
  const merged = {
    api: first.api,
    order: first.order,
    page: await nextPage(),
    scans: [first, ...others].some(({ scans }) => scans),
    ...(first.matches === undefined ? {} : { matches: first.matches }),
  };
  return withRemarks(merged, remarks);
};
