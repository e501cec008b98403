import type { Judge } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import { type GatewayError, retold } from '../errors.ts';
import { type OpenedRows, type RowsPage, withoutRows } from '../routing/opened-list.ts';
import { arrange } from './arranged.ts';
import type { TenantPlace } from './places.ts';
import { type PassedRow, type Position, pagePosition, placeAfter, skipPosition, timePosition } from './position.ts';
import type { Cut, Head, ScanBounds, TenantStream } from './tenant-stream.ts';

/** One tenant's list, opened, and what is to be done with its rows. */
export interface StreamOptions<T> {
  readonly tenant: Tenant;
  readonly opened: OpenedRows<T>;
  readonly from: TenantPlace | undefined;
  /** Rows that it was opened for. */
  readonly top: number;
  readonly idOf: (row: T) => string;
  /** The time that the list is ordered by, newest first. Null: Microsoft's order stands. */
  readonly timeOf: ((row: T) => string | null) | null;
  /** Picks the rows that the caller sees; `null`: all. */
  readonly judge: Judge<T> | null;
  /** Rows of which the caller sees some, judged together. */
  readonly judgedTogether: number;
  readonly bounds: ScanBounds;
  /** Whether the whole list is read, so that the bound on calls holds even when no row is looked for. */
  readonly whole: boolean;
  /** Opens the list again at a place, for so many rows: where the next page as it is would be far too large or too small. */
  readonly reopen: ((place: TenantPlace, wanted: number) => Promise<OpenedRows<T>>) | null;
  readonly within: <R>(work: () => Promise<R>) => Promise<R>;
}

/** A page that was read; `again`: the list, where it was opened again for it. */
interface NextPage<T> {
  readonly page: RowsPage<T>;
  readonly again: OpenedRows<T> | null;
  readonly asked: number;
}

/** How much larger or smaller a page has to be than what is wanted for the list to be opened again instead. */
const misfit = 1.25;

/** Reads the next page when the rows of one are used up, and not before. */
export const createStream = <T>(options: StreamOptions<T>): TenantStream<T> => {
  const { tenant, idOf, timeOf, judge, bounds, within, from } = options;
  let { opened } = options;
  let page: RowsPage<T> = opened.page;
  let pages = 1;
  let scanned = 0;
  let cut: Cut | null = null;
  const remarks = new Set<string>();
  let missing: GatewayError | undefined;

  const isOrdered = timeOf !== null && opened.order === 'newestFirst';
  let rows: readonly T[] = [];
  let keys: readonly (string | null)[] = [];
  let index = 0;
  let lastKey: string | null = null;
  /** The next page, where it is asked for already. */
  let ahead: Promise<NextPage<T>> | null = null;
  /** Rows that the page was asked for. */
  let asked = options.top;
  /** Of a list without times: one that is opened again at an offset knows the last rows alone. */
  const passedIds = new Set<string>();
  let isReopenedByRows = false;
  /** Whether the pages have come newest first so far; if not, only an offset says where the list stands. */
  let steady = true;

  /** A list that has times but comes in no order: its pages are sorted here. */
  const byPage = timeOf === null || isOrdered ? null : pagePosition(opened.api, from);

  /** All rows of the page are behind. */
  const beginNext = (): void => {
    const behind = page.offsets.at(-1);
    if (behind !== undefined) byPage?.begin(behind, page.items.map(idOf));
  };

  const settle = (): void => {
    index = 0;
    if (timeOf === null) {
      rows = page.items;
      return;
    }
    const items = byPage === null ? page.items : page.items.filter((row) => !byPage.isPast(idOf(row)));
    const offsets = isOrdered && from?.kind !== 'time' && page.offsets.length > page.items.length;
    const arranged = arrange({ ...page, items }, timeOf, { before: isOrdered ? lastKey : null, offsets });
    if (!arranged.steady) steady = false;
    rows = arranged.rows;
    keys = arranged.keys;
    lastKey = keys.findLast((key) => key !== null) ?? lastKey;
    if (rows.length === 0) beginNext();
  };
  settle();

  const bySkip = skipPosition(opened.api, from);
  const firstTime = timeOf === null ? null : (rows.map(timeOf).find((time) => time !== null) ?? null);
  const byTime =
    isOrdered && steady && (from === undefined || from.kind === 'time')
      ? timePosition(opened.api, from, firstTime)
      : null;
  const position = (): Position => byPage ?? (byTime !== null && steady ? byTime : bySkip);
  const start = position().mark();

  const passedRow = (row: T, at: number): PassedRow => ({
    id: idOf(row),
    time: timeOf === null ? null : timeOf(row),
    skip: page.offsets[at + 1],
  });

  const pass = (row: T): void => {
    if (timeOf === null) passedIds.add(idOf(row));
    position().pass(passedRow(row, index));
    index += 1;
    if (index >= rows.length) beginNext();
  };

  /** Of the rows judged last, those that the caller sees; and the first row that was not judged. */
  let seen: ReadonlySet<T> = new Set();
  let judgedTo = 0;
  const judgeMore = async (judgeRows: Judge<T>): Promise<void> => {
    const together: T[] = [];
    let next = index;
    for (; next < rows.length && together.length < options.judgedTogether; next += 1) {
      const row = rows[next];
      if (row !== undefined && opened.matches?.(row) !== false) together.push(row);
    }
    seen = await within(() => judgeRows(together));
    judgedTo = next;
  };

  /** Passes rows at hand that are not wanted. The next one that is; `judge`: it has to be judged; `null`: none at hand. */
  const atHand = (): Head<T> | 'judge' | null => {
    for (let row = rows[index]; row !== undefined; row = rows[index]) {
      if (opened.matches?.(row) !== false) {
        if (judge === null) return { row, key: keys[index] ?? null };
        if (index >= judgedTo) return 'judge';
        if (seen.has(row)) return { row, key: keys[index] ?? null };
      }
      pass(row);
      scanned += 1;
    }
    return null;
  };

  const scans = (): boolean => opened.scans || judge !== null || options.whole;

  /** Behind the rows at hand; undefined: nothing says where that is. */
  const placeBehind = (): TenantPlace | undefined => {
    const begin = timeOf === null ? ({ kind: 'skip', api: opened.api, skip: 0, given: [] } as const) : undefined;
    const place = position().mark()() ?? begin;
    const left = rows.slice(index).map((row, at) => passedRow(row, index + at));
    const behind = place && placeAfter(place, left);
    return behind?.kind === 'skip' && behind.skip === 0 ? undefined : behind;
  };

  /** Asks for the page behind the rows at hand. */
  const askNext = async (next: () => Promise<RowsPage<T>>, wanted: number): Promise<NextPage<T>> => {
    const { reopen } = options;
    const size = page.items.length;
    const fits = size <= wanted * misfit && wanted <= size * misfit;
    if (reopen !== null && !fits && !scans() && size > 0 && byPage === null) {
      const place = placeBehind();
      // Without times a page that is not full is most likely the last one, which its own reader knows to prove.
      if (place?.kind === 'time' || (place?.kind === 'skip' && timeOf === null && size >= asked)) {
        const again = await within(() => reopen(place, wanted));
        return { page: again.page, again, asked: wanted };
      }
    }
    return { page: await within(next), again: null, asked };
  };

  const remarksNow = (): readonly string[] => {
    const remark = opened.remark?.();
    return remark === undefined ? [] : [remark];
  };

  const readOn = async (next: () => Promise<RowsPage<T>>, wanted: number): Promise<void> => {
    // Nobody asks for it once more while it is waited for.
    ahead ??= askNext(next, wanted);
    const read = await ahead;
    ahead = null;
    if (read.again !== null) {
      for (const remark of remarksNow()) remarks.add(remark);
      missing ??= opened.missing?.();
      opened = read.again;
      isReopenedByRows = timeOf === null;
    }
    asked = read.asked;
    page = isReopenedByRows ? withoutRows(read.page, (row) => passedIds.has(idOf(row))) : read.page;
    pages += 1;
    judgedTo = 0;
    byPage?.begin(page.offsets[0] ?? 0);
    settle();
  };

  const isCutByCalls = (): boolean => scans() && pages >= bounds.calls;

  const look = async (wanted: number): Promise<Head<T> | null> => {
    for (;;) {
      const head = atHand();
      if (head === 'judge') {
        if (judge !== null) await judgeMore(judge);
        continue;
      }
      if (head !== null) return head;
      if (page.next === null) return null;
      if (scanned >= bounds.rows) cut = 'rows';
      else if (isCutByCalls()) cut = 'calls';
      if (cut !== null) return null;
      await readOn(page.next, wanted);
    }
  };

  const atEnd = (): boolean => index >= rows.length && page.next === null;

  return {
    tenant,
    api: opened.api,
    start,
    peek: (wanted) => {
      const head = atHand();
      if (head !== null && head !== 'judge') return head;
      return head === null && page.next === null ? null : look(wanted);
    },
    take: () => {
      const row = rows[index];
      if (row !== undefined) pass(row);
      return position().mark();
    },
    atHand: () => rows.length - index,
    keysAtHand: () => keys.slice(index),
    isReadAhead: () => ahead !== null,
    readAhead: (wanted) => {
      if (ahead !== null || page.next === null || scanned >= bounds.rows || isCutByCalls()) return;
      ahead = askNext(page.next, wanted);
      // It comes to whoever takes the last row at hand, if anybody does.
      ahead.catch(() => {});
    },
    place: () => (atEnd() ? null : position().mark()()),
    mayHaveMore: () => {
      if (judge === null) atHand();
      return !atEnd();
    },
    cut: () => cut,
    reached: () => lastKey,
    missing: () => {
      const error = missing ?? opened.missing?.();
      return error === undefined ? null : { tenant, error: retold(error, `In ${tenant.name} ${error.message}`) };
    },
    // A list that was opened again may say the same again.
    remarks: () => [...new Set([...remarks, ...remarksNow()])],
  };
};
