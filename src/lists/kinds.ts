import type { Alert } from '../domain/alert.ts';
import type { AlertFilter, IncidentFilter, MachineActionFilter, MachineFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { AlertReads } from '../routing/alerts.ts';
import { checkAlertFilter } from '../routing/filters/alerts.ts';
import { checkIncidentFilter } from '../routing/filters/incidents.ts';
import { checkMachineActionFilter } from '../routing/filters/machine-actions.ts';
import { checkMachineFilter } from '../routing/filters/machines.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { MachineReads } from '../routing/machines.ts';
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
    // Alerts are read along where incidents are judged by them.
    open: (tenant, { filter, alerts }, opening, scope) =>
      reads.incidents.open(tenant, { filter, alerts: alerts || opening.thinned === true }, opening, scope),
    check: ({ filter }) => checkIncidentFilter(filter),
    timeOf: ({ createdAt }) => createdAt,
    idOf: ({ incidentId }) => incidentId,
    judge: ({ incidents }) => incidents,
  },
  alerts: {
    name: 'alerts',
    permission: 'alert:read',
    open: reads.alerts.open,
    check: checkAlertFilter,
    timeOf: ({ createdAt }) => createdAt,
    idOf: ({ alertId }) => alertId,
    judge: ({ alerts }) => alerts,
  },
  machines: {
    name: 'machines',
    permission: 'machine:read',
    open: reads.machines.open,
    check: checkMachineFilter,
    timeOf: null,
    idOf: ({ machineId }) => machineId,
    judge: ({ machines }) => machines,
  },
  machineActions: {
    name: 'machineActions',
    permission: 'action:read',
    open: reads.machineActions.open,
    check: checkMachineActionFilter,
    timeOf: ({ createdAt }) => createdAt,
    idOf: ({ actionId }) => actionId,
    judge: ({ machineActions }) => machineActions,
  },
});
