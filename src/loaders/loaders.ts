import DataLoader from 'dataloader';
import type { Access } from '../access/access.ts';
import { createVisibility, type OfOneMachine, type ReadMany, type Visibility } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineStates } from '../domain/machine-state.ts';
import { type Entity, type EntityName, type EntityNamed, type EntityReads, entities } from '../entities/table.ts';
import { AccessError, asError } from '../errors.ts';
import { AmbiguousMachineError } from '../routing/machine-names.ts';
import type { ReadMachineStates } from '../routing/machine-states.ts';
import type { CallScope } from '../scope.ts';
import { createEdgeLoaders, type EdgeLoaders, type EdgeReads } from './edges.ts';
import { createKeyedLoader, type EntityKey, entityKeyText } from './keyed.ts';
import { createMemo } from './memo.ts';

/**
 * One DataLoader a type of entity, for one request of one caller. What the caller may not see does not exist for them; without
 * the permission in its tenant they throw `FORBIDDEN`.
 */
export type EntityLoaders = { readonly [Name in EntityName]: DataLoader<EntityKey, EntityNamed<Name> | null, string> };

/** The loaders of a request. */
export interface Loaders extends EntityLoaders {
  /** A machine's alerts: one call a machine, since nothing filters alerts by machine. */
  readonly alertsOfMachine: DataLoader<EntityKey, readonly Alert[], string>;
  /** What a machine is by its actions: machines of one tick are read together. */
  readonly statesOfMachine: DataLoader<EntityKey, MachineStates | null, string>;
}

/** What binds loaders to a caller. */
export type LoaderAccess = Pick<Access, 'require' | 'requireInPart' | 'tenant' | 'machineVisibility'>;

/** What loaders read with. */
export interface LoaderReads {
  readonly entities: EntityReads;
  readonly edges: EdgeReads;
  readonly machineStates: ReadMachineStates;
}

/** What a request follows the graph with. */
export interface RequestLoaders {
  readonly loaders: Loaders;
  readonly edges: EdgeLoaders;
  readonly visibility: Visibility;
  /** Of ids of a type, those that the caller sees; all at once, and without a read, where their roles are not limited. */
  readonly visibleIds: (name: EntityName, tenant: string, ids: readonly string[]) => Promise<readonly string[]>;
}

/** New for each request: nothing of one caller is in the loaders of another. `visibility`: the caller's, over the same reads. */
export const createLoaders = (
  { entities: reads, edges, machineStates }: LoaderReads,
  access: LoaderAccess,
  scope: CallScope,
): RequestLoaders => {
  const memo = <T>(
    read: (tenant: Tenant, ids: readonly string[], scope: CallScope) => Promise<ReadonlyMap<string, T | Error>>,
  ): ReadMany<T> => createMemo(access.tenant, (tenant, ids) => read(tenant, ids, scope));

  const known = {
    incidents: memo(reads.incidents.byIds),
    alerts: memo(reads.alerts.byIds),
    machines: memo(reads.machines.byIds),
    machineActions: memo(reads.machineActions.byIds),
  };
  const visibility = createVisibility(access, known);

  const seen = <T>({ permission, judge: judgeOf }: Pick<Entity<T>, 'permission' | 'judge'>, read: ReadMany<T>) =>
    createKeyedLoader<T>(async (name, ids) => {
      const tenant = access.tenant(name);
      access.requireInPart(permission, tenant);
      const judge = judgeOf(visibility, tenant);
      const found = await read(tenant, ids);
      if (judge === null) return found;
      const rows = await judge([...found.values()].flatMap((entity) => (entity instanceof Error ? [] : [entity])));
      return new Map([...found].filter(([, entity]) => entity instanceof Error || rows.has(entity)));
    });

  /** A host name of several machines means the one that the caller sees, and names none that they do not. */
  const namedAmongSeen: ReadMany<Machine> = async (tenant, ids) => {
    const found = await known.machines(tenant, ids);
    const judge = visibility.machines('machine:read', tenant);
    if (judge === null) return found;
    const named = await Promise.all(
      [...found].map(async ([id, entity]): Promise<[string, Machine | Error | undefined]> => {
        if (!(entity instanceof AmbiguousMachineError)) return [id, entity];
        const visible = await judge(entity.among);
        const among = entity.among.filter((machine) => visible.has(machine));
        return [id, among.length > 1 ? new AmbiguousMachineError(id, among) : among[0]];
      }),
    );
    return new Map(named.flatMap(([id, entity]) => (entity === undefined ? [] : [[id, entity]])));
  };

  const alertsOf = async ({ tenant: name, id }: EntityKey): Promise<readonly Alert[]> => {
    const tenant = access.tenant(name);
    access.requireInPart('alert:read', tenant);
    const alerts = await reads.alerts.ofMachine(tenant, id, scope);
    const visible = await visibility.alerts('alert:read', tenant)?.(alerts);
    return visible === undefined ? alerts : alerts.filter((alert) => visible.has(alert));
  };

  /** A machine whose actions the caller does not see has no state for them, and is not said to have none. */
  const statesOf = async (
    name: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, MachineStates | Error>> => {
    const tenant = access.tenant(name);
    access.requireInPart('action:read', tenant);
    const rows = ids.map((machineId) => ({ machineId }));
    const visible = await visibility.ofOneMachine<OfOneMachine>('action:read', tenant)?.(rows);
    const seen = rows.filter((row) => visible?.has(row) ?? true).map(({ machineId }) => machineId);
    const found = seen.length === 0 ? new Map<string, MachineStates>() : await machineStates(tenant, seen, scope);
    const forbidden = new AccessError('FORBIDDEN', 'The permission "action:read" is needed for this machine', {
      tenant: name,
    });
    return new Map(ids.map((id) => [id, found.get(id) ?? forbidden]));
  };

  const loaders: Loaders = {
    incidents: seen(entities.incidents, known.incidents),
    alerts: seen(entities.alerts, known.alerts),
    machines: seen(entities.machines, namedAmongSeen),
    machineActions: seen(entities.machineActions, known.machineActions),
    investigations: seen(entities.investigations, memo(reads.investigations.byIds)),
    libraryFiles: seen(entities.libraryFiles, memo(reads.libraryFiles.byIds)),
    vulnerabilities: seen(entities.vulnerabilities, memo(reads.vulnerabilities.byIds)),
    software: seen(entities.software, memo(reads.software.byIds)),
    recommendations: seen(entities.recommendations, memo(reads.recommendations.byIds)),
    remediationTasks: seen(entities.remediationTasks, memo(reads.remediationTasks.byIds)),
    statesOfMachine: createKeyedLoader(statesOf),
    alertsOfMachine: new DataLoader<EntityKey, readonly Alert[], string>(
      (keys) => Promise.all(keys.map((key) => alertsOf(key).catch(asError))),
      { cacheKeyFn: entityKeyText },
    ),
  };

  const isLimited = (name: EntityName, tenant: Tenant): boolean => entities[name].judge(visibility, tenant) !== null;

  return {
    visibility,
    loaders,
    edges: createEdgeLoaders(edges, access, scope),
    visibleIds: async (name, tenantName, ids) => {
      if (!isLimited(name, access.tenant(tenantName))) return ids;
      const found = await Promise.all(ids.map((id) => loaders[name].load({ tenant: tenantName, id })));
      return ids.filter((_, index) => found[index] !== null);
    },
  };
};
