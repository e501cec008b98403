import type { Asking } from '../access/access.ts';
import type { Visibility } from '../access/visibility.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { AnyEntity } from '../entities/entity.ts';
import { comparatorOf, type Order } from '../entities/orders.ts';
import {
  type EntityNamed,
  type FilterOf,
  type ListedName,
  type ListReads,
  listedNames,
  listedRows,
  type OrderOf,
} from '../entities/table.ts';
import type { Log } from '../log.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import type { Expansion, OpenRows } from '../routing/opened-list.ts';
import type { Connection } from './connection.ts';
import { withCount } from './counts/total.ts';
import { type Cursors, questionOf } from './cursor.ts';
import { inTurnConnection } from './in-turn.ts';
import { createListSizes } from './list-sizes.ts';
import { mergedConnection } from './merged.ts';
import { pageArguments } from './page-arguments.ts';
import type { ListQuestion, RowsQuestion } from './question.ts';
import { mergedRows, type Rows, rowsInTurn, sortedRows } from './rows.ts';
import { createSnapshots } from './snapshots.ts';
import { type SortedList, sortedConnection } from './sorted.ts';

type Asked<T> = T | null | undefined;

/** The arguments that every list has. */
export interface ListArguments<F, Field extends string = never> {
  readonly tenants?: Asked<readonly string[]>;
  readonly tenantTags?: Asked<readonly string[]>;
  readonly filter?: Asked<F>;
  readonly orderBy?: Asked<Order<Field>>;
  readonly first?: Asked<number>;
  readonly after?: Asked<string>;
}

/** Who asks for a list, and what they see of it. */
export interface ListAsking extends Asking {
  readonly visibility: Visibility;
}

/** Asks for a list. `expand`: what else is wanted with its rows. */
type AskList<F, T, Field extends string> = (
  asking: ListAsking,
  asked: ListArguments<F, Field>,
  expand?: readonly Expansion[],
) => Promise<Connection<T>>;

/** The list of a type. */
type ListOf<Name extends ListedName> = AskList<FilterOf<Name>, EntityNamed<Name>, OrderOf<Name>>;

/**
 * A list of every type of entity, over the tenants in which a caller has its permission. What they do not see is left out, and
 * a page is filled with what follows.
 */
export type Lists = { readonly [Name in ListedName]: ListOf<Name> };

/** What lists are made of. */
export interface ListParts {
  readonly reads: ListReads;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: { readonly pageSize: number; readonly maxRowsScanned: number; readonly scanCalls: number };
}

/** What every list of a type is asked with. */
interface Listed<F, T> {
  readonly question: Omit<RowsQuestion<Partial<F>, T>, 'page' | 'bounds'>;
  /** Identifies the question to its cursors. */
  readonly asked: readonly unknown[];
  /** An order that the gateway makes; null: the list's own. */
  readonly compare: ((a: T, b: T) => number) | null;
}

const sortedNames = (names: readonly string[] | null | undefined): readonly string[] => [...new Set(names)].sort();

/** The choice of tenants as it was asked for, not what it comes to: tenants come and go while a list is read on. */
export const choiceOf = ({
  tenants,
  tenantTags,
}: Pick<ListArguments<unknown, string>, 'tenants' | 'tenantTags'>): unknown =>
  tenants == null && tenantTags == null ? null : [sortedNames(tenants), sortedNames(tenantTags)];

/** Asks for the rows of one type; filter and permission are checked before anything is read. */
const listed = <F, T, Field extends string>(
  { log, clock }: Pick<ListParts, 'log' | 'clock'>,
  name: string,
  { judge, orders, check, permission, idOf, timeOf }: AnyEntity<F, T, Field>,
  open: OpenRows<Partial<F>, T>,
  { access, scope, visibility }: ListAsking,
  asked: ListArguments<F, Field>,
): Listed<F, T> => {
  const filter: Partial<F> = asked.filter ?? {};
  check(filter);
  const tenants = access.selectTenants(asked, permission);
  scope.shareAmong?.(tenants.map((tenant) => tenant.name));
  const orderBy = asked.orderBy ?? null;
  const isOwnOrder = orderBy === null || (timeOf !== null && isNewestFirst(orderBy));
  return {
    question: {
      kind: { open, idOf, timeOf },
      ...{ tenants, filter, scope, clock, log },
      judge: (tenant) => judge(visibility, tenant),
    },
    asked: [name, choiceOf(asked), filter, orderBy, access.caller.scopeHash],
    compare: isOwnOrder ? null : comparatorOf(orders, orderBy),
  };
};

/** The list of one type, in pages. */
const createList = <F, T, Field extends string>(
  { cursors, limits, ...parts }: Omit<ListParts, 'reads'>,
  name: string,
  entity: AnyEntity<F, T, Field>,
  { open, count }: Pick<CollectionReads<Partial<F>, T>, 'open' | 'count'>,
): AskList<F, T, Field> => {
  const snapshots = createSnapshots<SortedList<T>>(parts.clock);
  const sizes = createListSizes();
  return async (asking, asked, expand = []) => {
    const { question, asked: identity, compare } = listed(parts, name, entity, open, asking, asked);
    const paged: ListQuestion<Partial<F>, T> = {
      ...question,
      expand,
      page: pageArguments(asked, limits.pageSize),
      question: questionOf(...identity),
      cursors,
      bounds: { rows: limits.maxRowsScanned, calls: limits.scanCalls },
    };
    const connection = (): Promise<Connection<T>> => {
      if (compare !== null) return sortedConnection(paged, { compare, snapshots, callerId: asking.access.caller.id });
      return entity.timeOf === null ? inTurnConnection(paged, sizes) : mergedConnection(paged, sizes);
    };
    return withCount(await connection(), paged, count);
  };
};

/** Every list of the graph. */
export function createLists(parts: ListParts): Lists;
export function createLists({ reads, ...parts }: ListParts): Readonly<Record<string, unknown>> {
  const listOf = <Name extends ListedName>(name: Name): ListOf<Name> =>
    createList(parts, name, listedRows[name], reads[name]);
  return Object.fromEntries(listedNames.map((name) => [name, listOf(name)]));
}

/** All rows of a list as they come; `first`: how many are wanted, if not all. `conditionsIn`: what each tenant is asked besides. */
type AskRows<F, T, Field extends string> = (
  asking: ListAsking,
  asked: ListArguments<F, Field>,
  conditionsIn?: (tenant: Tenant) => Partial<F>,
) => Rows<T>;

/** All rows of every list: the same lists, without pages. */
export type AllRows = {
  readonly [Name in ListedName]: AskRows<FilterOf<Name>, EntityNamed<Name>, OrderOf<Name>>;
};

/** Rows of a page at most; a service that gives fewer at once is asked for so many. */
const largestPage = 10_000;

/** Tenants that are opened while all rows of one are read, so that nobody waits for the first page of the next. */
const tenantsAhead = 2;

/** Rows of all tenants together that are asked for at once, and of each at least. */
const rowsAtOnce = { together: 2000, each: 50 } as const;

/** Throws as a list does before anything is read. Rows are sorted up to `limits.maxRowsScanned` a tenant. */
const createRows =
  <F, T, Field extends string>(
    parts: Pick<ListParts, 'log' | 'clock' | 'limits'>,
    name: string,
    entity: AnyEntity<F, T, Field>,
    open: OpenRows<Partial<F>, T>,
  ): AskRows<F, T, Field> =>
  (asking, asked, conditionsIn) => {
    const openIn: OpenRows<Partial<F>, T> = conditionsIn === undefined
      ? open
      : (tenant, filter, ...how) => open(tenant, { ...filter, ...conditionsIn(tenant) }, ...how);
    const { question, compare } = listed(parts, name, entity, openIn, asking, asked);
    const all = { rows: Number.POSITIVE_INFINITY, calls: Number.POSITIVE_INFINITY };
    const together = Math.min(rowsAtOnce.together, (asked.first ?? rowsAtOnce.together) + 1);
    if (compare !== null) {
      const bounds = { ...all, rows: parts.limits.maxRowsScanned };
      return sortedRows({ ...question, page: { first: together }, bounds }, compare);
    }
    // The fewer pages a list without an order has, the less can come or go between two of them.
    if (entity.timeOf === null) {
      const first = Math.min(largestPage, (asked.first ?? largestPage) + 1);
      // Where some rows are wanted, those of the next tenant may not be.
      return rowsInTurn({ ...question, page: { first }, bounds: all }, asked.first == null ? tenantsAhead : 0);
    }
    const each = Math.max(rowsAtOnce.each, Math.ceil(rowsAtOnce.together / Math.max(1, question.tenants.length)));
    return mergedRows({ ...question, page: { first: Math.min(each, together) }, bounds: all });
  };

/** The rows of every list of the graph. */
export function createAllRows(parts: Omit<ListParts, 'cursors'>): AllRows;
export function createAllRows({ reads, ...parts }: Omit<ListParts, 'cursors'>): Readonly<Record<string, unknown>> {
  const rowsOf = <Name extends ListedName>(name: Name): AskRows<FilterOf<Name>, EntityNamed<Name>, OrderOf<Name>> =>
    createRows(parts, name, listedRows[name], reads[name].open);
  return Object.fromEntries(listedNames.map((name) => [name, rowsOf(name)]));
}

/** Newest first is Microsoft's own order: nothing to sort. */
const isNewestFirst = (order: Order<string>): boolean => order.field === 'CREATED_AT' && order.direction !== 'ASC';
