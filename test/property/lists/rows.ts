import { systemClock } from '../../../src/clock.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import { compareTimes } from '../../../src/domain/time.ts';
import type { Connection } from '../../../src/lists/connection.ts';
import { createCursors } from '../../../src/lists/cursor.ts';
import type { ListQuestion } from '../../../src/lists/question.ts';
import { createLog } from '../../../src/log.ts';
import type { OpenRows, RowsPage } from '../../../src/routing/opened-list.ts';
import { createScope } from '../../../src/scope.ts';
import { tenantNamed } from '../../support/tenant.ts';

/** A row of a list in memory. */
export interface Row {
  readonly id: string;
  readonly at: string | null;
}

/** Lists in memory by tenant, newest first; tests change them between two pages. */
export type Estate = Map<string, Row[]>;

/** What was asked of the lists. */
export interface Reads {
  readonly tenant: string;
  readonly rows: number;
}

/** Newest first; what has no time is last. */
export const newestFirst = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => compareTimes(b.at, a.at));

/**
 * Opens lists as a service does that pages by boundary: `most` rows a page at most, and a last page that is short proves
 * nothing, so that one more question is needed.
 */
export const openOver =
  (estate: Estate, { most = 1000, reads = [] }: { most?: number; reads?: Reads[] } = {}): OpenRows<object, Row> =>
  async (tenant, _filter, { from, top }) => {
    const size = Math.min(top, most);
    const pageBehind = (notAfter: string | null, given: ReadonlySet<string>): RowsPage<Row> => {
      const items = newestFirst(estate.get(tenant.name) ?? [])
        .filter(({ id, at }) => !given.has(id) && (notAfter === null || compareTimes(at, notAfter) <= 0))
        .slice(0, size);
      reads.push({ tenant: tenant.name, rows: items.length });
      const passed = new Set([...given, ...items.map(({ id }) => id)]);
      const boundary = items.findLast(({ at }) => at !== null)?.at ?? notAfter;
      return { items, offsets: [], next: items.length === 0 ? null : async () => pageBehind(boundary, passed) };
    };
    const page =
      from.kind === 'time' ? pageBehind(from.notAfter, new Set(from.given)) : pageBehind(null, new Set<string>());
    return { api: 'graph', order: 'newestFirst', page, scans: false };
  };

/** A list without an order, by offset. */
export const openUnordered =
  (estate: Estate, reads: Reads[] = []): OpenRows<object, Row> =>
  async (tenant, _filter, { from, top }) => {
    const rows = estate.get(tenant.name) ?? [];
    const pageAt = (start: number): RowsPage<Row> => {
      const items = rows.slice(start, start + top);
      const end = start + items.length;
      reads.push({ tenant: tenant.name, rows: items.length });
      return {
        items,
        offsets: [...items.map((_, index) => start + index), end],
        next: end < rows.length ? async () => pageAt(end) : null,
      };
    };
    return { api: 'mde', order: 'none', page: pageAt(from.kind === 'skip' ? from.skip : 0), scans: false };
  };

const cursors = createCursors(new Uint8Array(32));
const log = createLog({ level: 'silent' });

/** A scope without a deadline. */
export const scope = createScope({
  requestId: '00000000-0000-4000-8000-000000000000',
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  maxCalls: Number.POSITIVE_INFINITY,
});

/** A question about lists of rows. */
export const questionAbout = (
  tenants: readonly Tenant[],
  open: OpenRows<object, Row>,
  page: ListQuestion<object, Row>['page'],
  more: Partial<ListQuestion<object, Row>> = {},
): ListQuestion<object, Row> => ({
  kind: { open, idOf: ({ id }) => id, timeOf: ({ at }) => at },
  tenants,
  filter: {},
  page,
  question: 'q',
  cursors,
  scope,
  clock: systemClock,
  log,
  bounds: { rows: 10_000, calls: 10 },
  ...more,
});

/** Tenants of these names. */
export const tenantsNamed = (names: readonly string[]): Tenant[] => names.map((name) => tenantNamed(name));

/** Every page of a list; `between` happens after each. */
export const readAll = async (
  read: (after: string | null) => Promise<Connection<Row>>,
  between: (page: Connection<Row>) => void = () => {},
): Promise<Connection<Row>[]> => {
  const pages: Connection<Row>[] = [];
  for (let after: string | null = null; ; ) {
    const page = await read(after);
    pages.push(page);
    if (!page.hasNextPage) return pages;
    if (pages.length > 500) throw new Error('The list has no end');
    after = page.endCursor();
    between(page);
  }
};

/** The rows of pages. */
export const rowsOf = (pages: readonly Connection<Row>[]): Row[] =>
  pages.flatMap(({ items }) => items.map(({ node }) => node));
