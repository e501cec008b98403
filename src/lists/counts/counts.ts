import type { Tenant } from '../../config/tenants.ts';
import { type CountedBy, type CountedName, countedNames, groupingsOf } from '../../entities/counted.ts';
import type { AnyEntity } from '../../entities/entity.ts';
import { type Grouping, type Groupings, groupingOf } from '../../entities/groupings.ts';
import { type EntityNamed, type FilterOf, listedRows, type OrderOf } from '../../entities/table.ts';
import { rowErrorOf } from '../../log/row-error.ts';
import type { CollectionReads } from '../../routing/mde-collection.ts';
import { remarkOf, sorted, wordsOf } from '../answer.ts';
import type { TenantFailure } from '../connection.ts';
import type { ListArguments, ListAsking, ListParts } from '../lists.ts';
import type { StreamQuestion } from '../question.ts';
import { createTenantTime } from '../tenant-time.ts';
import { unansweredOf } from '../unanswered.ts';
import type { CountRow, Counts, TenantCount } from './answer.ts';
import { countedByRows } from './by-rows.ts';
import { countedByService } from './by-service.ts';
import { createTally } from './tally.ts';

/** What is to be counted. */
export interface CountArguments<F, By extends string>
  extends Pick<ListArguments<F>, 'tenants' | 'tenantTags' | 'filter'> {
  readonly by: By;
  /** Whether each tenant has rows of its own. */
  readonly perTenant?: boolean | null | undefined;
}

type AskCounts<F, By extends string> = (asking: ListAsking, asked: CountArguments<F, By>) => Promise<Counts>;

/** Counts of a type. */
type CountsOf<Name extends CountedName> = AskCounts<Partial<FilterOf<Name>>, CountedBy<Name>>;

/** Counts of every type that is counted, over the tenants in which a caller has its permission. */
export type AllCounts = { readonly [Name in CountedName]: CountsOf<Name> };

/** Rows that are judged together where a caller sees some: few questions for many rows that nobody is shown. */
const judgedTogether = 1000;

type CountParts = Omit<ListParts, 'cursors'>;

/**
 * The counts of one type; the permission is checked before anything is read. What a caller does not see is not counted: where
 * they see some rows alone, the rows are read.
 *
 * Upstream calls, a tenant: by Microsoft 1 for up to some 15 groups, 2 for a month of days, else one a page of the list, up to `limits.scanCalls`: 10,000
 * machines 2, 5,000 alerts of Graph 10. Of 50 tenants 50 times as many.
 */
const createCounts = <F, T, Field extends string>(
  { clock, limits, log }: Omit<CountParts, 'reads'>,
  { judge, check, permission, idOf, timeOf }: AnyEntity<F, T, Field>,
  groupings: Groupings<Partial<F>, T>,
  reads: CollectionReads<Partial<F>, T>,
): AskCounts<Partial<F>, string> => {
  const countOf = async (
    { scope, visibility }: ListAsking,
    tenant: Tenant,
    tenants: readonly Tenant[],
    filter: Partial<F>,
    grouping: Grouping<Partial<F>, T>,
  ): Promise<TenantCount> => {
    const { count } = reads;
    const judged = judge(visibility, tenant) !== null;
    if (count !== undefined && !judged) {
      const time = createTenantTime(tenant.name, scope, clock);
      const tally = await countedByService({
        grouping,
        filter,
        tenant: tenant.name,
        now: clock.now(),
        count: (filters) => time.within(() => count(tenant, filters, time.scope)),
      });
      if (tally !== null)
        return { tenant, tally, api: 'graph', method: 'SERVICE', cut: null, remarks: [], missing: null };
    }
    const question: StreamQuestion<Partial<F>, T> = {
      kind: { open: reads.open, idOf, timeOf },
      tenants,
      filter,
      bare: true,
      page: { first: judgedTogether },
      scope,
      clock,
      bounds: { rows: Number.POSITIVE_INFINITY, calls: limits.scanCalls },
      judge: () => judge(visibility, tenant),
    };
    return { tenant, method: 'ROWS', ...(await countedByRows(question, tenant, grouping.keyOf)) };
  };

  return async (asking, { by, perTenant, ...asked }) => {
    const { access, scope } = asking;
    const filter: Partial<F> = asked.filter ?? {};
    check(filter);
    const grouping = groupingOf(groupings, by);
    const tenants = access.selectTenants(asked, permission);
    scope.shareAmong?.(tenants.map(({ name }) => name));
    const failures: TenantFailure[] = [];
    const found = await Promise.all(
      tenants.map(async (tenant) => {
        try {
          return await countOf(asking, tenant, tenants, filter, grouping);
        } catch (error) {
          scope.signal.throwIfAborted();
          failures.push({ tenant, error: rowErrorOf(error, log, { tenant: tenant.name }) });
          return null;
        }
      }),
    );
    const counts = found.filter((count) => count !== null);
    const failed = sorted(failures);
    const unanswered = counts.length === 0 ? unansweredOf(failed) : undefined;
    const missing = sorted(counts.flatMap((count) => count.missing ?? []));
    const isWhole = failed.length === 0 && counts.every(({ cut }) => cut === null);
    return {
      rows: perTenant === true ? rowsByTenant(counts) : rowsTogether(counts, !isWhole),
      tenants: counts,
      total: isWhole ? counts.reduce((sum, { tally }) => sum + tally.total(), 0) : null,
      failures: sorted([
        ...failed,
        ...counts.flatMap(({ tenant, remarks }) => remarks.map((text) => remarkOf(tenant, text))),
      ]),
      ...(unanswered === undefined ? {} : { unanswered }),
      missing,
      truncation: truncationOf(counts, missing, limits.scanCalls),
    };
  };
};

/** One row a group, whosever they are. */
const rowsTogether = (counts: readonly TenantCount[], atLeast: boolean): readonly CountRow[] => {
  const all = createTally();
  for (const { tally } of counts) for (const { key, count } of tally.rows()) all.add(key, count);
  return all.rows().map((row) => ({ ...row, tenant: null, atLeast }));
};

/** The tenants in the order of their names, each with its groups. */
const rowsByTenant = (counts: readonly TenantCount[]): readonly CountRow[] =>
  counts
    .toSorted((a, b) => (a.tenant.name < b.tenant.name ? -1 : 1))
    .flatMap(({ tenant, tally, cut }) => tally.rows().map((row) => ({ ...row, tenant, atLeast: cut !== null })));

const reasons = {
  pages: (calls: number) => `${calls} pages were read (limits.scanCalls)`,
  budget: () => 'the request had no calls or bytes left (limits.upstreamCalls, limits.upstreamBytes)',
} as const;

/** Which bound ended the look in which tenants, and what is not counted; null: it is all counted. */
const truncationOf = (
  counts: readonly TenantCount[],
  missing: readonly TenantFailure[],
  scanCalls: number,
): string | null => {
  const told = (['pages', 'budget'] as const).flatMap((cut) => {
    const names = counts.filter((count) => count.cut === cut).map(({ tenant }) => tenant.name);
    return names.length === 0 ? [] : [`In ${names.toSorted().join(', ')} ${reasons[cut](scanCalls)}`];
  });
  const cut = told.length === 0 ? [] : [`${told.join('; ')}; narrow the filter, or ask fewer tenants at once`];
  return [...cut, ...wordsOf(missing)].join('. ') || null;
};

/** Counts of every type that has a row in the table. */
export function createAllCounts(parts: CountParts): AllCounts;
export function createAllCounts({ reads, ...parts }: CountParts): Readonly<Record<string, unknown>> {
  const countsOf = <Name extends CountedName>(name: Name) =>
    createCounts<FilterOf<Name>, EntityNamed<Name>, OrderOf<Name>>(
      parts,
      listedRows[name],
      groupingsOf[name],
      reads[name],
    );
  return Object.fromEntries(countedNames.map((name) => [name, countsOf(name)]));
}
