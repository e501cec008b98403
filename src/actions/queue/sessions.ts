import { directoryKey } from '../../config/tenant-keys.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { CallScope } from '../../scope.ts';

/** Room for one session, held until it is given back. */
export interface Seat {
  /** The session was begun, and counts until it has ended; null: it was not, or nobody knows as which action. */
  release(action: MachineAction | null): void;
}

/** What this process began in a tenant. */
interface Own {
  /** Ids of those not known to have ended. */
  readonly open: Set<string>;
  /** Those on their way. */
  beginning: number;
}

/** Live response sessions that are open, as far as this process has to know. */
export const createSessions = (machineActions: Pick<MachineActionReads, 'open'>, limit: number) => {
  const tenants = new Map<string, Own>();
  const ownOf = (tenant: Tenant): Own => {
    const key = directoryKey(tenant);
    const own = tenants.get(key) ?? { open: new Set(), beginning: 0 };
    tenants.set(key, own);
    return own;
  };

  const listed = async (tenant: Tenant, scope: CallScope): Promise<ReadonlySet<string>> => {
    const filter = { type: ['LIVE_RESPONSE'], status: ['PENDING', 'IN_PROGRESS'] } as const;
    const opening = { from: { kind: 'start' }, top: limit } as const;
    const { page, matches = () => true } = await machineActions.open(tenant, filter, opening, scope);
    return new Set(page.items.filter(matches).map(({ actionId }) => actionId));
  };

  return {
    /**
     * Room for one more session in the tenant; null: Defender lists as many as may be. It is asked only when this process alone
     * has begun as many as may be, so that it costs one call then and none before; till then Microsoft's 429 tells.
     */
    reserve: async (tenant: Tenant, scope: CallScope): Promise<Seat | null> => {
      const own = ownOf(tenant);
      const leave = (): void => {
        own.beginning -= 1;
      };
      const seat: Seat = {
        release: (action) => {
          leave();
          if (action !== null) own.open.add(action.actionId);
        },
      };
      own.beginning += 1;
      if (own.open.size + own.beginning <= limit) return seat;
      try {
        const open = await listed(tenant, scope);
        for (const id of own.open) if (!open.has(id)) own.open.delete(id);
        if (open.size + own.beginning <= limit) return seat;
      } catch (error) {
        leave();
        throw error;
      }
      leave();
      return null;
    },
    /** Whether Defender lists as many open ones as may be. One call. */
    isFull: async (tenant: Tenant, scope: CallScope): Promise<boolean> => (await listed(tenant, scope)).size >= limit,
  };
};
