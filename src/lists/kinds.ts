import type { Alert } from '../domain/alert.ts';
import type { AlertFilter, IncidentFilter, MachineActionFilter, MachineFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { AlertReads } from '../routing/alerts.ts';
import { alertMatchers, graphAlertPush, mdeAlertPush } from '../routing/filters/alerts.ts';
import { graphIncidentPush, incidentMatchers, m365dIncidentPush } from '../routing/filters/incidents.ts';
import { machineActionMatchers, mdeMachineActionPush } from '../routing/filters/machine-actions.ts';
import { machineMatchers, mdeMachinePush } from '../routing/filters/machines.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { MachineReads } from '../routing/machines.ts';
import { fromOld } from './from-old.ts';
import type { ListKind } from './question.ts';

/** What lists are read with. */
export interface ListReads {
  readonly incidents: IncidentReads;
  readonly alerts: AlertReads;
  readonly machines: MachineReads;
  readonly machineActions: MachineActionReads;
}

/** An incident is asked for with its alerts or without. */
export interface IncidentsAsked {
  readonly filter: IncidentFilter;
  readonly alerts: boolean;
}

/** The kinds of list that there are. */
export interface ListKinds {
  readonly incidents: ListKind<IncidentsAsked, Incident>;
  readonly alerts: ListKind<AlertFilter, Alert>;
  readonly machines: ListKind<MachineFilter, Machine>;
  readonly machineActions: ListKind<MachineActionFilter, MachineAction>;
}

/** One row a list. */
export const listKinds = (reads: ListReads): ListKinds => ({
  incidents: {
    name: 'incidents',
    permission: 'incident:read',
    open: fromOld({
      // Alerts are read along where incidents are judged by them.
      open: (tenant, { filter, alerts }: IncidentsAsked, place, scope) =>
        reads.incidents.open(tenant, { filter, alerts: alerts || place.thinned === true }, place, scope),
      conditionsOf: ({ filter }) => filter,
      matchers: incidentMatchers,
      pushes: { graph: graphIncidentPush, m365d: m365dIncidentPush },
      idOf: ({ incidentId }) => incidentId,
      timeOf: ({ createdAt }) => createdAt,
    }),
    timeOf: ({ createdAt }) => createdAt,
    idOf: ({ incidentId }) => incidentId,
    judge: ({ incidents }) => incidents,
  },
  alerts: {
    name: 'alerts',
    permission: 'alert:read',
    open: fromOld({
      open: reads.alerts.open,
      conditionsOf: (filter: AlertFilter) => filter,
      matchers: alertMatchers,
      pushes: { graph: graphAlertPush, mde: mdeAlertPush },
      idOf: ({ alertId }) => alertId,
      timeOf: ({ createdAt }) => createdAt,
    }),
    timeOf: ({ createdAt }) => createdAt,
    idOf: ({ alertId }) => alertId,
    judge: ({ alerts }) => alerts,
  },
  machines: {
    name: 'machines',
    permission: 'machine:read',
    open: fromOld({
      open: reads.machines.open,
      conditionsOf: (filter: MachineFilter) => filter,
      matchers: machineMatchers,
      pushes: { mde: mdeMachinePush },
      idOf: ({ machineId }) => machineId,
      timeOf: null,
    }),
    timeOf: null,
    idOf: ({ machineId }) => machineId,
    judge: ({ machines }) => machines,
  },
  machineActions: {
    name: 'machineActions',
    permission: 'action:read',
    open: fromOld({
      open: reads.machineActions.open,
      conditionsOf: (filter: MachineActionFilter) => filter,
      matchers: machineActionMatchers,
      pushes: { mde: mdeMachineActionPush },
      idOf: ({ actionId }) => actionId,
      timeOf: ({ createdAt }) => createdAt,
    }),
    timeOf: ({ createdAt }) => createdAt,
    idOf: ({ actionId }) => actionId,
    judge: ({ machineActions }) => machineActions,
  },
});
