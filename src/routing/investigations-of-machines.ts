import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { InvestigationState } from '../domain/enums.ts';
import type { CallScope } from '../scope.ts';
import { chunked } from './filter-forms.ts';
import { firstPages } from './first-pages.ts';

/** An investigation, as far as an action that starts one has to know it. */
export interface FoundInvestigation {
  readonly investigationId: string;
  readonly machineId: string | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly state: InvestigationState | null;
  /** Null: somebody asked for it; so may one with an alert have been. */
  readonly triggeringAlertId: string | null;
}

/** How investigations of machines are found; newest first is not promised. */
export interface InvestigationReads {
  open(
    tenant: Tenant,
    filter: { readonly machineId: readonly string[] },
    opening: { readonly from: { readonly kind: 'start' }; readonly top: number },
    scope: CallScope,
  ): Promise<Parameters<typeof firstPages<FoundInvestigation>>[0]>;
}

/** How much earlier than it was sent an investigation may seem to begin. */
const skewMs = 60_000;
/** More than machines have in the time that matters. */
const listed = 1000;
const maxPages = 10;
const machinesPerList = 20;

/** States of an investigation that goes on (investigation.md). */
const openStates: ReadonlySet<InvestigationState | null> = new Set([
  'RUNNING',
  'QUEUED',
  'PENDING_APPROVAL',
  'PENDING_RESOURCE',
]);

/** Whether an investigation goes on. One without an end may have ended all the same, by its state. */
export const goesOn = ({ endTime, state }: FoundInvestigation): boolean => endTime === null && openStates.has(state);

/**
 * The investigations of machines, and whether they are all. Calls: 1 for 20 machines, which have room in a `$filter`, and where
 * they have any 1 more that proves their end.
 */
export const investigationsOn = async (
  reads: InvestigationReads,
  tenant: Tenant,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<{ readonly items: readonly FoundInvestigation[]; readonly isAll: boolean }> => {
  const lists = await Promise.all(
    chunked([...new Set(machineIds)], machinesPerList).map(async (machineId) => {
      const opened = await reads.open(tenant, { machineId }, { from: { kind: 'start' }, top: listed }, scope);
      return firstPages(opened, maxPages);
    }),
  );
  return { items: lists.flatMap(({ items }) => items), isAll: lists.every(({ isAll }) => isAll) };
};

/**
 * Those of a machine that began at that moment (epoch milliseconds) or later. They carry no sign of who asked for them: as one at
 * a time runs on a machine, one that somebody asked for and that began then is taken for the one that was sent.
 */
export const begunSince = (
  items: readonly FoundInvestigation[],
  machineId: string,
  since: number,
): readonly FoundInvestigation[] =>
  items.filter(
    (one) => one.machineId === machineId && one.startTime !== null && Date.parse(one.startTime) >= since - skewMs,
  );

/**
 * Whether somebody asked for an investigation, by its alert; an error: that cannot be read. Microsoft raises an alert of its own
 * for one that is asked for ("Automated investigation started manually"). It may be listed later than the investigation, where the
 * alert that triggers one is there before.
 */
export const isAskedFor = (
  { triggeringAlertId }: FoundInvestigation,
  alerts: ReadonlyMap<string, Pick<Alert, 'detectionSource'> | Error>,
): boolean | Error => {
  const alert = triggeringAlertId === null ? undefined : alerts.get(triggeringAlertId);
  return alert instanceof Error ? alert : alert === undefined || alert.detectionSource === 'automatedInvestigation';
};
