import DataLoader from 'dataloader';
import type { CallerAccess } from '../access/caller-access.ts';
import type { Permission } from '../access/roles.ts';
import { createSight, type JudgeOf, type ReadMany, type Sight } from '../access/sight.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { asError } from '../errors.ts';
import type { AlertReads } from '../routing/alerts.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import { AmbiguousMachineError } from '../routing/machine-names.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { CallScope } from '../scope.ts';
import { createKeyedLoader, type EntityKey, entityKeyText } from './keyed.ts';
import { createMemo } from './memo.ts';

/**
 * One DataLoader an entity, for one request of one caller. What the caller may not see does not exist for them; without the
 * permission in its tenant they throw `FORBIDDEN`.
 */
export interface Loaders {
  readonly incidents: DataLoader<EntityKey, Incident | null, string>;
  readonly alerts: DataLoader<EntityKey, Alert | null, string>;
  readonly machines: DataLoader<EntityKey, Machine | null, string>;
  readonly machineActions: DataLoader<EntityKey, MachineAction | null, string>;
  /** A machine's alerts: one call a machine, since nothing filters alerts by machine. */
  readonly alertsOfMachine: DataLoader<EntityKey, readonly Alert[], string>;
}

/** What the loaders read with. */
export interface LoaderReads {
  readonly incidents: IncidentReads;
  readonly alerts: AlertReads;
  readonly machines: MachineReads;
  readonly machineActions: MachineActionReads;
}

/** What binds loaders to a caller. */
export type LoaderAccess = Pick<CallerAccess, 'require' | 'tenant' | 'machineSight'>;

/** New for each request: nothing of one caller is in the loaders of another. `sight`: the caller's, over the same reads. */
export const createLoaders = (
  reads: LoaderReads,
  access: LoaderAccess,
  scope: CallScope,
): { readonly loaders: Loaders; readonly sight: Sight } => {
  const memo = <T>(
    read: (tenant: Tenant, ids: readonly string[], scope: CallScope) => Promise<ReadonlyMap<string, T | Error>>,
  ): ReadMany<T> => createMemo(access.tenant, (tenant, ids) => read(tenant, ids, scope));

  const known = {
    incidents: memo(reads.incidents.byIds),
    alerts: memo(reads.alerts.byIds),
    machines: memo(reads.machines.byIds),
    machineActions: memo(reads.machineActions.byIds),
  };
  const sight = createSight(access, known);

  const seen = <T>(permission: Permission, read: ReadMany<T>, judgeOf: JudgeOf<T>) =>
    createKeyedLoader<T>(async (name, ids) => {
      const tenant = access.tenant(name);
      access.require(permission, tenant);
      const judge = judgeOf(permission, tenant);
      const found = await read(tenant, ids);
      if (judge === null) return found;
      const visible = await judge([...found.values()].flatMap((entity) => (entity instanceof Error ? [] : [entity])));
      return new Map([...found].filter(([, entity]) => entity instanceof Error || visible.has(entity)));
    });

  /** A host name of several machines means the one that the caller sees, and names none that they do not. */
  const namedAmongSeen: ReadMany<Machine> = async (tenant, ids) => {
    const found = await known.machines(tenant, ids);
    const judge = sight.machines('machine:read', tenant);
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
    access.require('alert:read', tenant);
    const alerts = await reads.alerts.ofMachine(tenant, id, scope);
    const visible = await sight.alerts('alert:read', tenant)?.(alerts);
    return visible === undefined ? alerts : alerts.filter((alert) => visible.has(alert));
  };

  return {
    sight,
    loaders: {
      incidents: seen('incident:read', known.incidents, sight.incidents),
      alerts: seen('alert:read', known.alerts, sight.alerts),
      machines: seen('machine:read', namedAmongSeen, sight.machines),
      machineActions: seen('action:read', known.machineActions, sight.machineActions),
      alertsOfMachine: new DataLoader<EntityKey, readonly Alert[], string>(
        (keys) => Promise.all(keys.map((key) => alertsOf(key).catch(asError))),
        { cacheKeyFn: entityKeyText },
      ),
    },
  };
};
