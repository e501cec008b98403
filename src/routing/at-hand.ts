import type { ApiName } from '../clouds/endpoints.ts';
import { compareTimes } from '../domain/time.ts';
import { moved } from './collection-remarks.ts';
import { anchorsOf, type ListStart, type OpenedRows } from './opened-list.ts';

/** How rows at hand are told apart and ordered. */
export interface RowRules<T> {
  readonly idOf: (row: T) => string;
  /** Null: they stay as they are. */
  readonly timeOf: ((row: T) => string | null) | null;
}

/** A list whose rows another operation has answered whole: one page, from where the list is opened. */
export const rowsAtHand = <T>(
  api: ApiName,
  rows: readonly T[],
  { idOf, timeOf }: RowRules<T>,
  from: ListStart,
  matches: ((row: T) => boolean) | undefined,
  /** Where its offsets begin, when the same list may be read in another way. */
  firstOffset = 0,
): OpenedRows<T> => {
  const ordered = timeOf === null ? rows : rows.toSorted((a, b) => compareTimes(timeOf(b), timeOf(a)));
  const anchors = new Set(anchorsOf(from));
  const behindAnchor = 1 + ordered.findLastIndex((row) => anchors.has(idOf(row)));
  const start = behindAnchor > 0 ? behindAnchor : from.kind === 'skip' ? Math.max(0, from.skip - firstOffset) : 0;
  const isLeft = (row: T): boolean =>
    from.kind !== 'time' ||
    (!from.given.includes(idOf(row)) && (timeOf === null || compareTimes(timeOf(row), from.notAfter) <= 0));
  const items = ordered.slice(start).filter(isLeft);
  return {
    api,
    order: timeOf === null ? 'none' : 'newestFirst',
    page: { items, offsets: [...items, null].map((_, index) => firstOffset + start + index), next: null },
    scans: false,
    ...(matches === undefined ? {} : { matches }),
    ...(anchors.size > 0 && behindAnchor === 0 ? { remark: () => moved } : {}),
  };
};
