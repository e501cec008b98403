import type { Alert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import { isBeingCancelled, isFinal, type MachineAction } from '../../domain/machine-action.ts';
import type { IndicatorReads } from '../../entities/indicator-reads.ts';
import type { LibraryFile } from '../../entities/library-file.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import { firstPages } from '../../routing/first-pages.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import type { InvestigationReads } from '../../routing/investigations-of-machines.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import { isChanged } from '../../routing/machine-changes.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { ReadsById } from '../../routing/reads-by-id.ts';
import { isDone, isUnclear, shownOf } from '../kinds/entity/shown.ts';
import { carries } from '../once/correlation.ts';
import { type Of, type SubjectKind, skewMs } from '../once/journal.ts';
import { carrierAmong } from '../once/search.ts';
import { foundIndicators } from './indicators.ts';
import { foundInvestigations } from './investigations.ts';
import { foundNewAlerts } from './new-alerts.ts';
import { foundMerges, foundMove } from './regrouped.ts';
import { foundScans, type ScanDefinitionReads } from './scans.ts';
import {
  absent,
  type FindOutcomes,
  type Found,
  foundById,
  orFailure,
  type Sought,
  there,
  unclearComment,
  withoutTarget,
} from './sought.ts';

/** One finder for each kind of subject. */
export type FindersByKind = { readonly [Kind in SubjectKind]: FindOutcomes<Of<Kind>, unknown> };

/** The same, each with what it shows. */
export type OutcomeFinders = ReturnType<typeof createOutcomeFinders>;

export interface OutcomeReads {
  readonly machineActions: Pick<MachineActionReads, 'open' | 'byIds'>;
  readonly investigations: InvestigationReads;
  readonly machines: Pick<MachineReads, 'byIds'>;
  readonly incidents: Pick<IncidentReads, 'byIds'>;
  readonly alerts: Pick<AlertReads, 'byIds' | 'open'>;
  readonly libraryFiles: ReadsById<LibraryFile>;
  readonly indicators: Pick<IndicatorReads<never>, 'all' | 'on'>;
  readonly scanDefinitions: ScanDefinitionReads;
}

/** Rows of one page of a tenant's actions, and pages of one look; more may hide what is looked for. */
const listed = 1000;
const maxPages = 5;

/** What became of a change of an incident or alert: by what was to become of it. */
const foundChange = <Entity extends Incident | Alert>(
  { subject: { kind, id, change }, since, settled }: Sought<Of<'incident' | 'alert'>>,
  entity: Entity | undefined,
): Found<Entity> | Error | null => {
  // What is there may be shown to be none for a while.
  if (entity === undefined) return withoutTarget(settled, `${kind} ${id}`);
  if (isDone(change, entity, since)) return there(entity);
  if (!settled) return null;
  if (isUnclear(change, entity, since)) return unclearComment();
  // One that was merged into another since does not show what was made of it before.
  const isMerged = 'redirectIncidentId' in entity && entity.redirectIncidentId !== null;
  const outcome = { ALL: 'DONE', SOME: 'UNKNOWN', NONE: isMerged ? 'UNKNOWN' : 'NOT_BEGUN' } as const;
  return { outcome: outcome[shownOf(change, entity, since)], actionId: null, shown: entity };
};

/** What became of a cancellation: by the action, and by the comment of its cancelling where that is shown. */
const foundCancellation = (
  { subject: { actionId, mark }, settled }: Sought<Of<'cancellation'>>,
  action: MachineAction | undefined,
): Found<MachineAction> | null => {
  // An API that does not show the comment leaves only that it is cancelled.
  const isOurs = action?.cancellationComment == null || action.cancellationComment.includes(mark);
  if (action?.status === 'CANCELLED' && isOurs) return there(action, actionId);
  // It goes on for a while, and says already who cancelled it.
  if (action?.cancellationComment?.includes(mark) && isBeingCancelled(action)) return there(action, actionId);
  const ended = action !== undefined && isFinal(action);
  return ended || settled ? { outcome: 'NOT_BEGUN', actionId, shown: action ?? null } : null;
};

/** What became of actions on machines: by the correlation tags in their comments. */
const foundActions =
  (reads: OutcomeReads['machineActions']): FindOutcomes<Of<'machineAction'>, MachineAction> =>
  async (tenant, sought, scope) => {
    const machineIds = [...new Set(sought.map(({ subject }) => subject.machineId))];
    const earliest = Math.min(...sought.map(({ since }) => since));
    const filter = { machineId: machineIds, createdAfter: new Date(earliest - skewMs).toISOString() };
    const opening = { from: { kind: 'start' }, top: listed } as const;
    const { items, isAll } = await firstPages(await reads.open(tenant, filter, opening, scope), maxPages);
    const found: (Found<MachineAction> | Error | null)[] = [];
    for (const { subject, settled } of sought) {
      const { machineId, type, mark } = subject;
      const tag = { text: mark };
      // The tag tells it, whatever Microsoft calls it; without one it may be of that type, or of one that this version does not know.
      const own = items.filter(
        (action) => action.machineId === machineId && ([type, 'OTHER'].includes(action.type) || carries(action, tag)),
      );
      const action = await carrierAmong(reads, tenant, own, tag, scope);
      if (action instanceof Error) found.push(action);
      else found.push(action === null ? absent(settled && isAll) : there(action, action.actionId));
    }
    return found;
  };

/**
 * How the outcome of each kind of action is found at Microsoft's side, by reads alone. Calls: 1 for the machine actions of 50
 * actions and 1 for each that is listed without a tag, 1 for the cancellations of 50, and those of reading incidents or alerts by id.
 */
export const createOutcomeFinders = ({ reads }: { readonly reads: OutcomeReads }) => {
  const indicators = orFailure(foundIndicators(reads.indicators));
  const scans = orFailure(foundScans(reads.scanDefinitions));
  return {
    machineAction: orFailure(foundActions(reads.machineActions)),
    cancellation: foundById(reads.machineActions, ({ actionId }) => actionId, foundCancellation),
    investigation: orFailure(foundInvestigations(reads)),
    machine: foundById(
      reads.machines,
      ({ id }) => id,
      ({ subject: { change }, settled }: Sought<Of<'machine'>>, machine) =>
        machine !== undefined && isChanged(change, machine) ? there(machine) : absent(settled),
    ),
    incident: foundById(reads.incidents, ({ id }) => id, foundChange),
    alert: foundById(reads.alerts, ({ id }) => id, foundChange),
    merge: orFailure(foundMerges(reads.incidents)),
    move: foundById(reads.alerts, ({ id }) => id, foundMove),
    newAlert: orFailure(foundNewAlerts(reads.alerts)),
    // An upload was done when the library has that content under that name, a deletion when the name is gone.
    libraryUpload: foundById(
      reads.libraryFiles,
      ({ fileName }) => fileName,
      ({ subject, settled }: Sought<Of<'libraryUpload'>>, file) =>
        file !== undefined && isUploaded(subject, file) ? there(file) : absent(settled, file),
    ),
    libraryDeletion: foundById(
      reads.libraryFiles,
      ({ fileName }) => fileName,
      ({ settled }: Sought<Of<'libraryDeletion'>>, file) =>
        file === undefined ? there<LibraryFile>(null) : absent(settled, file),
    ),
    indicatorWrite: indicators,
    indicatorDeletion: indicators,
    scanCreation: scans,
    scanChange: scans,
    scanDeletion: scans,
  } satisfies FindersByKind;
};

/** Whether a file of the library is what was to be uploaded. A description that was not given may be any. */
export const isUploaded = (
  wanted: Pick<Of<'libraryUpload'>, 'sha256' | 'description' | 'parametersDescription'>,
  file: Pick<LibraryFile, 'sha256' | 'description' | 'parametersDescription'>,
): boolean =>
  file.sha256?.toLowerCase() === wanted.sha256 &&
  (['description', 'parametersDescription'] as const).every(
    (field) => wanted[field] === null || file[field] === wanted[field],
  );
