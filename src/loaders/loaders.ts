import type { Access } from '../access/access.ts';
import { createVisibility, type OfOneMachine, type ReadMany, type Visibility } from '../access/visibility.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineStates } from '../domain/machine-state.ts';
import type { EntityKey } from '../entities/entity.ts';
import { type AnyReads, type EntityName, type EntityNamed, rows } from '../entities/table.ts';
import { AccessError } from '../errors.ts';
import { AmbiguousMachineError } from '../routing/machine-names.ts';
import type { ReadMachineStates } from '../routing/machine-states.ts';
import type { CallScope } from '../scope.ts';
import { createEdgeLoaders, type EdgeLoaders, type EdgeReads } from './edges.ts';
import { createIdLoader, createKeyedLoader, createPerTenant, type IdLoader, loadMany } from './keyed.ts';

/**
 * Entities by id, for one request of one caller: those of a type and a tenant that are asked for in one tick are read together. What
 * the caller may not see does not exist for them; without the permission in its tenant they throw `FORBIDDEN`.
 */
export interface Loaders {
  load<Name extends EntityName>(name: Name, key: EntityKey): Promise<EntityNamed<Name> | null>;
  /** What a machine is by its actions. */
  statesOfMachine(key: EntityKey): Promise<MachineStates | null>;
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

/** The loaders of a type, by tenant. */
type LoaderOf<Name extends EntityName> = (tenant: string) => IdLoader<EntityNamed<Name>>;

/** Each made when it is first asked for: a request has need of few. */
function ofEach(make: <Name extends EntityName>(name: Name) => LoaderOf<Name>): typeof make;
function ofEach(make: (name: EntityName) => unknown): (name: EntityName) => unknown {
  const made = new Map<EntityName, unknown>();
  return (name) => {
    const there = made.get(name) ?? make(name);
    made.set(name, there);
    return there;
  };
}

/** New for each request: nothing of one caller is in the loaders of another. */
export const createLoaders = (
  { entities: reads, edges, machineStates }: LoaderReads,
  access: LoaderAccess,
  scope: CallScope,
): RequestLoaders => {
  /** What is known of a type in one request, unchecked, whether it is to be shown or something else is judged by it. */
  const known = ofEach(<Name extends EntityName>(name: Name) =>
    createPerTenant((tenant) =>
      createIdLoader<EntityNamed<Name>>((ids) => reads[name].byIds(access.tenant(tenant), ids, scope)),
    ),
  );
  const readKnown =
    <Name extends EntityName>(name: Name): ReadMany<EntityNamed<Name>> =>
    (tenant, ids) =>
      loadMany(known(name)(tenant.name), ids);
  const visibility = createVisibility(access, {
    machines: readKnown('machines'),
    alerts: readKnown('alerts'),
    incidents: readKnown('incidents'),
  });

  /** A host name of several machines means the one that the caller sees, and names none that they do not. */
  const namedAmongSeen: ReadMany<Machine> = async (tenant, ids) => {
    const found = await readKnown('machines')(tenant, ids);
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

  function readSeen<Name extends EntityName>(name: Name): ReadMany<EntityNamed<Name>>;
  function readSeen(name: EntityName): ReadMany<unknown> {
    return name === 'machines' ? namedAmongSeen : readKnown(name);
  }

  /** What the caller sees of a type; where that is all of a tenant, it is what is known. */
  const seen = ofEach(<Name extends EntityName>(name: Name) =>
    createPerTenant((tenantName) => {
      const tenant = access.tenant(tenantName);
      const { permission, judge: judgeOf } = rows[name];
      if (permission !== null) access.requireInPart(permission, tenant);
      const judge = judgeOf(visibility, tenant);
      if (judge === null) return known(name)(tenantName);
      return createIdLoader<EntityNamed<Name>>(async (ids) => {
        const found = await readSeen(name)(tenant, ids);
        const shown = await judge([...found.values()].flatMap((entity) => (entity instanceof Error ? [] : [entity])));
        return new Map([...found].filter(([, entity]) => entity instanceof Error || shown.has(entity)));
      });
    }),
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

  const loaders: Loaders = {
    load: (name, { tenant, id }) => seen(name)(tenant).load(id),
    statesOfMachine: createKeyedLoader(statesOf),
  };

  const isLimited = (name: EntityName, tenant: Tenant): boolean => rows[name].judge(visibility, tenant) !== null;

  return {
    visibility,
    loaders,
    edges: createEdgeLoaders(edges, access, visibility, scope),
    visibleIds: async (name, tenantName, ids) => {
      if (!isLimited(name, access.tenant(tenantName))) return ids;
      const found = await Promise.all(ids.map((id) => loaders.load(name, { tenant: tenantName, id })));
      return ids.filter((_, index) => found[index] !== null);
    },
  };
};
