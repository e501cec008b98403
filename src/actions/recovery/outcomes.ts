import type { AuditOutcome } from '../../audit/record.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { CallScope } from '../../scope.ts';
import { carries } from '../once/correlation.ts';
import { type JournalEntry, type JournalSubject, type SubjectKind, settledMs } from '../once/journal.ts';
import { shownOf } from '../triage/rest.ts';

/** What became of an act. */
export interface FoundOutcome {
  readonly outcome: AuditOutcome;
  readonly actionId: string | null;
}

/** Finds out what became of acts of one kind in one tenant; null: it cannot be told yet. Throws when Microsoft cannot be asked. */
export type FindOutcomes<Subject extends JournalSubject> = (
  tenant: Tenant,
  entries: readonly JournalEntry<Subject>[],
  scope: CallScope,
) => Promise<readonly (FoundOutcome | null)[]>;

/** One row for each kind of act. */
export type OutcomeFinders = { readonly [Kind in SubjectKind]: FindOutcomes<Extract<JournalSubject, { kind: Kind }>> };

export interface OutcomeReads {
  readonly machineActions: Pick<MachineActionReads, 'open' | 'byIds'>;
  readonly incidents: Pick<IncidentReads, 'byIds'>;
  readonly alerts: Pick<AlertReads, 'byIds'>;
}

/** How much earlier than its entry an action may seem to be made. */
const skewMs = 600_000;
/** Rows of one look at a tenant's actions; a full page may hide what is looked for. */
const listed = 1000;

const notBegun: FoundOutcome = { outcome: 'NOT_BEGUN', actionId: null };

/** An entity, if it could be read. */
const readOf = <Entity>(found: Entity | Error | undefined): Entity | undefined => {
  if (found instanceof Error) throw found;
  return found;
};

/**
 * How the outcome of each kind of act is found at Microsoft's side, by reads alone. Calls: 1 for the machine actions of 50
 * entries, 1 for the cancellations of 50, and those of reading incidents or alerts by id.
 */
export const createOutcomeFinders = ({
  reads,
  clock,
}: {
  readonly reads: OutcomeReads;
  readonly clock: Clock;
}): OutcomeFinders => {
  const isSettled = ({ at }: JournalEntry): boolean => clock.now() - at > settledMs;

  const outcomeOfChange = (
    entry: JournalEntry<Extract<JournalSubject, { kind: 'incident' | 'alert' }>>,
    entity: Incident | Alert | undefined,
  ): FoundOutcome | null => {
    const shown = entity === undefined ? 'NONE' : shownOf(entry.subject.change, entity, entry.at);
    if (shown === 'ALL') return { outcome: 'DONE', actionId: null };
    if (!isSettled(entry)) return null;
    return shown === 'NONE' ? notBegun : { outcome: 'UNKNOWN', actionId: null };
  };

  return {
    machineAction: async (tenant, entries, scope) => {
      const filter = {
        machineId: [...new Set(entries.map(({ subject }) => subject.machineId))],
        createdAfter: new Date(Math.min(...entries.map(({ at }) => at)) - skewMs).toISOString(),
      };
      const opening = { from: { kind: 'start' }, top: listed } as const;
      const { items } = (await reads.machineActions.open(tenant, filter, opening, scope)).page;
      return entries.map((entry): FoundOutcome | null => {
        const { machineId, type, mark } = entry.subject;
        const isIts = (action: MachineAction): boolean =>
          action.machineId === machineId && action.type === type && carries(action, { text: mark });
        const found = items.find(isIts);
        if (found !== undefined) return { outcome: 'DONE', actionId: found.actionId };
        return isSettled(entry) && items.length < listed ? notBegun : null;
      });
    },

    cancellation: async (tenant, entries, scope) => {
      const ids = [...new Set(entries.map(({ subject }) => subject.actionId))];
      const found = await reads.machineActions.byIds(tenant, ids, scope);
      return entries.map((entry): FoundOutcome | null => {
        const { actionId, mark } = entry.subject;
        const action = readOf(found.get(actionId));
        // An API that does not show the comment leaves only that it is cancelled.
        const isOurs = action?.cancellationComment == null || action.cancellationComment.includes(mark);
        if (action?.status === 'CANCELLED' && isOurs) return { outcome: 'DONE', actionId };
        const ended = action !== undefined && isFinal(action);
        return ended || isSettled(entry) ? { outcome: 'NOT_BEGUN', actionId } : null;
      });
    },

    incident: async (tenant, entries, scope) => {
      const found = await reads.incidents.byIds(tenant, [...new Set(entries.map(({ subject }) => subject.id))], scope);
      return entries.map((entry) => outcomeOfChange(entry, readOf(found.get(entry.subject.id))));
    },

    alert: async (tenant, entries, scope) => {
      const found = await reads.alerts.byIds(tenant, [...new Set(entries.map(({ subject }) => subject.id))], scope);
      return entries.map((entry) => outcomeOfChange(entry, readOf(found.get(entry.subject.id))));
    },
  };
};
