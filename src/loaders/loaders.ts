import DataLoader from 'dataloader';
import type { Permission } from '../access/roles.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { asError } from '../errors.ts';
import type { AlertReads } from '../routing/alerts.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { CallScope } from '../scope.ts';
import { createKeyedLoader, type EntityKey, entityKeyText } from './keyed.ts';

/** One DataLoader an entity, for one request of one caller. What the caller may not see, they do not load. */
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

/** What binds loaders to a caller: both throw the caller's own error. */
export interface LoaderAccess {
  require(permission: Permission): void;
  tenant(name: string): Tenant;
}

/** New for each request: nothing of one caller is in the loaders of another. */
export const createLoaders = (reads: LoaderReads, access: LoaderAccess, scope: CallScope): Loaders => {
  const byId = <T>(
    permission: Permission,
    read: (tenant: Tenant, ids: readonly string[], scope: CallScope) => Promise<ReadonlyMap<string, T | Error>>,
  ) =>
    createKeyedLoader<T>(async (tenant, ids) => {
      access.require(permission);
      return read(access.tenant(tenant), ids, scope);
    });

  return {
    incidents: byId('incident:read', reads.incidents.byIds),
    alerts: byId('alert:read', reads.alerts.byIds),
    machines: byId('machine:read', reads.machines.byIds),
    machineActions: byId('action:read', reads.machineActions.byIds),
    alertsOfMachine: new DataLoader<EntityKey, readonly Alert[], string>(
      (keys) =>
        Promise.all(
          keys.map(async ({ tenant, id }) => {
            try {
              access.require('alert:read');
              return await reads.alerts.ofMachine(access.tenant(tenant), id, scope);
            } catch (thrown) {
              return asError(thrown);
            }
          }),
        ),
      { cacheKeyFn: entityKeyText },
    ),
  };
};
