import type { Judge } from '../access/sight.ts';
import type { Tenant } from '../config/tenants.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import type { ListPlace, OpenList } from '../routing/list.ts';
import type { CallScope } from '../scope.ts';
import type { Connection, TenantFailure } from './connection.ts';
import type { Cursors, Places, TenantPlace } from './cursor.ts';
import type { PageArguments } from './page-arguments.ts';
import { createStream, type TenantStream } from './stream.ts';

/** A kind of list: how it is opened in a tenant and how its rows are ordered. */
export interface ListKind<F, T> {
  readonly name: string;
  readonly open: OpenList<F, T>;
  /** Throws `BAD_USER_INPUT` for a filter that nothing can meet. */
  readonly check?: (filter: F) => void;
  readonly matcher?: (filter: F) => ((item: T) => boolean) | undefined;
  /** The time that rows are ordered by, newest first. Null: tenants one after the other, each in Microsoft's order. */
  readonly timeOf: ((item: T) => string | null) | null;
  readonly compareTimes: (a: string | null, b: string | null) => number;
}

/** One question over tenants. */
export interface MergedQuestion<F, T> {
  readonly kind: ListKind<F, T>;
  readonly tenants: readonly Tenant[];
  readonly filter: F;
  readonly page: PageArguments;
  /** Identifies the question to its cursors. */
  readonly question: string;
  readonly cursors: Cursors;
  readonly scope: CallScope;
  readonly log: Log;
  /** Rows that may be looked at in each tenant. */
  readonly scanLimit: number;
  /** What picks the rows that the caller sees in a tenant; absent or `null`: he sees all. */
  readonly judge?: (tenant: Tenant) => Judge<T> | null;
}

interface Head<T> {
  readonly stream: TenantStream<T>;
  row: T;
}

/**
 * Several tenants' lists as one, in one order. Each tenant is asked for one page at first, all at once, and for another
 * one only when its rows are used up. A tenant that fails is a row of `failures`; its place stays where it was, so the
 * next page tries it again.
 *
 * Upstream calls: one a tenant and page of rows.
 */
export const mergedConnection = async <F extends object, T>(asked: MergedQuestion<F, T>): Promise<Connection<T>> => {
  const { kind, page, cursors, question } = asked;
  const before = page.after === null ? {} : tenantPlaces(cursors.decode(page.after, question));
  const failures: TenantFailure[] = [];
  const places: Record<string, TenantPlace | null> = { ...before };
  const streams: TenantStream<T>[] = [];

  const heads: Head<T>[] = [];
  const advance = async (tenant: Tenant, stream: TenantStream<T>): Promise<void> => {
    try {
      const row = await stream.peek();
      if (row !== null) heads.push({ stream, row });
    } catch (error) {
      asked.scope.signal.throwIfAborted();
      failures.push({ tenant, error: rowErrorOf(error, asked.log, { tenant: tenant.name }) });
    }
  };

  const byName = new Map(asked.tenants.map((tenant) => [tenant.name, tenant]));
  await Promise.all(
    asked.tenants.map(async (tenant) => {
      const place = before[tenant.name];
      if (place === null) return;
      try {
        const stream = await openStream(asked, tenant, place);
        streams.push(stream);
        await advance(tenant, stream);
      } catch (error) {
        asked.scope.signal.throwIfAborted();
        failures.push({ tenant, error: rowErrorOf(error, asked.log, { tenant: tenant.name }) });
      }
    }),
  );

  const items: { node: T; cursor: () => string }[] = [];
  const cursorNow = (): string => cursors.encode({ kind: 'tenants', tenants: { ...places } }, question);
  while (items.length < page.first) {
    const head = newestOf(heads, kind);
    if (head === null) break;
    heads.splice(heads.indexOf(head), 1);
    head.stream.take();
    places[head.stream.tenant] = head.stream.place();
    const snapshot: Places = { kind: 'tenants', tenants: { ...places } };
    items.push({ node: head.row, cursor: () => cursors.encode(snapshot, question) });
    const tenant = byName.get(head.stream.tenant);
    // The last row asked for needs no look at what follows it, unless that is at hand.
    if (tenant !== undefined && items.length < page.first) await advance(tenant, head.stream);
  }

  for (const stream of streams) places[stream.tenant] = stream.place();
  const cut = streams.filter((stream) => stream.cut()).map(({ tenant }) => tenant);
  failures.sort((a, b) => (a.tenant.name < b.tenant.name ? -1 : 1));
  return {
    items,
    hasNextPage: streams.some((stream) => stream.mayHaveMore()),
    hasPreviousPage: page.after !== null,
    endCursor: () => (items.length === 0 && cut.length === 0 ? page.after : cursorNow()),
    failures,
    truncation:
      cut.length === 0
        ? null
        : `${asked.scanLimit} rows were looked at in ${cut.join(', ')} (limits.maxRowsScanned); go on with after: endCursor, or narrow the filter`,
  };
};

const tenantPlaces = (places: Places): Readonly<Record<string, TenantPlace | null>> =>
  places.kind === 'tenants' ? places.tenants : {};

/** A tenant's list, opened at its place. */
export const openStream = async <F extends object, T>(
  asked: MergedQuestion<F, T>,
  tenant: Tenant,
  place: TenantPlace | undefined,
): Promise<TenantStream<T>> => {
  const { kind, filter, scope } = asked;
  const start = place ?? { skip: 0, top: asked.page.first, taken: 0 };
  const judge = asked.judge?.(tenant) ?? null;
  const opening: ListPlace = {
    skip: start.skip,
    top: start.top,
    thinned: judge !== null,
    ...(place === undefined ? {} : { api: place.api }),
    ...(place?.notAfter === undefined ? {} : { notAfter: place.notAfter }),
  };
  const opened = await kind.open(tenant, filter, opening, scope);
  const { timeOf } = kind;
  return createStream({
    tenant: tenant.name,
    opened,
    start,
    timeOf,
    notAfter: place?.notAfter,
    matches: opened.matches ?? kind.matcher?.(filter),
    judge,
    scanLimit: asked.scanLimit,
    compare: timeOf === null || opened.order === 'none' ? null : (a, b) => kind.compareTimes(timeOf(b), timeOf(a)),
  });
};

/** The head that comes first: newest, then by tenant name, then by id; without times, by tenant name alone. */
const newestOf = <F, T>(heads: readonly Head<T>[], kind: ListKind<F, T>): Head<T> | null => {
  let best: Head<T> | null = null;
  for (const head of heads) {
    if (best === null || comesBefore(head, best, kind)) best = head;
  }
  return best;
};

const comesBefore = <F, T>(a: Head<T>, b: Head<T>, kind: ListKind<F, T>): boolean => {
  if (kind.timeOf !== null) {
    const byTime = kind.compareTimes(kind.timeOf(a.row), kind.timeOf(b.row));
    if (byTime !== 0) return byTime > 0;
  }
  return a.stream.tenant < b.stream.tenant;
};
