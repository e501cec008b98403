import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Machine } from '../../domain/machine.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import type { Indicator } from '../../entities/indicator-fields.ts';
import type { IndicatorReads } from '../../entities/indicator-reads.ts';
import type { LibraryFile } from '../../entities/library-file.ts';
import type { ScanDefinition } from '../../entities/scan-definition.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import { firstPages } from '../../routing/first-pages.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import { isChanged } from '../../routing/machine-changes.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { CallScope } from '../../scope.ts';
import { isDone, isUnclear, shownOf } from '../kinds/entity/shown.ts';
import {
  askedForOn,
  begunSince,
  type FoundInvestigation,
  type InvestigationReads,
} from '../kinds/investigation/found.ts';
import type { JournalSubject, Of, SubjectKind } from '../once/journal.ts';
import { carrierAmong } from '../once/whole-comments.ts';
import { foundIndicators } from './indicators.ts';
import { foundDeletions, foundUploads, type LibraryFileReads } from './made.ts';
import { foundNewAlerts } from './new-alerts.ts';
import { foundMerges, foundMoves } from './regrouped.ts';
import { foundScans, type ScanDefinitionReads, type ScanSubject } from './scans.ts';
import type { FindOutcomes, Found } from './sought.ts';

/** What is shown of each kind of subject. */
interface ShownOf {
  readonly machineAction: MachineAction;
  readonly cancellation: MachineAction;
  readonly investigation: FoundInvestigation;
  readonly machine: Machine;
  readonly incident: Incident;
  readonly alert: Alert;
  readonly merge: Incident;
  readonly move: Alert;
  readonly newAlert: Alert;
  readonly libraryUpload: LibraryFile;
  readonly libraryDeletion: LibraryFile;
  readonly indicatorWrite: Indicator;
  readonly indicatorDeletion: Indicator;
  readonly scanCreation: ScanDefinition;
  readonly scanChange: ScanDefinition;
  readonly scanDeletion: ScanDefinition;
}

/** One row for each kind of subject. */
export type OutcomeFinders = { readonly [Kind in SubjectKind]: FindOutcomes<Of<Kind>, ShownOf[Kind]> };

export interface OutcomeReads {
  readonly machineActions: Pick<MachineActionReads, 'open' | 'byIds'>;
  readonly investigations: InvestigationReads;
  readonly machines: Pick<MachineReads, 'byIds'>;
  readonly incidents: Pick<IncidentReads, 'byIds'>;
  readonly alerts: Pick<AlertReads, 'byIds' | 'open'>;
  readonly libraryFiles: LibraryFileReads;
  readonly indicators: Pick<IndicatorReads<never>, 'all' | 'on'>;
  readonly scanDefinitions: ScanDefinitionReads;
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
    return firstPages(await reads.machineActions.open(tenant, filter, opening, scope), maxPages);
  };

  const indicators: FindOutcomes<Of<'indicatorWrite' | 'indicatorDeletion'>, Indicator> = (tenant, sought, scope) =>
    orFailure(sought.length, () => foundIndicators(reads.indicators, tenant, sought, scope), scope);

  const scans: FindOutcomes<ScanSubject, ScanDefinition> = (tenant, sought, scope) =>
    orFailure(sought.length, () => foundScans(reads.scanDefinitions, tenant, sought, scope), scope);

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

    incident: changeFinder(reads.incidents.byIds, shownOf, isDone, isUnclear),
    alert: changeFinder(reads.alerts.byIds, shownOf, isDone, isUnclear),

    merge: (tenant, sought, scope) =>
      orFailure(sought.length, () => foundMerges(reads.incidents, tenant, sought, scope), scope),

    move: (tenant, sought, scope) =>
      orFailure(sought.length, () => foundMoves(reads.alerts, tenant, sought, scope), scope),

    newAlert: (tenant, sought, scope) =>
      orFailure(sought.length, () => foundNewAlerts(reads.alerts, tenant, sought, scope), scope),

    libraryUpload: (tenant, sought, scope) =>
      orFailure(sought.length, () => foundUploads(reads.libraryFiles, tenant, sought, scope), scope),

    libraryDeletion: (tenant, sought, scope) =>
      orFailure(sought.length, () => foundDeletions(reads.libraryFiles, tenant, sought, scope), scope),

    indicatorWrite: indicators,
    indicatorDeletion: indicators,
    scanCreation: scans,
    scanChange: scans,
    scanDeletion: scans,
  };
};
