import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Machine } from '../../domain/machine.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import type { ActOutcome } from '../../domain/outcome.ts';
import { asGatewayError } from '../../errors.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import { isChanged } from '../../routing/machine-changes.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { CallScope } from '../../scope.ts';
import { isDone, shownOf } from '../kinds/entity/shown.ts';
import {
  askedForOn,
  begunSince,
  type FoundInvestigation,
  type InvestigationReads,
} from '../kinds/investigation/found.ts';
import { carries } from '../once/correlation.ts';
import type { JournalSubject, SubjectKind } from '../once/journal.ts';

/** An act that is looked for at Microsoft's side. */
export interface Sought<Subject extends JournalSubject = JournalSubject> {
  readonly subject: Subject;
  /** It was sent then or later; epoch milliseconds, by the store's clock. */
  readonly since: number;
  /** Whether it would be there by now if it had been begun. */
  readonly settled: boolean;
}

/** What became of an act, with what Microsoft's side shows of it. */
export interface Found<Shown = unknown> {
  readonly outcome: ActOutcome;
  readonly actionId: string | null;
  readonly shown: Shown | null;
}

/**
 * Finds out what became of acts of one kind in one tenant; null: it is not there, and may still come; an error: it could not be
 * read, which says nothing. Resumed runs, repeats and the journal's reconciliation ask this alone.
 */
export type FindOutcomes<Subject extends JournalSubject, Shown> = (
  tenant: Tenant,
  sought: readonly Sought<Subject>[],
  scope: CallScope,
) => Promise<readonly (Found<Shown> | Error | null)[]>;

type Of<Kind extends SubjectKind> = Extract<JournalSubject, { kind: Kind }>;

/** One row for each kind of subject. */
export interface OutcomeFinders {
  readonly machineAction: FindOutcomes<Of<'machineAction'>, MachineAction>;
  readonly cancellation: FindOutcomes<Of<'cancellation'>, MachineAction>;
  readonly investigation: FindOutcomes<Of<'investigation'>, FoundInvestigation>;
  readonly machine: FindOutcomes<Of<'machine'>, Machine>;
  readonly incident: FindOutcomes<Of<'incident'>, Incident>;
  readonly alert: FindOutcomes<Of<'alert'>, Alert>;
}

export interface OutcomeReads {
  readonly machineActions: Pick<MachineActionReads, 'open' | 'byIds'>;
  readonly investigations: InvestigationReads;
  readonly machines: Pick<MachineReads, 'byIds'>;
  readonly incidents: Pick<IncidentReads, 'byIds'>;
  readonly alerts: Pick<AlertReads, 'byIds'>;
}

/** How much earlier than its entry an action may seem to be made. */
const skewMs = 600_000;
/** Rows of one page of a tenant's actions, and pages of one look; more may hide what is looked for. */
const listed = 1000;
const maxPages = 5;

const notBegun = { outcome: 'NOT_BEGUN', actionId: null, shown: null } as const satisfies Found;

/** Gives each its own failure, where the read of all failed. */
const orFailure = async <T>(
  count: number,
  look: () => Promise<readonly (T | Error | null)[]>,
  scope: CallScope,
): Promise<readonly (T | Error | null)[]> => {
  try {
    return await look();
  } catch (thrown) {
    scope.signal.throwIfAborted();
    return Array.from({ length: count }, () => asGatewayError(thrown));
  }
};

/**
 * How the outcome of each kind of act is found at Microsoft's side, by reads alone. Calls: 1 for the machine actions of 50
 * acts, 1 for the cancellations of 50, and those of reading incidents or alerts by id.
 */
export const createOutcomeFinders = ({ reads }: { readonly reads: OutcomeReads }): OutcomeFinders => {
  /** Actions of machines since a moment, and whether they are all. */
  const actionsSince = async (tenant: Tenant, machineIds: readonly string[], since: number, scope: CallScope) => {
    const filter = { machineId: machineIds, createdAfter: new Date(since - skewMs).toISOString() };
    const opening = { from: { kind: 'start' }, top: listed } as const;
    let { page } = await reads.machineActions.open(tenant, filter, opening, scope);
    const items = [...page.items];
    for (let pages = 1; page.next !== null && pages < maxPages; pages += 1) {
      page = await page.next();
      items.push(...page.items);
    }
    return { items, isAll: page.next === null && items.length < listed * maxPages };
  };

  const ofChange = <Entity extends Incident | Alert>(
    { subject: { change }, since, settled }: Sought<Of<'incident' | 'alert'>>,
    entity: Entity | Error | undefined,
  ): Found<Entity> | Error | null => {
    if (entity instanceof Error) return entity;
    if (entity === undefined) return notBegun;
    if (isDone(change, entity, since)) return { outcome: 'DONE', actionId: null, shown: entity };
    if (!settled) return null;
    const shown = shownOf(change, entity, since);
    const outcome = { ALL: 'DONE', SOME: 'UNKNOWN', NONE: 'NOT_BEGUN' } as const;
    return { outcome: outcome[shown], actionId: null, shown: entity };
  };

  return {
    machineAction: (tenant, sought, scope) =>
      orFailure(
        sought.length,
        async () => {
          const machineIds = [...new Set(sought.map(({ subject }) => subject.machineId))];
          const earliest = Math.min(...sought.map(({ since }) => since));
          const { items, isAll } = await actionsSince(tenant, machineIds, earliest, scope);
          return sought.map(({ subject: { machineId, type, mark }, settled }): Found<MachineAction> | null => {
            const isIts = (action: MachineAction): boolean =>
              action.machineId === machineId && action.type === type && carries(action, { text: mark });
            const action = items.find(isIts);
            if (action !== undefined) return { outcome: 'DONE', actionId: action.actionId, shown: action };
            return settled && isAll ? notBegun : null;
          });
        },
        scope,
      ),

    cancellation: (tenant, sought, scope) =>
      orFailure(
        sought.length,
        async () => {
          const ids = [...new Set(sought.map(({ subject }) => subject.actionId))];
          const found = await reads.machineActions.byIds(tenant, ids, scope);
          return sought.map(({ subject: { actionId, mark }, settled }): Found<MachineAction> | Error | null => {
            const action = found.get(actionId);
            if (action instanceof Error) return action;
            // An API that does not show the comment leaves only that it is cancelled.
            const isOurs = action?.cancellationComment == null || action.cancellationComment.includes(mark);
            if (action?.status === 'CANCELLED' && isOurs) return { outcome: 'DONE', actionId, shown: action };
            const ended = action !== undefined && isFinal(action);
            return ended || settled ? { outcome: 'NOT_BEGUN', actionId, shown: action ?? null } : null;
          });
        },
        scope,
      ),

    investigation: (tenant, sought, scope) =>
      orFailure(
        sought.length,
        async () => {
          const ids = sought.map(({ subject }) => subject.machineId);
          const { items, isAll } = await askedForOn(reads.investigations, tenant, ids, scope);
          return sought.map(({ subject: { machineId }, since, settled }): Found<FoundInvestigation> | null => {
            const one = begunSince(items, machineId, since);
            if (one !== undefined) return { outcome: 'DONE', actionId: one.investigationId, shown: one };
            return settled && isAll ? notBegun : null;
          });
        },
        scope,
      ),

    machine: (tenant, sought, scope) =>
      orFailure(
        sought.length,
        async () => {
          const ids = [...new Set(sought.map(({ subject }) => subject.id))];
          const found = await reads.machines.byIds(tenant, ids, scope);
          return sought.map(({ subject: { id, change }, settled }): Found<Machine> | Error | null => {
            const machine = found.get(id);
            if (machine instanceof Error) return machine;
            if (machine !== undefined && isChanged(change, machine)) {
              return { outcome: 'DONE', actionId: null, shown: machine };
            }
            return settled ? notBegun : null;
          });
        },
        scope,
      ),

    incident: (tenant, sought, scope) =>
      orFailure(
        sought.length,
        async () => {
          const ids = [...new Set(sought.map(({ subject }) => subject.id))];
          const found = await reads.incidents.byIds(tenant, ids, scope);
          return sought.map((one) => ofChange(one, found.get(one.subject.id)));
        },
        scope,
      ),

    alert: (tenant, sought, scope) =>
      orFailure(
        sought.length,
        async () => {
          const ids = [...new Set(sought.map(({ subject }) => subject.id))];
          const found = await reads.alerts.byIds(tenant, ids, scope);
          return sought.map((one) => ofChange(one, found.get(one.subject.id)));
        },
        scope,
      ),
  };
};
