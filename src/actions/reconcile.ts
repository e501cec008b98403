import { randomUUID } from 'node:crypto';
import type { AuditLog, AuditOutcome } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { CallScope } from '../scope.ts';
import type { Store } from '../store/store.ts';
import { carries } from './correlation.ts';
import type { Journal, JournalEntry } from './journal.ts';

/** Between two looks at the journal. */
const pauseMs = 10_000;
/** An action that is not listed by then was not begun: the listing lags, and clocks differ. */
const settledMs = 120_000;
/** A truth that cannot be found out for this long is told as an error. */
const patienceMs = 600_000;
/** How much earlier than its entry an action may seem to be made. */
const skewMs = 600_000;
const machinesPerCall = 50;
const lookMs = 30_000;
const listed = 1000;

export interface ReconcileParts {
  readonly journal: Journal;
  readonly audit: AuditLog;
  readonly store: Store;
  readonly reads: Pick<MachineActionReads, 'open'>;
  readonly tenantNamed: (name: string) => Tenant | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'openActs'>;
}

const grouped = (entries: readonly JournalEntry[]): readonly (readonly JournalEntry[])[] => {
  const byTenant = Map.groupBy(entries, ({ audit }) => audit.tenant);
  return [...byTenant.values()].flatMap((all) =>
    Array.from({ length: Math.ceil(all.length / machinesPerCall) }, (_, index) =>
      all.slice(index * machinesPerCall, (index + 1) * machinesPerCall),
    ),
  );
};

/**
 * Finds out what became of acts whose process died or got no answer, by their marks among Defender's machine actions, and
 * writes it to the audit. Nothing is ever sent again. Calls: 1 for 50 entries of a tenant. One replica at a time does it.
 */
export const createReconcile = (parts: ReconcileParts) => {
  const { journal, audit, clock, log } = parts;
  const leases = parts.store.space<true>('reconcile-lease', { ttlMs: 60_000 });

  const scopeOf = (signal: AbortSignal): CallScope => ({
    requestId: randomUUID(),
    signal,
    deadline: clock.now() + lookMs,
    spend: () => {},
    record: () => {},
  });

  const list = async (entries: readonly JournalEntry[], signal: AbortSignal): Promise<readonly MachineAction[]> => {
    const name = entries[0]?.audit.tenant ?? '';
    const tenant = parts.tenantNamed(name);
    if (tenant === undefined) throw new Error(`There is no tenant "${name}" any more`);
    const filter = {
      machineId: [...new Set(entries.map(({ machineId }) => machineId))],
      createdAfter: new Date(Math.min(...entries.map(({ at }) => at)) - skewMs).toISOString(),
    };
    return (await parts.reads.open(tenant, filter, { skip: 0, top: listed }, scopeOf(signal))).page.items;
  };

  const settle = async (entry: JournalEntry, outcome: AuditOutcome, actionId: string | null): Promise<void> => {
    await audit.append([{ ...entry.audit, outcome, actionId }]);
    await journal.close(entry);
    log.info('An interrupted act was cleared up', { actId: entry.audit.actId, outcome, actionId });
  };

  const settleGroup = async (entries: readonly JournalEntry[], signal: AbortSignal): Promise<void> => {
    const actions = await list(entries, signal);
    for (const entry of entries) {
      const isIts = (action: MachineAction): boolean =>
        action.machineId === entry.machineId && action.type === entry.type && carries(action, { text: entry.mark });
      const found = actions.find(isIts);
      if (found !== undefined) await settle(entry, 'DONE', found.actionId);
      else if (clock.now() - entry.at > settledMs && actions.length < listed) await settle(entry, 'NOT_BEGUN', null);
    }
  };

  /** One look at everything that is left behind. */
  const once = async (signal: AbortSignal): Promise<void> => {
    if (!(await leases.add('all', true))) return;
    try {
      const orphans = await journal.orphans();
      for (const group of grouped(orphans)) {
        try {
          await settleGroup(group, signal);
        } catch (thrown) {
          const late = group.filter(({ at }) => clock.now() - at > patienceMs).map(({ audit: { actId } }) => actId);
          const tell = late.length > 0 ? log.error : log.warn;
          tell('What became of acts cannot be found out', {
            tenant: group[0]?.audit.tenant,
            acts: group.length,
            late,
            err: asError(thrown),
          });
        }
      }
      parts.metrics.openActs((await journal.orphans()).length);
    } finally {
      await leases.delete('all');
    }
  };

  return {
    once,
    /** Looks now and again until the signal fires. */
    start: async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) {
        await once(signal).catch((thrown: unknown) => {
          if (!signal.aborted) log.warn('The journal could not be read', { err: asError(thrown) });
        });
        await clock.sleep(pauseMs, signal).catch(() => {});
      }
    },
  };
};
