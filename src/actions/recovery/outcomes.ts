import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import type { ActOutcome } from '../../domain/outcome.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { CallScope } from '../../scope.ts';
import { isDone, isUnclear, shownOf } from '../kinds/entity/shown.ts';
import type { JournalSubject, SubjectKind } from '../once/journal.ts';
import { carrierAmong } from '../once/whole-comments.ts';

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

/** What is shown of a subject of each kind. */
interface ShownOf {
  readonly machineAction: MachineAction;
  readonly cancellation: MachineAction;
  readonly incident: Incident;
  readonly alert: Alert;
}

/** One row for each kind of subject. */
export type OutcomeFinders = { readonly [Kind in SubjectKind]: FindOutcomes<Of<Kind>, ShownOf[Kind]> };

export interface OutcomeReads {
  readonly machineActions: Pick<MachineActionReads, 'open' | 'byIds'>;
  readonly incidents: Pick<IncidentReads, 'byIds'>;
  readonly alerts: Pick<AlertReads, 'byIds'>;
}

/**
 * How much earlier than its entry an action may seem to be made, where the clocks differ. Less than a key is kept beyond its
 * repeats: what was done under an earlier use of the same key is not this one's.
 */
const skewMs = 3_000_000;
/** Rows of one page of a tenant's actions, and pages of one look; more may hide what is looked for. */
const listed = 1000;
const maxPages = 5;

const notBegun = { outcome: 'NOT_BEGUN', actionId: null, shown: null } as const satisfies Found;

const unclear = (): GatewayError =>
  new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'Whether the comment is there does not show: there is an earlier one of the same words, or none is shown at all',
  );

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

/** Finds changes of entities by what was to become of them. */
const changeFinder =
  <Subject extends JournalSubject & { readonly id: string; readonly change: Change }, Change, Entity>(
    readByIds: (
      tenant: Tenant,
      ids: readonly string[],
      scope: CallScope,
    ) => Promise<ReadonlyMap<string, Entity | Error>>,
    howMuch: (change: Change, entity: Entity, since: number) => 'ALL' | 'SOME' | 'NONE',
    isWhole: (change: Change, entity: Entity, since: number) => boolean,
    cannotTell: (change: Change, entity: Entity, since: number) => boolean,
  ): FindOutcomes<Subject, Entity> =>
  (tenant, sought, scope) =>
    orFailure(
      sought.length,
      async () => {
        const found = await readByIds(tenant, [...new Set(sought.map(({ subject }) => subject.id))], scope);
        return sought.map(({ subject: { id, change }, since, settled }): Found<Entity> | Error | null => {
          const entity = found.get(id);
          if (entity instanceof Error) return entity;
          // What is there may be shown to be none for a while.
          if (entity === undefined) return settled ? notBegun : null;
          if (isWhole(change, entity, since)) return { outcome: 'DONE', actionId: null, shown: entity };
          if (!settled) return null;
          if (cannotTell(change, entity, since)) return unclear();
          const outcome = { ALL: 'DONE', SOME: 'UNKNOWN', NONE: 'NOT_BEGUN' } as const;
          return { outcome: outcome[howMuch(change, entity, since)], actionId: null, shown: entity };
        });
      },
      scope,
    );

/**
 * How the outcome of each kind of act is found at Microsoft's side, by reads alone. Calls: 1 for the machine actions of 50
 * acts and 1 for each that is listed without a tag, 1 for the cancellations of 50, and those of reading incidents or alerts by id.
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

  return {
    machineAction: (tenant, sought, scope) =>
      orFailure(
        sought.length,
        async () => {
          const machineIds = [...new Set(sought.map(({ subject }) => subject.machineId))];
          const earliest = Math.min(...sought.map(({ since }) => since));
          const { items, isAll } = await actionsSince(tenant, machineIds, earliest, scope);
          const outcomeOf = async ({
            subject: { machineId, type, mark },
            settled,
          }: (typeof sought)[number]): Promise<Found<MachineAction> | Error | null> => {
            const own = items.filter((action) => action.machineId === machineId && action.type === type);
            const action = await carrierAmong(reads.machineActions, tenant, own, { text: mark }, scope);
            if (action instanceof Error) return action;
            if (action !== null) return { outcome: 'DONE', actionId: action.actionId, shown: action };
            return settled && isAll ? notBegun : null;
          };
          const found: (Found<MachineAction> | Error | null)[] = [];
          for (const one of sought) found.push(await outcomeOf(one));
          return found;
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

    incident: changeFinder(reads.incidents.byIds, shownOf, isDone, isUnclear),
    alert: changeFinder(reads.alerts.byIds, shownOf, isDone, isUnclear),
  };
};
