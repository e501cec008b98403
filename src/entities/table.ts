import type { Alert } from '../domain/alert.ts';
import type { AlertFilter, IncidentFilter, MachineActionFilter, MachineFilter } from '../domain/filters.ts';
import { idForms } from '../domain/id-forms.ts';
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
import type { CollectionReads } from '../routing/mde-collection.ts';
import { antivirusHealth } from './antivirus-health.ts';
import { baselineConfigurations } from './baseline-configuration.ts';
import { baselineProfiles } from './baseline-profile.ts';
import { browserExtensionPermissions } from './browser-extension-permission.ts';
import { type AnyEntity, type Entity, type EntityKey, entity, type Owned, type ReadParts } from './entity.ts';
import { indicators } from './indicator.ts';
import { investigations } from './investigation.ts';
import { libraryFiles } from './library-file.ts';
import { domains, files, ipAddresses, urls, users } from './observables.ts';
import { alertOrders, incidentOrders, machineOrders } from './orders.ts';
import { recommendations } from './recommendation.ts';
import { remediationTasks } from './remediation-task.ts';
import { scanAgents } from './scan-agent.ts';
import { scanDefinitions } from './scan-definition.ts';
import { software } from './software.ts';
import { vulnerabilities } from './vulnerability.ts';

/**
 * Every type of entity, by the name of its list, or of its many where no list has it: from here come lists, loaders, look-ups, resolvers and global ids. A type stands
 * before those whose ids it has in fields of its own (an alert names its incident and its machine).
 */
export const entities = {
  alerts: entity({
    type: 'Alert',
    id: idForms.alert,
    idOf: ({ alertId }: Alert) => alertId,
    permission: 'alert:read',
    visible: ({ alerts }) => alerts,
    reads: createAlertReads,
    timeOf: ({ createdAt }) => createdAt,
    orders: alertOrders,
    check: (filter: AlertFilter) => checkAlertFilter(filter),
  }),
  machineActions: entity({
    type: 'MachineAction',
    id: idForms.machineAction,
    idOf: ({ actionId }: MachineAction) => actionId,
    permission: 'action:read',
    visible: ({ machineActions }) => machineActions,
    reads: createMachineActionReads,
    timeOf: ({ createdAt }) => createdAt,
    orders: {},
    check: (filter: MachineActionFilter) => checkMachineActionFilter(filter),
  }),
  investigations,
  antivirusHealth,
  scanDefinitions,
  scanAgents,
  incidents: entity({
    type: 'Incident',
    id: idForms.incident,
    idOf: ({ incidentId }: Incident) => incidentId,
    permission: 'incident:read',
    visible: ({ incidents }) => incidents,
    reads: createIncidentReads,
    timeOf: ({ createdAt }) => createdAt,
    orders: incidentOrders,
    check: (filter: IncidentFilter) => checkIncidentFilter(filter),
  }),
  machines: entity({
    type: 'Machine',
    id: idForms.machine,
    idOf: ({ machineId }: Machine) => machineId,
    permission: 'machine:read',
    visible: ({ machines }) => machines,
    reads: createMachineReads,
    timeOf: null,
    orders: machineOrders,
    check: (filter: MachineFilter) => checkMachineFilter(filter),
  }),
  libraryFiles,
  indicators,
  vulnerabilities,
  software,
  recommendations,
  remediationTasks,
  files,
  domains,
  ipAddresses,
  urls,
  users,
  baselineProfiles,
  baselineConfigurations,
  browserExtensionPermissions,
} as const;

type Entities = typeof entities;

/** The name of a type: that of its list, where it has one. */
export type EntityName = keyof Entities;

/** The name of a type's list. */
export type ListedName = {
  [Name in EntityName]: Entities[Name] extends { readonly check: unknown } ? Name : never;
}[EntityName];

/** All names, in the order of the table. */
export const entityNames: readonly EntityName[] = Object.keys(entities).filter((name): name is EntityName =>
  Object.hasOwn(entities, name),
);

/** Whether a list has them; otherwise each says its own type. */
export const isListed = (name: EntityName): name is ListedName => Object.hasOwn(entities[name], 'check');

/** Those that a list has. */
export const listedNames: readonly ListedName[] = entityNames.filter(isListed);

/** The type in the graph. */
export type EntityType = Entities[EntityName]['type'];

/** The list that a type stands under. */
export type NameOf<Type extends EntityType> = {
  [Name in EntityName]: Entities[Name]['type'] extends Type ? Name : never;
}[EntityName];

/** The filter of a type's list. */
export type FilterOf<Name extends ListedName> = Parameters<Entities[Name]['check']>[0];

/** An entity of a type. */
export type EntityNamed<Name extends EntityName> = Parameters<Entities[Name]['idOf']>[0];

/** The same, by the type in the graph. */
export type EntityOfType<Type extends EntityType> = EntityNamed<NameOf<Type>>;

/** The orders that a type's list may be asked in. */
export type OrderOf<Name extends ListedName> = keyof Entities[Name]['orders'] & string;

/** The field that has a type's id, and the argument that names one. */
export type IdFieldOf<Name extends EntityName> = Entities[Name]['id']['field'];

/** The field of `Query` that looks one up. */
export type LookUpOf<Name extends EntityName> = [NonNullable<Entities[Name]['lookUp']>] extends [never]
  ? Uncapitalize<Entities[Name]['type']>
  : NonNullable<Entities[Name]['lookUp']>;

/** The table as functions over any of its types see it. */
export const rows: { readonly [Name in EntityName]: Entity<EntityNamed<Name>> } = entities;

/** The same of those that a list has. */
export const listedRows: {
  readonly [Name in ListedName]: AnyEntity<FilterOf<Name>, EntityNamed<Name>, OrderOf<Name>>;
} = entities;

/** The list that a type of the graph stands under. */
export const entityNameOf = (type: EntityType): EntityName => {
  const name = entityNames.find((each) => entities[each].type === type);
  if (name === undefined) throw new TypeError(`${type} is no type of the table of entities`);
  return name;
};

/** Whether a type of the graph stands in the table. */
export const isEntityType = (type: string): type is EntityType =>
  entityNames.some((name) => entities[name].type === type);

/** What an entity of a type is known by. */
export const keyOf =
  <Name extends EntityName>(name: Name) =>
  (row: EntityNamed<Name> & Owned): EntityKey => ({ tenant: row.tenant, id: rows[name].idOf(row) });

/** The field by which one of a type is known from the types behind it. */
export const markOf = (name: EntityName): string => rows[name].mark ?? rows[name].id.field;

/** How one of a type is called: the type's name with a small letter. */
export const wordOf = (name: EntityName): string =>
  entities[name].type.charAt(0).toLowerCase() + entities[name].type.slice(1);

/** The field of `Query` that looks one up. */
export const lookUpOf = (name: EntityName): string => entities[name].lookUp ?? wordOf(name);

/** Something for every type, by the name of its list. */
export const byEntity = <Made>(make: (name: EntityName) => Made): Readonly<Record<string, Made>> => {
  const made: Record<string, Made> = {};
  for (const name of entityNames) made[name] = make(name);
  return made;
};

/** The reads of every type. */
export type EntityReads = { readonly [Name in EntityName]: ReturnType<Entities[Name]['reads']> };

/** The reads of every type by id, as functions over any of them see them. */
export type AnyReads = {
  readonly [Name in EntityName]: Pick<CollectionReads<never, EntityNamed<Name>>, 'byIds'>;
};

/** The same of those that a list has, with the list. */
export type ListReads = {
  readonly [Name in ListedName]: CollectionReads<Partial<FilterOf<Name>>, EntityNamed<Name>>;
};

/** Builds them. */
export function createEntityReads(parts: ReadParts): EntityReads;
export function createEntityReads(parts: ReadParts): Readonly<Record<string, unknown>> {
  return byEntity((name) => entities[name].reads(parts));
}
