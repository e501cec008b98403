import { tenantKey } from '../config/tenant-keys.ts';
import type { Tenant } from '../config/tenants.ts';
import { rowErrorOf } from '../log/row-error.ts';
import { identityKey } from '../scope.ts';
import { remarkOf, sorted, wordsOf } from './answer.ts';
import { connectionOfArray, rowPlace } from './array.ts';
import { type Connection, type TenantFailure, wholeCount } from './connection.ts';
import { questionOf } from './cursor.ts';
import { type ListQuestion, openStream, type RowsQuestion } from './question.ts';
import type { Snapshots } from './snapshots.ts';
import type { Cut } from './tenant-stream.ts';
import { unansweredOf } from './unanswered.ts';

/** A whole list, read and sorted. */
export interface SortedList<T> {
  readonly rows: readonly { readonly node: T; readonly id: string }[];
  readonly failures: readonly TenantFailure[];
  /** What services did beside giving rows. */
  readonly remarks: readonly TenantFailure[];
  readonly attempted: number;
  readonly missing: readonly TenantFailure[];
  readonly truncation: string | null;
}

/** What the order is made with. */
export interface Sorting<T> {
  readonly compare: (a: T, b: T) => number;
  readonly snapshots: Snapshots<SortedList<T>>;
  /** Who asks: what one caller was shown is shown to nobody else. */
  readonly callerId: string;
}

/**
 * A list in an order that Microsoft does not offer: up to the bounds of rows and pages, each tenant is read and sorted here,
 * once; further pages are from what was read, for a few minutes in the process that read it. Later, or in another replica,
 * the list is read again and the page goes on behind the rows that the cursor names.
 *
 * Upstream calls: one a tenant and upstream page; none for a further page within the life of what was read.
 */
export const sortedConnection = async <F, T>(asked: ListQuestion<F, T>, by: Sorting<T>): Promise<Connection<T>> => {
  const { page, cursors, question, tenants, scope } = asked;
  const eyes = questionOf(
    question,
    by.callerId,
    tenants.map((tenant) => [tenantKey(tenant), identityKey(tenant, scope.callerToken)]),
  );
  const known = page.after === null ? undefined : rowPlace(cursors.decode(page.after, question), tenants).snapshot;
  const found = known === undefined ? undefined : by.snapshots.find(known, eyes);
  const list = found ?? (await readSorted(asked, by.compare));
  const snapshot = found === undefined ? by.snapshots.keep(eyes, list, list.rows.length) : known;

  const connection = connectionOfArray(list.rows, {
    page,
    cursors,
    question: () => question,
    tenants,
    idOf: ({ id }) => id,
    ...(snapshot === undefined ? {} : { snapshot }),
  });
  const failed = new Set(list.failures.map(({ tenant }) => tenant.name));
  const unanswered = list.rows.length === 0 && failed.size === list.attempted ? unansweredOf(list.failures) : undefined;
  return {
    ...connection,
    items: connection.items.map(({ node, cursor }) => ({ node: node.node, cursor })),
    failures: sorted([...list.failures, ...list.remarks]),
    ...(unanswered === undefined ? {} : { unanswered }),
    missing: list.missing,
    truncation: list.truncation,
    totalCount: list.failures.length + list.remarks.length === 0 ? wholeCount(connection, list.truncation) : null,
  };
};

/** Reads each tenant up to the bounds, and sorts what came. */
export const readSorted = async <F, T>(
  asked: RowsQuestion<F, T>,
  compare: (a: T, b: T) => number,
): Promise<SortedList<T>> => {
  const { bounds, kind } = asked;
  const failures: TenantFailure[] = [];
  const remarks: TenantFailure[] = [];
  const missing: TenantFailure[] = [];
  const cuts: { readonly tenant: string; readonly cut: Cut }[] = [];

  const rowsOf = async (tenant: Tenant): Promise<SortedList<T>['rows']> => {
    const rows: { node: T; id: string }[] = [];
    try {
      const stream = await openStream(asked, tenant, { top: bounds.rows, whole: true });
      for (let head = await stream.peek(bounds.rows); head !== null; head = await stream.peek(bounds.rows)) {
        if (rows.length >= bounds.rows) {
          cuts.push({ tenant: tenant.name, cut: 'rows' });
          break;
        }
        rows.push({ node: head.row, id: `${tenant.name}/${kind.idOf(head.row)}` });
        stream.take();
      }
      const cut = stream.cut();
      if (cut !== null) cuts.push({ tenant: tenant.name, cut });
      const gone = stream.missing();
      if (gone !== null) missing.push(gone);
      remarks.push(...stream.remarks().map((remark) => remarkOf(tenant, remark)));
    } catch (error) {
      asked.scope.signal.throwIfAborted();
      failures.push({ tenant, error: rowErrorOf(error, asked.log, { tenant: tenant.name }) });
    }
    return rows;
  };

  const rows = (await Promise.all(asked.tenants.map(rowsOf))).flat();
  const cutIn = (wanted: Cut): string =>
    cuts
      .filter(({ cut }) => cut === wanted)
      .map(({ tenant }) => tenant)
      .toSorted()
      .join(', ');
  const told = [
    ...(cutIn('rows') === ''
      ? []
      : [`Only ${bounds.rows} rows of ${cutIn('rows')} were sorted (limits.maxRowsScanned)`]),
    ...(cutIn('calls') === ''
      ? []
      : [`Only ${bounds.calls} pages of ${cutIn('calls')} were sorted (limits.scanCalls)`]),
  ];
  const cut = told.length === 0 ? [] : [`${told.join('; ')}; narrow the filter or leave orderBy out`];
  return {
    // Equal rows keep the tenants' order: the sort is stable.
    rows: rows.toSorted((a, b) => compare(a.node, b.node)),
    failures: sorted(failures),
    remarks: sorted(remarks),
    attempted: asked.tenants.length,
    missing: sorted(missing),
    truncation: [...cut, ...wordsOf(missing)].join('. ') || null,
  };
};
