import { directoryKey } from '../../../config/tenant-keys.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { MachineAction } from '../../../domain/machine-action.ts';
import { asError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import { checked, hasFields } from '../../../store/forms.ts';
import { namespaces } from '../../../store/namespaces.ts';
import type { Store } from '../../../store/store.ts';
import type { StateEffect } from './preconditions.ts';

/** What this gateway did last to a state of a machine. */
interface RecentState {
  readonly to: StateEffect['to'];
  /** Epoch milliseconds. */
  readonly at: number;
}

const isRecentState = hasFields({ to: (to) => to === 'ON' || to === 'OFF', at: 'number' });

/** A clock of Microsoft's may be ahead by so much, milliseconds. */
const skewMs = 60_000;

const keyOf = (tenant: Tenant, machineId: string, { of }: StateEffect): string =>
  JSON.stringify([directoryKey(tenant), machineId, of]);

/** What was done to states of machines a moment ago, by any replica: Microsoft lists an action late. */
export const createRecentStates = ({ store, log }: { readonly store: Store; readonly log: Log }) => {
  const states = store.space<RecentState>('recent-states', checked(namespaces['recent-states'], isRecentState));
  return {
    /** Never rejects: it only saves from a wrong refusal. */
    note: (tenant: Tenant, machineId: string, effect: StateEffect, at: number): Promise<void> =>
      states.set(keyOf(tenant, machineId, effect), { to: effect.to, at }).catch((thrown: unknown) => {
        log.warn('What was done to a machine could not be noted', { tenant: tenant.name, err: asError(thrown) });
      }),
    /** Whether the opposite was done after what an action tells, or may have been. Never rejects. */
    isUndone: async (
      tenant: Tenant,
      machineId: string,
      effect: StateEffect,
      { createdAt }: Pick<MachineAction, 'createdAt'>,
    ): Promise<boolean> => {
      // Where it is not known, Microsoft judges.
      const recent = await states.get(keyOf(tenant, machineId, effect)).catch((thrown: unknown) => {
        log.warn('What was done to a machine could not be looked up', { tenant: tenant.name, err: asError(thrown) });
        return null;
      });
      if (recent === null) return true;
      if (recent === undefined || recent.to === effect.to) return false;
      return createdAt === null || recent.at > Date.parse(createdAt) - skewMs;
    },
  };
};

export type RecentStates = ReturnType<typeof createRecentStates>;
