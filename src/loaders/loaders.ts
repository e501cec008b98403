import type DataLoader from 'dataloader';
import type { Access } from '../access/access.ts';
import { createVisibility, type OfOneMachine, type ReadMany, type Visibility } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineStates } from '../domain/machine-state.ts';
import type { Entity, EntityKey } from '../entities/entity.ts';
import { type AnyReads, byEntity, type EntityName, type EntityNamed, rows } from '../entities/table.ts';
import { AccessError } from '../errors.ts';
import { AmbiguousMachineError } from '../routing/machine-names.ts';
import type { ReadMachineStates } from '../routing/machine-states.ts';
import type { CallScope } from '../scope.ts';
import { createEdgeLoaders, type EdgeLoaders, type EdgeReads } from './edges.ts';
import { createKeyedLoader, createMemo } from './keyed.ts';

/**
 * One DataLoader a type of entity, for one request of one caller. What the caller may not see does not exist for them; without
 * the permission in its tenant they throw `FORBIDDEN`.
 */
export type EntityLoaders = { readonly [Name in EntityName]: LoaderOf<Name> };

/** The loaders of a request. */
export interface Loaders extends EntityLoaders {
  /** What a machine is by its actions: machines of one tick are read together. */
  readonly statesOfMachine: DataLoader<EntityKey, MachineStates | null, string>;
}

/** What binds loaders to a caller. */
export type LoaderAccess = Pick<Access, 'require' | 'requireInPart' | 'tenant' | 'machineVisibility'>;

/** What loaders read with. */
export interface LoaderReads {
  readonly entities: AnyReads;
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

/** What is known of every type in one request, unchecked. */
type Memos = { readonly [Name in EntityName]: ReadMany<EntityNamed<Name>> };

function memosOf(memo: <Name extends EntityName>(name: Name) => ReadMany<EntityNamed<Name>>): Memos;
function memosOf(memo: (name: EntityName) => unknown): Readonly<Record<string, unknown>> {
  return byEntity(memo);
}

type LoaderOf<Name extends EntityName> = DataLoader<EntityKey, EntityNamed<Name> | null, string>;

function loadersOf(load: <Name extends EntityName>(name: Name) => LoaderOf<Name>): EntityLoaders;
function loadersOf(load: (name: EntityName) => unknown): Readonly<Record<string, unknown>> {
  return byEntity(load);
}

/** New for each request: nothing of one caller is in the loaders of another. `visibility`: the caller's, over the same reads. */
export const createLoaders = (
  { entities: reads, edges, machineStates }: LoaderReads,
  access: LoaderAccess,
  scope: CallScope,
): RequestLoaders => {
  const known = memosOf(<Name extends EntityName>(name: Name) =>
    createMemo<EntityNamed<Name>>(access.tenant, (tenant, ids) => reads[name].byIds(tenant, ids, scope)),
  );
  const visibility = createVisibility(access, known);

  const seen = <T>({ permission, judge: judgeOf }: Pick<Entity<T>, 'permission' | 'judge'>, read: ReadMany<T>) =>
    createKeyedLoader<T>(async (name, ids) => {
      const tenant = access.tenant(name);
      if (permission !== null) access.requireInPart(permission, tenant);
      const judge = judgeOf(visibility, tenant);
      const found = await read(tenant, ids);
      if (judge === null) return found;
      const shown = await judge([...found.values()].flatMap((entity) => (entity instanceof Error ? [] : [entity])));
      return new Map([...found].filter(([, entity]) => entity instanceof Error || shown.has(entity)));
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

  const read: Memos = { ...known, machines: namedAmongSeen };
  const ofEntities = loadersOf(<Name extends EntityName>(name: Name) =>
    seen<EntityNamed<Name>>(rows[name], read[name]),
  );

  /** A machine whose actions the caller does not see has no state for them, and is not said to have none. */
  const statesOf = async (
    name: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, MachineStates | Error>> => {
    const tenant = access.tenant(name);
    access.requireInPart('action:read', tenant);
    const machines = ids.map((machineId) => ({ machineId }));
    const visible = await visibility.ofOneMachine<OfOneMachine>('action:read', tenant)?.(machines);
    const shown = machines.filter((row) => visible?.has(row) ?? true).map(({ machineId }) => machineId);
    const found = shown.length === 0 ? new Map<string, MachineStates>() : await machineStates(tenant, shown, scope);
    const forbidden = new AccessError('FORBIDDEN', 'The permission "action:read" is needed for this machine', {
      tenant: name,
    });
    return new Map(ids.map((id) => [id, found.get(id) ?? forbidden]));
  };

  const loaders: Loaders = { ...ofEntities, statesOfMachine: createKeyedLoader(statesOf) };

  const isLimited = (name: EntityName, tenant: Tenant): boolean => rows[name].judge(visibility, tenant) !== null;

  return {
    visibility,
    loaders,
    edges: createEdgeLoaders(edges, access, visibility, scope),
    visibleIds: async (name, tenantName, ids) => {
      if (!isLimited(name, access.tenant(tenantName))) return ids;
      const found = await Promise.all(ids.map((id) => loaders[name].load({ tenant: tenantName, id })));
      return ids.filter((_, index) => found[index] !== null);
    },
  };
};
