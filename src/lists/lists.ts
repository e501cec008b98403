import type { Asking } from '../access/access.ts';
import type { Visibility } from '../access/visibility.ts';
import type { Clock } from '../clock.ts';
import { comparatorOf, type Order } from '../entities/orders.ts';
import {
  type EntityName,
  type EntityNamed,
  type EntityReads,
  entities,
  type FilterOf,
  type OrderOf,
} from '../entities/table.ts';
import type { Log } from '../log.ts';
import type { Expansion, OpenRows } from '../routing/opened-list.ts';
import type { Connection } from './connection.ts';
import { type Cursors, questionOf } from './cursor.ts';
import { inTurnConnection } from './in-turn.ts';
import { mergedConnection } from './merged.ts';
import { pageArguments } from './page-arguments.ts';
import type { ListKind, ListQuestion } from './question.ts';
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

/**
 * A list of every type of entity, over the tenants in which a caller has its permission. What they do not see is left out, and
 * a page is filled with what follows.
 */
export type Lists = { readonly [Name in EntityName]: AskList<FilterOf<Name>, EntityNamed<Name>, OrderOf<Name>> };

/** What lists are made of. */
export interface ListParts {
  readonly reads: EntityReads;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: { readonly pageSize: number; readonly maxRowsScanned: number; readonly scanCalls: number };
}

/** A type of entity as its list needs it. */
interface Listed<F, T, Field extends string> extends Omit<ListKind<F, T>, 'name' | 'open'> {
  readonly orders: Readonly<Record<Field, (a: T, b: T) => number>>;
}

/** The list of one type; the permission is checked before anything is read. */
const createList = <F extends object, T, Field extends string>(
  { cursors, limits, log, clock }: ListParts,
  name: string,
  { orders, ...entity }: Listed<F, T, Field>,
  open: OpenRows<F, T>,
  none: F,
): AskList<F, T, Field> => {
  const snapshots = createSnapshots<SortedList<T>>(clock);
  const kind = { ...entity, name, open };
  return async ({ access, scope, visibility }, asked, expand = []) => {
    const filter = asked.filter ?? none;
    kind.check?.(filter);
    const tenants = access.selectTenants(asked, kind.permission);
    const orderBy = asked.orderBy ?? null;
    const question: ListQuestion<F, T> = {
      kind,
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
      judge: (tenant) => kind.judge(visibility, tenant),
    };
    if (orderBy !== null && !(kind.timeOf !== null && isNewestFirst(orderBy))) {
      return sortedConnection(question, {
        compare: comparatorOf(orders, orderBy),
        snapshots,
        callerId: access.caller.id,
      });
    }
    return kind.timeOf === null ? inTurnConnection(question) : mergedConnection(question);
  };
};

/** Every list of the graph. */
export const createLists = (parts: ListParts): Lists => ({
  incidents: createList(parts, 'incidents', entities.incidents, parts.reads.incidents.open, {}),
  alerts: createList(parts, 'alerts', entities.alerts, parts.reads.alerts.open, {}),
  machines: createList(parts, 'machines', entities.machines, parts.reads.machines.open, {}),
  machineActions: createList(parts, 'machineActions', entities.machineActions, parts.reads.machineActions.open, {}),
  vulnerabilities: createList(parts, 'vulnerabilities', entities.vulnerabilities, parts.reads.vulnerabilities.open, {}),
  software: createList(parts, 'software', entities.software, parts.reads.software.open, {}),
  recommendations: createList(parts, 'recommendations', entities.recommendations, parts.reads.recommendations.open, {}),
  remediationTasks: createList(
    parts,
    'remediationTasks',
    entities.remediationTasks,
    parts.reads.remediationTasks.open,
    {},
  ),
});

/** Newest first is Microsoft's own order: nothing to sort. */
const isNewestFirst = (order: Order<string>): boolean => order.field === 'CREATED_AT' && order.direction !== 'ASC';
