import type { Asking } from '../access/access.ts';
import type { Visibility } from '../access/visibility.ts';
import type { Clock } from '../clock.ts';
import type { AnyEntity } from '../entities/entity.ts';
import { comparatorOf, type Order } from '../entities/orders.ts';
import {
  type AnyReads,
  byEntity,
  type EntityName,
  type EntityNamed,
  type FilterOf,
  type OrderOf,
  rows,
} from '../entities/table.ts';
import type { Log } from '../log.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import type { Expansion } from '../routing/opened-list.ts';
import type { Connection } from './connection.ts';
import { withCount } from './counts/total.ts';
import { type Cursors, questionOf } from './cursor.ts';
import { inTurnConnection } from './in-turn.ts';
import { mergedConnection } from './merged.ts';
import { pageArguments } from './page-arguments.ts';
import type { ListQuestion } from './question.ts';
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
type ListOf<Name extends EntityName> = AskList<FilterOf<Name>, EntityNamed<Name>, OrderOf<Name>>;

/**
 * A list of every type of entity, over the tenants in which a caller has its permission. What they do not see is left out, and
 * a page is filled with what follows.
 */
export type Lists = { readonly [Name in EntityName]: ListOf<Name> };

/** What lists are made of. */
export interface ListParts {
  readonly reads: AnyReads;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: { readonly pageSize: number; readonly maxRowsScanned: number; readonly scanCalls: number };
}

/** The list of one type; the permission is checked before anything is read. */
const createList = <F, T, Field extends string>(
  { cursors, limits, log, clock }: Omit<ListParts, 'reads'>,
  name: string,
  { judge, orders, check, permission, idOf, timeOf }: AnyEntity<F, T, Field>,
  { open, count }: Pick<CollectionReads<Partial<F>, T>, 'open' | 'count'>,
): AskList<F, T, Field> => {
  const snapshots = createSnapshots<SortedList<T>>(clock);
  return async ({ access, scope, visibility }, asked, expand = []) => {
    const filter: Partial<F> = asked.filter ?? {};
    check(filter);
    const tenants = access.selectTenants(asked, permission);
    scope.shareAmong?.(tenants.map(({ name }) => name));
    const orderBy = asked.orderBy ?? null;
    const question: ListQuestion<Partial<F>, T> = {
      kind: { open, idOf, timeOf },
      tenants,
      filter,
      expand,
      page: pageArguments(asked, limits.pageSize),
      question: questionOf(
        name,
        tenants.map((tenant) => tenant.name),
        filter,
        orderBy,
        access.caller.scopeHash,
      ),
      cursors,
      scope,
      clock,
      log,
      bounds: { rows: limits.maxRowsScanned, calls: limits.scanCalls },
      judge: (tenant) => judge(visibility, tenant),
    };
    const connection = (): Promise<Connection<T>> => {
      if (orderBy !== null && !(timeOf !== null && isNewestFirst(orderBy))) {
        return sortedConnection(question, {
          compare: comparatorOf(orders, orderBy),
          snapshots,
          callerId: access.caller.id,
        });
      }
      return timeOf === null ? inTurnConnection(question) : mergedConnection(question);
    };
    return withCount(await connection(), question, count);
  };
};

/** Every list of the graph. */
export function createLists(parts: ListParts): Lists;
export function createLists({ reads, ...parts }: ListParts): Readonly<Record<string, unknown>> {
  const listOf = <Name extends EntityName>(name: Name): ListOf<Name> =>
    createList(parts, name, rows[name], reads[name]);
  return byEntity(listOf);
}

/** Newest first is Microsoft's own order: nothing to sort. */
const isNewestFirst = (order: Order<string>): boolean => order.field === 'CREATED_AT' && order.direction !== 'ASC';
