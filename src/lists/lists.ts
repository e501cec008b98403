import type { Asking } from '../access/caller-access.ts';
import type { Permission } from '../access/roles.ts';
import type { JudgeOf, Sight } from '../access/sight.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter, IncidentFilter, MachineActionFilter, MachineFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { compareTimes } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { AlertReads } from '../routing/alerts.ts';
import { checkAlertFilter } from '../routing/filters/alerts.ts';
import { checkIncidentFilter } from '../routing/filters/incidents.ts';
import { checkMachineActionFilter } from '../routing/filters/machine-actions.ts';
import { checkMachineFilter } from '../routing/filters/machines.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import { byOffset } from '../routing/list.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { Connection } from './connection.ts';
import { type Cursors, questionOf } from './cursor.ts';
import { type ListKind, mergedConnection } from './merged.ts';
import { alertOrders, comparatorOf, incidentOrders, machineOrders, type Order } from './orders.ts';
import { pageArguments } from './page-arguments.ts';
import { sortedConnection } from './sorted.ts';

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

/** Who asks for a list, and what he sees of it. */
export interface ListAsking extends Asking {
  readonly sight: Sight;
}

/** How one list is answered. */
interface ListRules<F, T> {
  readonly permission: Permission;
  readonly none: F;
  /** `null`: Microsoft's own order. */
  readonly compare: ((a: T, b: T) => number) | null;
  readonly judge: JudgeOf<T>;
}

/**
 * Lists over the tenants in which a caller has the list's permission. What he does not see is left out, and a page is filled
 * with what follows.
 */
export interface Lists {
  /** `alerts`: whether the incidents' alerts are wanted with them. */
  incidents(
    asking: ListAsking,
    asked: ListArguments<IncidentFilter, keyof typeof incidentOrders>,
    wanted: { readonly alerts: boolean },
  ): Promise<Connection<Incident>>;
  alerts(asking: ListAsking, asked: ListArguments<AlertFilter, keyof typeof alertOrders>): Promise<Connection<Alert>>;
  machines(
    asking: ListAsking,
    asked: ListArguments<MachineFilter, keyof typeof machineOrders>,
  ): Promise<Connection<Machine>>;
  machineActions(asking: ListAsking, asked: ListArguments<MachineActionFilter>): Promise<Connection<MachineAction>>;
}

/** What lists are made of. */
export interface ListParts {
  readonly cursors: Cursors;
  readonly log: Log;
  readonly incidents: IncidentReads;
  readonly alerts: AlertReads;
  readonly machines: MachineReads;
  readonly machineActions: MachineActionReads;
  readonly limits: { readonly pageSize: number; readonly maxRowsScanned: number };
}

/** Every list of the graph; the permission of each is checked before anything is read. */
export const createLists = (parts: ListParts): Lists => {
  const { cursors, limits, log } = parts;

  const answer = <F extends object, T, Field extends string>(
    { access, scope }: ListAsking,
    asked: ListArguments<F, Field>,
    kind: ListKind<F, T>,
    rules: ListRules<F, T>,
  ): Promise<Connection<T>> => {
    const tenants = access.selectTenants(asked, rules.permission);
    const filter = asked.filter ?? rules.none;
    kind.check?.(filter);
    const question = {
      kind,
      tenants,
      filter,
      page: pageArguments(asked, limits.pageSize),
      question: questionOf(
        kind.name,
        tenants.map(({ name }) => name),
        filter,
        asked.orderBy ?? null,
        access.caller.scopeHash,
      ),
      cursors,
      scope,
      log,
      scanLimit: limits.maxRowsScanned,
      judge: (tenant: Tenant) => rules.judge(rules.permission, tenant),
    };
    return rules.compare === null ? mergedConnection(question) : sortedConnection(question, rules.compare);
  };

  /** Newest first is Microsoft's own order: nothing to sort. */
  const isNewestFirst = (order: Asked<Order<string>>): boolean =>
    order === null || order === undefined || (order.field === 'CREATED_AT' && order.direction !== 'ASC');

  return {
    incidents: async (asking, asked, { alerts }) =>
      answer<IncidentFilter, Incident, keyof typeof incidentOrders>(
        asking,
        asked,
        {
          name: 'incidents',
          // Alerts are read along where incidents are judged by them.
          open: byOffset((tenant, filter: IncidentFilter, opening, scope) =>
            parts.incidents.open(tenant, { filter, alerts: alerts || opening.thinned === true }, opening, scope),
          ),
          check: checkIncidentFilter,
          timeOf: ({ createdAt }) => createdAt,
          compareTimes,
        },
        {
          permission: 'incident:read',
          none: {},
          judge: asking.sight.incidents,
          compare:
            isNewestFirst(asked.orderBy) || asked.orderBy == null ? null : comparatorOf(incidentOrders, asked.orderBy),
        },
      ),

    alerts: async (asking, asked) =>
      answer<AlertFilter, Alert, keyof typeof alertOrders>(
        asking,
        asked,
        {
          name: 'alerts',
          open: byOffset(parts.alerts.open),
          check: checkAlertFilter,
          timeOf: ({ createdAt }) => createdAt,
          compareTimes,
        },
        {
          permission: 'alert:read',
          none: {},
          judge: asking.sight.alerts,
          compare:
            isNewestFirst(asked.orderBy) || asked.orderBy == null ? null : comparatorOf(alertOrders, asked.orderBy),
        },
      ),

    machines: async (asking, asked) =>
      answer<MachineFilter, Machine, keyof typeof machineOrders>(
        asking,
        asked,
        {
          name: 'machines',
          open: byOffset(parts.machines.open),
          check: checkMachineFilter,
          timeOf: null,
          compareTimes,
        },
        {
          permission: 'machine:read',
          none: {},
          judge: asking.sight.machines,
          compare: asked.orderBy == null ? null : comparatorOf(machineOrders, asked.orderBy),
        },
      ),

    machineActions: async (asking, asked) =>
      answer<MachineActionFilter, MachineAction, never>(
        asking,
        asked,
        {
          name: 'machineActions',
          open: byOffset(parts.machineActions.open),
          check: checkMachineActionFilter,
          timeOf: ({ createdAt }) => createdAt,
          compareTimes,
        },
        { permission: 'action:read', none: {}, compare: null, judge: asking.sight.machineActions },
      ),
  };
};
