import type { Asking } from '../access/access.ts';
import { clockSlackMs } from '../audit/ended.ts';
import type { AuditLog, AuditRecord } from '../audit/record.ts';
import type { Tenant } from '../config/tenants.ts';
import { notAfter, notBlank, notEmpty } from '../domain/filter-faults.ts';
import { type Matchers, matcherOf } from '../domain/filters.ts';
import { compareTimes } from '../domain/time.ts';
import type { AuditFilter } from '../generated/inputs.ts';
import { offsetOf } from './array.ts';
import type { Connection } from './connection.ts';
import { type Cursors, questionOf } from './cursor.ts';
import { pageArguments } from './page-arguments.ts';

type Asked<T> = T | null | undefined;

/** Which records, and which page of them. */
export interface AuditQuestion {
  readonly filter?: Asked<AuditFilter>;
  readonly first?: Asked<number>;
  readonly after?: Asked<string>;
}

const matchers: Matchers<AuditFilter, AuditRecord> = {
  caller: ({ callerId, callerName }, caller) => callerId === caller || callerName === caller,
  mutation: ({ mutation }, names) => names.includes(mutation),
  outcome: ({ outcome }, outcomes) => outcomes.includes(outcome),
  target: ({ target }, asked) => target.toLowerCase() === asked.toLowerCase(),
  requestId: ({ requestId }, id) => requestId === id,
  since: ({ at }, time) => compareTimes(at, time) >= 0,
  until: ({ at }, time) => compareTimes(at, time) < 0,
};

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet: an empty page would say that nothing was done. */
const checkFilter = ({ since, until, ...filter }: AuditFilter): void => {
  for (const [name, value] of Object.entries(filter)) {
    if (Array.isArray(value)) notEmpty(value, `filter.${name}`);
    notBlank(value, `filter.${name}`);
  }
  if (since != null && until != null) {
    notAfter({ field: 'filter.since', after: since }, { name: 'until', before: until });
  }
};

/** Its caller has `audit:read` in all of the tenants. */
export type AuditList = (
  asking: Pick<Asking, 'access'>,
  tenants: readonly Pick<Tenant, 'name' | 'tenantId'>[],
  asked: AuditQuestion,
) => Promise<Connection<AuditRecord>>;

/** The audit log as a list, newest first. A cursor holds the number of a record, so that new ones shift nothing. */
export const createAuditList =
  ({
    audit,
    missing,
    cursors,
    limits,
  }: {
    readonly audit: Pick<AuditLog, 'newest'>;
    /** Why records may be missing; null: nothing tells that any are. */
    readonly missing: () => Promise<string | null>;
    readonly cursors: Cursors;
    readonly limits: { readonly pageSize: number; readonly maxRowsScanned: number };
  }): AuditList =>
  async ({ access }, selected, asked) => {
    const ids = new Map(selected.map(({ name, tenantId }) => [name, tenantId]));
    const tenants = new Set(ids.keys());
    const isSeen = ({ tenant, tenantId }: AuditRecord): boolean =>
      ids.has(tenant) && (tenantId ?? ids.get(tenant)) === ids.get(tenant);
    const { first, after } = pageArguments(asked, limits.pageSize);
    const filter = asked.filter ?? {};
    checkFilter(filter);
    const question = questionOf('auditLog', [...tenants], filter, access.caller.scopeHash);
    const matches = matcherOf(filter, matchers);
    const before = after === null ? Number.POSITIVE_INFINITY : offsetOf(cursors, after, question);
    const cursorAt = (seq: number): string => cursors.encode({ kind: 'offset', offset: seq }, question);

    const found: AuditRecord[] = [];
    let scanned = 0;
    let last = before;
    const sinceMs = Date.parse(filter.since ?? '') - clockSlackMs;
    const range = {
      tenants,
      ...(after !== null && { beforeSeq: before }),
      ...(filter.until != null && { untilMs: Date.parse(filter.until) }),
      ...(filter.caller != null && { caller: filter.caller }),
    };
    for await (const record of audit.newest(range)) {
      if (record.seq >= before) continue;
      // Nothing behind it can be within the time asked for.
      if (Date.parse(record.at) < sinceMs) break;
      if (found.length > first || scanned === limits.maxRowsScanned) break;
      scanned += 1;
      last = record.seq;
      if (isSeen(record) && matches?.(record) !== false) found.push(record);
    }
    const rows = found.slice(0, first);
    const cut = scanned === limits.maxRowsScanned && found.length <= first;
    const end = cut ? last : rows.at(-1)?.seq;
    const lost = await missing();
    const looked = cut
      ? `${limits.maxRowsScanned} records were looked at (limits.maxRowsScanned): go on with endCursor, or ask with since and until`
      : null;
    return {
      items: rows.map((node) => ({ node, cursor: () => cursorAt(node.seq) })),
      hasNextPage: cut || found.length > first,
      hasPreviousPage: after !== null,
      totalCount: null,
      endCursor: () => (end === undefined ? after : cursorAt(end)),
      failures: [],
      truncation: [lost, looked].filter((each) => each !== null).join('. ') || null,
    };
  };
