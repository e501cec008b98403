import type { Alert } from '../domain/alert.ts';
import type { AlertFilter, IncidentFilter, MachineActionFilter, MachineFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { createAlertReads } from '../routing/alerts.ts';
import { checkAlertFilter } from '../routing/filters/alerts.ts';
import { checkIncidentFilter } from '../routing/filters/incidents.ts';
import { checkMachineActionFilter } from '../routing/filters/machine-actions.ts';
import { checkMachineFilter } from '../routing/filters/machines.ts';
import { createIncidentReads } from '../routing/incidents.ts';
import { createMachineActionReads } from '../routing/machine-actions.ts';
import { createMachineReads } from '../routing/machines.ts';
import { entity, type ReadParts } from './entity.ts';
import { investigations } from './investigation.ts';
import { libraryFiles } from './library-file.ts';
import { alertOrders, incidentOrders, machineOrders } from './orders.ts';
import { recommendations } from './recommendation.ts';
import { remediationTasks } from './remediation-task.ts';
import { software } from './software.ts';
import { vulnerabilities } from './vulnerability.ts';

/** Every type of entity, by the name of its list: from here come lists, loaders, look-ups and global ids. */
export const entities = {
  incidents: entity({
    type: 'Incident',
    kind: 'incident',
    idOf: ({ incidentId }: Incident) => incidentId,
    permission: 'incident:read',
    visible: ({ incidents }) => incidents,
    reads: createIncidentReads,
    timeOf: ({ createdAt }) => createdAt,
    orders: incidentOrders,
    check: (filter: IncidentFilter) => checkIncidentFilter(filter),
  }),
  alerts: entity({
    type: 'Alert',
    kind: 'alert',
    idOf: ({ alertId }: Alert) => alertId,
    permission: 'alert:read',
    visible: ({ alerts }) => alerts,
    reads: createAlertReads,
    timeOf: ({ createdAt }) => createdAt,
    orders: alertOrders,
    check: (filter: AlertFilter) => checkAlertFilter(filter),
  }),
  machines: entity({
    type: 'Machine',
    kind: 'machine',
    idOf: ({ machineId }: Machine) => machineId,
    permission: 'machine:read',
    visible: ({ machines }) => machines,
    reads: createMachineReads,
    timeOf: null,
    orders: machineOrders,
    check: (filter: MachineFilter) => checkMachineFilter(filter),
  }),
  machineActions: entity({
    type: 'MachineAction',
    kind: 'machineAction',
    idOf: ({ actionId }: MachineAction) => actionId,
    permission: 'action:read',
    visible: ({ machineActions }) => machineActions,
    reads: createMachineActionReads,
    timeOf: ({ createdAt }) => createdAt,
    orders: {},
    check: (filter: MachineActionFilter) => checkMachineActionFilter(filter),
  }),
  investigations,
  libraryFiles,
  vulnerabilities,
  software,
  recommendations,
  remediationTasks,
} as const;

type Entities = typeof entities;

/** The name of a type's list. */
export type EntityName = keyof Entities;

/** All names, in the order of the table. */
export const entityNames: readonly EntityName[] = Object.keys(entities).filter((name): name is EntityName =>
  Object.hasOwn(entities, name),
);

/** The type in the graph. */
export type EntityType = Entities[EntityName]['type'];

/** The filter of a type's list. */
export type FilterOf<Name extends EntityName> = Parameters<Entities[Name]['check']>[0];

/** An entity of a type. */
export type EntityNamed<Name extends EntityName> = Parameters<Entities[Name]['idOf']>[0];

/** The orders that a type's list may be asked in. */
export type OrderOf<Name extends EntityName> = keyof Entities[Name]['orders'] & string;

/** The reads of every type. */
export type EntityReads = { readonly [Name in EntityName]: ReturnType<Entities[Name]['reads']> };

/** Builds them. */
export function createEntityReads(parts: ReadParts): EntityReads;
export function createEntityReads(parts: ReadParts): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entities).map(([name, { reads }]) => [name, reads(parts)]));
}

export type { Entity } from './entity.ts';
