import { randomUUID } from 'node:crypto';
import type { Caller } from '../../access/caller.ts';
import { clockSlackMs } from '../../audit/ended.ts';
import { type AuditLog, isOfTenant } from '../../audit/record.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { asError, beforeSending } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { CallerToken, CallScope } from '../../scope.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import { anewScope, ownScope } from '../committed-scope.ts';
import { type Journal, type JournalEntry, type JournalSubject, type SubjectKind, settledMs } from '../once/journal.ts';
import type { Exclusive } from '../once/lease.ts';
import { endPlaceOf, isTold } from '../once/loose-ends.ts';
import type { LateEnds } from './late-ends.ts';
import type { FindersByKind } from './outcomes.ts';
import type { Found, Sought } from './sought.ts';

/** Between two looks at the journal. */
const pauseMs = 10_000;
/** An outcome that cannot be found out for this long is told as an error, once. */
const patienceMs = 600_000;
/** Entries of one look at a tenant. */
const groupSize = 50;
const lookMs = 30_000;

export interface ReconcileParts {
  readonly journal: Journal;
  readonly finders: FindersByKind;
  readonly lateEnds: Pick<LateEnds, 'note'>;
  readonly audit: AuditLog;
  readonly exclusive: Exclusive;
  readonly store: Store;
  /** Also one that is taken out of the settings; with an id, never another tenant of that name. */
  readonly tenantNamed: (name: string, tenantId?: string) => Tenant | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'openActions'>;
}

/** Entries that are looked for together. */
interface Group {
  readonly tenant: string;
  readonly tenantId: string | undefined;
  readonly kind: SubjectKind;
  readonly entries: readonly JournalEntry[];
}

const grouped = (entries: readonly JournalEntry[]): readonly Group[] => {
  const together = Map.groupBy(entries, ({ audit, subject, tenantId }) =>
    JSON.stringify([audit.tenant, tenantId, subject.kind]),
  );
  return [...together.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    return Array.from({ length: Math.ceil(all.length / groupSize) }, (_, index) => ({
      tenant: first.audit.tenant,
      tenantId: first.tenantId,
      kind: first.subject.kind,
      entries: all.slice(index * groupSize, (index + 1) * groupSize),
    }));
  });
};

const idWords = ({ tenantId }: Group): string => (tenantId === undefined ? '' : ` with the id ${tenantId}`);

type SoughtOf<Kind extends SubjectKind> = Sought<Extract<JournalSubject, { kind: Kind }>>;

const isOf =
  <Kind extends SubjectKind>(kind: Kind) =>
  (sought: Sought): sought is SoughtOf<Kind> =>
    sought.subject.kind === kind;

/**
 * Reconciles what was left behind of these subjects, before the same is sent anew: afterwards Microsoft's side shows the new
 * action, and a later look would take it for the old one. Throws when that cannot be done: then it must not be sent.
 */
export type ClearUp = (
  tenant: Pick<Tenant, 'name' | 'tenantId'>,
  is: (subject: JournalSubject) => boolean,
  scope: CallScope,
) => Promise<void>;

/**
 * Finds out what became of actions whose process died or got no answer, and writes it to the audit. Nothing is ever sent again.
 * One replica at a time does it. What was done on behalf of a user can be seen with that user's token alone: it waits
 * until they act in that tenant again.
 */
export const createReconcile = (parts: ReconcileParts) => {
  const { journal, finders, audit, exclusive, clock, log } = parts;
  const leases = parts.store.space<string>('reconcile-lease', namespaces['reconcile-lease']);
  const self = randomUUID();
  /** Told as errors already, by `auditId`. */
  const complained = new Set<string>();

  const scopeOf = (signal: AbortSignal, callerToken?: CallerToken): CallScope =>
    ownScope({ signal, callerToken, deadline: clock.now() + lookMs });

  const findOf = <Kind extends SubjectKind>(
    kind: Kind,
    tenant: Tenant,
    sought: readonly Sought[],
    scope: CallScope,
  ): Promise<readonly (Found | Error | null)[]> => finders[kind](tenant, sought.filter(isOf(kind)), scope);

  const find = async (
    tenant: Tenant,
    { kind, entries }: Group,
    scope: CallScope,
  ): Promise<readonly (Found | Error | null)[]> => {
    const now = await parts.store.now();
    const sought = entries.map(({ subject, at }): Sought => ({ subject, since: at, settled: now - at > settledMs }));
    return findOf(kind, tenant, sought, anewScope(scope));
  };

  /** Whether the audit tells of another sending under the same key that it did it: then this one was never sent. */
  const isAnothers = async ({ audit: { auditId, tag }, at }: JournalEntry): Promise<boolean> => {
    if (tag === undefined) return false;
    for await (const record of audit.newest()) {
      if (Date.parse(record.at) < at - clockSlackMs) return false;
      if (record.tag === tag && record.outcome === 'DONE' && record.auditId !== auditId) return true;
    }
    return false;
  };

  const settle = async (entry: JournalEntry, found: Found): Promise<void> => {
    // Told meanwhile by who sent the same anew: what was found may be that one's.
    if (!(await journal.isOpen(entry))) return;
    const notIt = { outcome: 'NOT_BEGUN', actionId: null } as const;
    const { outcome, actionId } = found.outcome === 'DONE' && (await isAnothers(entry)) ? notIt : found;
    // Its process may have died between the two: the end is told once, and what was UNKNOWN once it is known.
    if (!isTold(await audit.last(entry.audit.auditId, entry.at), outcome))
      await audit.append([{ ...entry.audit, outcome, actionId }]);
    if (outcome === 'NOT_BEGUN' || outcome === 'UNKNOWN') await parts.lateEnds.note(entry);
    await journal.close(entry);
    complained.delete(entry.audit.auditId);
    log.info('An interrupted action was cleared up', { auditId: entry.audit.auditId, outcome, actionId });
  };

  const complain = ({ tenant, entries }: Group, thrown: unknown): void => {
    const untold = entries.filter(({ audit: { auditId } }) => !complained.has(auditId));
    // What was told as an error stays, is counted, and is told again when it is found out: a tenant may be gone for good.
    if (untold.length === 0) return;
    const late = untold.filter(({ at }) => clock.now() - at > patienceMs).map(({ audit: { auditId } }) => auditId);
    for (const auditId of late) complained.add(auditId);
    const tell = late.length > 0 ? log.error : log.warn;
    tell('What became of actions cannot be found out', { tenant, actions: untold.length, late, err: asError(thrown) });
  };

  /** Why one of them could not be settled; null: all that can be told are. */
  const settleGroup = async (group: Group, scope: CallScope): Promise<Error | null> => {
    try {
      const tenant = parts.tenantNamed(group.tenant, group.tenantId);
      if (tenant === undefined) throw new Error(`There is no tenant "${group.tenant}" any more${idWords(group)}`);
      const found = await find(tenant, group, scope);
      const failures: Error[] = [];
      for (const [index, entry] of group.entries.entries()) {
        const outcome = found[index] ?? null;
        if (outcome instanceof Error) failures.push(outcome);
        // A repeat may look at the same: the end is told by one of them.
        else if (outcome !== null) await exclusive([endPlaceOf(entry.audit)], scope, () => settle(entry, outcome));
      }
      const [failure] = failures;
      if (failure !== undefined) throw failure;
      return null;
    } catch (thrown) {
      complain(group, thrown);
      return asError(thrown);
    }
  };

  /** Runs `work` for each, unless another replica is at it. The lease outlives a look, and is taken anew before each. */
  const alone = async (groups: () => Promise<readonly Group[]>, work: (group: Group) => Promise<unknown>) => {
    if (!(await leases.add('all', self))) return;
    try {
      for (const group of await groups()) {
        if (!(await leases.replace('all', self, self))) return;
        await work(group);
      }
    } finally {
      if ((await leases.get('all')) === self) await leases.delete('all');
    }
  };

  /** Only its user can see it, who may come: another tenant that has the name by now is not where it was done. */
  const isOnBehalf = (tenantId: string | undefined, name: string): boolean => {
    const tenant = parts.tenantNamed(name);
    return tenant?.auth.kind === 'onBehalfOf' && (tenantId ?? tenant.tenantId) === tenant.tenantId;
  };

  /** One look at everything that is left behind, but for what only its user can see. */
  const once = async (signal: AbortSignal): Promise<void> => {
    const left = async (): Promise<readonly Group[]> => {
      const orphans = await journal.orphans();
      return grouped(orphans.filter(({ audit: { tenant }, tenantId }) => !isOnBehalf(tenantId, tenant)));
    };
    await alone(left, (group) => settleGroup(group, scopeOf(signal)));
    parts.metrics.openActions((await journal.orphans()).length);
  };

  const clearUp: ClearUp = async ({ name, tenantId }, is, scope) => {
    const orphans = await journal.orphans();
    const place = { tenant: name, tenantId };
    const left = orphans.filter((entry) => isOfTenant({ ...entry.audit, ...entry }, place) && is(entry.subject));
    for (const group of grouped(left)) {
      const failure = await settleGroup(group, scope);
      if (failure !== null) throw beforeSending(failure);
    }
  };

  return {
    once,
    clearUp,

    /** One look at what the user left behind in a tenant that is used on behalf of its callers. Never rejects. */
    ofUser: async ({ id, token }: Pick<Caller, 'id' | 'token'>, tenant: string, signal: AbortSignal): Promise<void> => {
      if (token === undefined || !isOnBehalf(undefined, tenant)) return;
      const own = async (): Promise<readonly Group[]> => {
        const orphans = await journal.orphans();
        return grouped(
          orphans.filter(
            ({ audit: entry, tenantId }) =>
              entry.tenant === tenant && entry.callerId === id && isOnBehalf(tenantId, tenant),
          ),
        );
      };
      const look = alone(own, (group) => settleGroup(group, scopeOf(signal, token)));
      await look.catch((thrown: unknown) => log.warn('The journal could not be read', { err: asError(thrown) }));
    },

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
