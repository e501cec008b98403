import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';
import { readCollection } from './collection-reader.ts';

/** All rows of something, as far as a limit let them be read. */
export interface EveryRow<Row> {
  readonly rows: readonly Row[];
  /** Why these may not be all; null: they are. */
  readonly truncation: string | null;
}

/** A collection of Microsoft's that is read whole. */
export interface WholeCollection<Row> {
  /** `skip`: rows to leave out; undefined for none. */
  readonly ask: (skip: number | undefined) => Operation<Page<Row>>;
  readonly idOf: (row: Row) => string;
  /** `$top` of each page; absent: the operation takes none, and its answer is whole unless it has a link. */
  readonly top?: number;
}

/** Pages of one collection that one question reads at most. */
const maxPages = 10;

/** Every row of a collection, each once. Calls: one a page, at most ten; a collection that takes `$top` one more at its end. */
export const readEveryRow = async <Row>(
  send: Send,
  tenant: Tenant,
  { ask, idOf, top }: WholeCollection<Row>,
  scope: CallScope,
): Promise<EveryRow<Row>> => {
  const read = await readCollection<Row>(
    {
      ask: ({ skip }) => send(tenant, ask(skip === 0 ? undefined : skip), scope),
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
    if (pages === maxPages) return { rows, truncation: `Only ${rows.length} rows were read, in ${maxPages} calls` };
    const page = await next();
    rows.push(...page.items);
    next = page.next;
  }
  return { rows, truncation: read.remark() ?? null };
};
