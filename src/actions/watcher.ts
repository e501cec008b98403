import type { Clock } from '../clock.ts';
import { tenantKey } from '../config/tenant-keys.ts';
import type { Tenant } from '../config/tenants.ts';
import { isFinal, type MachineAction } from '../domain/machine-action.ts';
import { asError, asGatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import { type CallerToken, type CallScope, identityKey } from '../scope.ts';
import { neverStops } from '../stopping.ts';
import { ownScope } from './committed-scope.ts';

interface Watch {
  readonly latest: Map<string, MachineAction>;
  readonly scope: CallScope;
  readonly end: () => void;
}

interface TenantWatch {
  /** As who joined last has it: its credential may have changed since the first. */
  tenant: Tenant;
  /** Tenant and identity: what one caller may see is not shown to another. */
  readonly key: string;
  readonly callerToken: CallerToken | undefined;
  readonly watches: Set<Watch>;
  /** Aborts the pause between two polls, and the poll itself, when nobody watches any more. */
  readonly controller: AbortController;
  /** Whether somebody joined since the last poll. */
  joined: boolean;
}

export interface WatcherParts {
  readonly reads: Pick<MachineActionReads, 'byIds'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds from one poll to the next; grows to three times as much while nothing changes. */
  readonly intervalMs: number;
  /** Fires when the gateway stops; by default never. */
  readonly stopping?: AbortSignal;
}

const openIds = (watches: Iterable<Watch>): string[] => {
  const ids = new Set<string>();
  for (const { latest } of watches) {
    for (const action of latest.values()) if (!isFinal(action)) ids.add(action.actionId);
  }
  return [...ids];
};

/** Follows actions to their end. */
export const createWatcher = ({ reads, clock, log, intervalMs, stopping = neverStops }: WatcherParts) => {
  const tenants = new Map<string, TenantWatch>();
  const longestMs = intervalMs * 3;

  /** A poll shows in the explanations of all who wait for it. */
  const pollScope = ({ watches, controller: { signal }, callerToken }: TenantWatch): CallScope => ({
    ...ownScope({ signal, callerToken, deadline: clock.now() + longestMs + 30_000 }),
    record: (call) => {
      for (const { scope } of watches) scope.record(call);
    },
  });

  /** Reads all open actions once and tells the watches; gives whether anything changed. */
  const poll = async (group: TenantWatch): Promise<boolean> => {
    const found = await reads.byIds(group.tenant, openIds(group.watches), pollScope(group));
    let changed = false;
    for (const watch of group.watches) {
      for (const [id, known] of watch.latest) {
        const action = found.get(id);
        if (action === undefined || action instanceof Error) continue;
        if (action.status !== known.status) changed = true;
        watch.latest.set(id, action);
      }
      if (openIds([watch]).length === 0) watch.end();
    }
    return changed;
  };

  const follow = async (group: TenantWatch): Promise<void> => {
    let pauseMs = intervalMs;
    while (group.watches.size > 0) {
      const due = clock.now() + pauseMs;
      // In slices, so that who joins during a long pause does not wait for its end.
      while (clock.now() < due && !group.joined) {
        await clock.sleep(Math.min(intervalMs, due - clock.now()), group.controller.signal);
      }
      group.joined = false;
      try {
        pauseMs = (await poll(group)) ? intervalMs : Math.min(pauseMs * 1.5, longestMs);
      } catch (thrown) {
        if (group.controller.signal.aborted) return;
        const error = asGatewayError(thrown);
        log.warn('Watched actions could not be read', { tenant: group.tenant.name, err: asError(thrown) });
        pauseMs = Math.max(longestMs, (error.details.retryAfterSeconds ?? 0) * 1000);
        // Nothing that time heals: the callers get what is known.
        if (!error.code.startsWith('UPSTREAM_')) for (const watch of [...group.watches]) watch.end();
      }
    }
  };

  const groupOf = (tenant: Tenant, { callerToken }: CallScope): TenantWatch => {
    const key = `${tenantKey(tenant)}\n${identityKey(tenant, callerToken)}`;
    const known = tenants.get(key);
    if (known !== undefined) {
      known.tenant = tenant;
      return known;
    }
    const group: TenantWatch = {
      tenant,
      key,
      callerToken,
      watches: new Set(),
      controller: new AbortController(),
      joined: false,
    };
    tenants.set(key, group);
    return group;
  };

  return {
    /**
     * The latest state of the actions, once all have ended or at `until` (epoch milliseconds), by id. All who watch actions of
     * one tenant share one poll. Rejects with the signal's reason when the caller leaves; a poll that fails is tried again.
     * When the gateway stops it ends at once, with what is known.
     */
    watch: async (
      tenant: Tenant,
      actions: readonly MachineAction[],
      until: number,
      scope: CallScope,
    ): Promise<ReadonlyMap<string, MachineAction>> => {
      const latest = new Map(actions.map((action) => [action.actionId, action]));
      if (actions.every(isFinal) || clock.now() >= until || stopping.aborted) return latest;
      scope.signal.throwIfAborted();

      const group = groupOf(tenant, scope);
      const ended = new AbortController();
      const watch: Watch = { latest, scope, end: () => ended.abort() };
      group.watches.add(watch);
      if (group.watches.size > 1) group.joined = true;
      else {
        follow(group).catch((thrown: unknown) => {
          if (!group.controller.signal.aborted)
            log.error('A watch broke off', { tenant: tenant.name, err: asError(thrown) });
        });
      }
      try {
        await clock.sleep(until - clock.now(), AbortSignal.any([scope.signal, ended.signal, stopping]));
      } catch (reason) {
        if (!ended.signal.aborted && !stopping.aborted) throw reason;
      } finally {
        group.watches.delete(watch);
        if (group.watches.size === 0) {
          tenants.delete(group.key);
          group.controller.abort();
        }
      }
      return latest;
    },
  };
};

export type Watcher = ReturnType<typeof createWatcher>;
