import type { Asking } from '../access/caller-access.ts';
import type { Sight } from '../access/sight.ts';
import type { Clock } from '../clock.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter, IncidentFilter, MachineActionFilter, MachineFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { Log } from '../log.ts';
import type { Connection } from './connection.ts';
import { type Cursors, questionOf } from './cursor.ts';
import { inTurnConnection } from './in-turn.ts';
import { type ListReads, listKinds } from './kinds.ts';
import { mergedConnection } from './merged.ts';
import { alertOrders, comparatorOf, incidentOrders, machineOrders, type Order } from './orders.ts';
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
  readonly sight: Sight;
}

/** A list of which the caller gives the conditions. */
type AskList<F, T, Field extends string = never> = (
  asking: ListAsking,
  asked: ListArguments<F, Field>,
) => Promise<Connection<T>>;

/**
 * Lists over the tenants in which a caller has the list's permission. What they do not see is left out, and a page is filled
 * with what follows.
 */
export interface Lists {
  /** `alerts`: whether the incidents' alerts are wanted with them. */
  incidents(
    asking: ListAsking,
    asked: ListArguments<IncidentFilter, keyof typeof incidentOrders>,
    wanted: { readonly alerts: boolean },
  ): Promise<Connection<Incident>>;
  readonly alerts: AskList<AlertFilter, Alert, keyof typeof alertOrders>;
  readonly machines: AskList<MachineFilter, Machine, keyof typeof machineOrders>;
  readonly machineActions: AskList<MachineActionFilter, MachineAction>;
}

/** What lists are made of. */
export interface ListParts extends ListReads {
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: { readonly pageSize: number; readonly maxRowsScanned: number; readonly scanCalls: number };
}

/** Every list of the graph; the permission of each is checked before anything is read. */
export const createLists = (parts: ListParts): Lists => {
  const { cursors, limits, log, clock } = parts;
  const kinds = listKinds(parts);

  /** A list of one kind. `orders`: those that callers may ask for; `filterOf`: what is asked of the tenants for a filter. */
  const listOf = <F, A, T, Field extends string>(
    kind: ListKind<A, T>,
    orders: Readonly<Record<Field, (a: T, b: T) => number>>,
  ) => {
    const snapshots = createSnapshots<SortedList<T>>(clock);
    return async (
      { access, scope, sight }: ListAsking,
      asked: ListArguments<F, Field>,
      filter: A,
    ): Promise<Connection<T>> => {
      kind.check?.(filter);
      const tenants = access.selectTenants(asked, kind.permission);
      const orderBy = asked.orderBy ?? null;
      const judgeOf = kind.judge(sight);
      const question: ListQuestion<A, T> = {
        kind,
        tenants,
        filter,
        page: pageArguments(asked, limits.pageSize),
        question: questionOf(
          kind.name,
          tenants.map(({ name }) => name),
          asked.filter ?? {},
          orderBy,
          access.caller.scopeHash,
        ),
        cursors,
        scope,
        clock,
        log,
        bounds: { rows: limits.maxRowsScanned, calls: limits.scanCalls },
        judge: (tenant) => judgeOf(kind.permission, tenant),
      };
      if (orderBy !== null && !(kind.timeOf !== null && isNewestFirst(orderBy))) {
        const compare = comparatorOf(orders, orderBy);
        return sortedConnection(question, { compare, snapshots, callerId: access.caller.id });
      }
      return kind.timeOf === null ? inTurnConnection(question) : mergedConnection(question);
    };
  };

  const incidents = listOf<
    IncidentFilter,
    { filter: IncidentFilter; alerts: boolean },
    Incident,
    keyof typeof incidentOrders
  >(kinds.incidents, incidentOrders);
  const alerts = listOf<AlertFilter, AlertFilter, Alert, keyof typeof alertOrders>(kinds.alerts, alertOrders);
  const machines = listOf<MachineFilter, MachineFilter, Machine, keyof typeof machineOrders>(
    kinds.machines,
    machineOrders,
  );
  const machineActions = listOf<MachineActionFilter, MachineActionFilter, MachineAction, never>(
    kinds.machineActions,
    {},
  );

  return {
    incidents: (asking, asked, wanted) =>
      incidents(asking, asked, { filter: asked.filter ?? {}, alerts: wanted.alerts }),
    alerts: (asking, asked) => alerts(asking, asked, asked.filter ?? {}),
    machines: (asking, asked) => machines(asking, asked, asked.filter ?? {}),
    machineActions: (asking, asked) => machineActions(asking, asked, asked.filter ?? {}),
  };
};

/** Newest first is Microsoft's own order: nothing to sort. */
const isNewestFirst = (order: Order<string>): boolean => order.field === 'CREATED_AT' && order.direction !== 'ASC';
