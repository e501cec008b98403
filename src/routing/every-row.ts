import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';
import { readCollection } from './collection-reader.ts';

/** All rows of something, as far as a limit let them be read. */
export interface EveryRow<Row> {
  readonly rows: readonly Row[];
  /** Why these may not be all; null: they are. */
  readonly truncation: string | null;
  /** Whether it has more pages than one question reads. */
  readonly isCut?: boolean;
}

/** A collection of Microsoft's that is read whole. */
export interface WholeCollection<Row> {
  /** `skip`: rows to leave out; undefined for none. */
  readonly ask: (skip: number | undefined) => Operation<Page<Row>>;
  readonly idOf: (row: Row) => string;
  /** `$top` of each page; absent: the operation takes none, and its answer is whole unless it has a link. */
  readonly top?: number;
  /** Pages that are read at most; ten unless said. */
  readonly maxPages?: number;
}

/** Pages of one collection that one question reads at most: more would take a request's whole budget. */
const usualPages = 10;

/** Every row of a collection, each once. Calls: one a page, at most ten unless said; a collection that takes `$top` one more at its end. */
export const readEveryRow = async <Row>(
  send: Send,
  tenant: Tenant,
  { ask, idOf, top, maxPages = usualPages }: WholeCollection<Row>,
  scope: CallScope,
  first?: Page<Row>,
): Promise<EveryRow<Row>> => {
  const askAt = (skip: number) => send(tenant, ask(skip === 0 ? undefined : skip), scope);
  const read = await readCollection<Row>(
    {
      ask: async ({ skip }) => (skip === 0 && first !== undefined ? first : askAt(skip)),
      follow: (link) => send.follow(tenant, ask(undefined), link, scope),
      idOf,
      timeOf: null,
      top: () => top ?? Number.POSITIVE_INFINITY,
      shortIsLast: top === undefined,
    },
    { kind: 'start' },
  );
  const rows: Row[] = [...read.page.items];
  let { next } = read.page;
  for (let pages = 1; next !== null; pages += 1) {
    if (pages === maxPages) {
      return { rows, truncation: `No more than ${maxPages} pages were read`, isCut: true };
    }
    const page = await next();
    for (const row of page.items) rows.push(row);
    next = page.next;
  }
  return { rows, truncation: read.remark() ?? null };
};

/** Not every row of a collection could be read: part of them must not pass for all, but another way may have them. */
export class IncompleteError extends UpstreamError {}

/**
 * A collection that takes no options (a machine's alerts, the machines with a tag), whole. `first`: its first page, when that
 * is at hand. Calls: one a page. Throws an `IncompleteError` when it has more than ten pages, repeats itself, or has rows that
 * cannot be read.
 */
export const readWhole = async <Row>(
  send: Send,
  tenant: Tenant,
  operation: Operation<Page<Row>>,
  idOf: (row: Row) => string,
  scope: CallScope,
  first?: Page<Row>,
): Promise<readonly Row[]> => {
  const { rows, truncation } = await readEveryRow(send, tenant, { ask: () => operation, idOf }, scope, first);
  if (truncation === null) return rows;
  throw new IncompleteError('UPSTREAM_REJECTED', `${operation.id}: ${truncation}`, {
    tenant: tenant.name,
    api: operation.api,
  });
};
