import type { ApiName } from '../clouds/endpoints.ts';
import { compareTimes } from '../domain/time.ts';
import { type RowRules, rowsAtHand } from './at-hand.ts';
import { type ListOpening, type OpenedRows, withRemarks } from './opened-list.ts';

/** The newest rows of a list, which another operation has answered: every one that was created after `since`. */
export interface RecentRows<T> {
  readonly rows: readonly T[];
  /** ISO 8601; `null`: they are all there are. */
  readonly since: string | null;
  /** What has to be said of them; `undefined`: nothing. */
  readonly remark?: string | undefined;
}

/** What of a list lies behind the recent rows. */
export interface OlderRows<T> {
  /** What the caller asked for: nothing at or before it; ISO 8601. */
  readonly createdAfter: string | null | undefined;
  /** Opens the list itself. */
  readonly open: (opening: ListOpening) => Promise<OpenedRows<T>>;
}

/**
 * Rows that another operation found through `api` (absent: there are none), then the list itself from where that operation knows no more: nothing of the list is left
 * out. Calls: none for the recent rows, those of the list behind them, when they are wanted.
 */
export const recentThenOlder = async <T>(
  api: ApiName | undefined,
  { rows, since, remark: said }: RecentRows<T>,
  older: OlderRows<T>,
  rules: RowRules<T> & { readonly timeOf: (row: T) => string | null },
  opening: ListOpening,
  matches: ((row: T) => boolean) | undefined,
): Promise<OpenedRows<T>> => {
  /** Said when it is known, which may be pages later. */
  const told = (list: OpenedRows<T>, later: () => OpenedRows<T> | undefined): OpenedRows<T> => ({
    ...withRemarks(list, () => [said, list.remark?.(), later()?.remark?.()]),
    missing: () => later()?.missing?.(),
  });
  const recent = since === null ? rows : rows.filter((row) => compareTimes(rules.timeOf(row), since) > 0);
  const opened = rowsAtHand(api ?? 'graph', recent, rules, opening.from, matches);
  if (since === null || (older.createdAfter != null && compareTimes(older.createdAfter, since) > 0))
    return told(opened, () => undefined);
  const openOlder = () =>
    older.open({
      ...opening,
      ...(api === undefined ? {} : { api }),
      from: { kind: 'time', notAfter: since, given: [] },
    });
  if (opened.page.items.length === 0) {
    const list = await openOlder();
    return told(list, () => list);
  }
  let behind: OpenedRows<T> | undefined;
  const next = async (): Promise<OpenedRows<T>['page']> => {
    behind = await openOlder();
    return behind.page;
  };
  return told({ ...opened, scans: true, page: { ...opened.page, next } }, () => behind);
};
