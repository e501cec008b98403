import type { Tenant } from '../../../config/tenants.ts';
import type { InvestigationState } from '../../../domain/enums.ts';
import type { CallScope } from '../../../scope.ts';

/** An investigation, as far as an act that starts one has to know it. */
export interface FoundInvestigation {
  readonly investigationId: string;
  readonly machineId: string | null;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly state: InvestigationState | null;
  /** Null: somebody asked for it. */
  readonly triggeringAlertId: string | null;
}

/** How investigations of machines are found; newest first is not promised. */
export interface InvestigationReads {
  open(
    tenant: Tenant,
    filter: { readonly machineId: readonly string[] },
    opening: { readonly from: { readonly kind: 'start' }; readonly top: number },
    scope: CallScope,
  ): Promise<{ readonly page: { readonly items: readonly FoundInvestigation[]; readonly next: unknown } }>;
}

/** How much earlier than it was sent an investigation may seem to begin. */
const skewMs = 60_000;
/** More than machines have in the time that matters. */
const listed = 1000;

/** States of an investigation that goes on (investigation.md). */
const openStates: ReadonlySet<InvestigationState | null> = new Set([
  'RUNNING',
  'QUEUED',
  'PENDING_APPROVAL',
  'PENDING_RESOURCE',
]);

/** Whether an investigation goes on. One without an end may have ended all the same, by its state. */
export const goesOn = ({ endTime, state }: FoundInvestigation): boolean => endTime === null && openStates.has(state);

/** The investigations of machines, and whether they are all. One call for 20 machines. */
export const investigationsOn = async (
  reads: InvestigationReads,
  tenant: Tenant,
  machineIds: readonly string[],
  scope: CallScope,
): Promise<{ readonly items: readonly FoundInvestigation[]; readonly isAll: boolean }> => {
  const filter = { machineId: [...new Set(machineIds)] };
  const { page } = await reads.open(tenant, filter, { from: { kind: 'start' }, top: listed }, scope);
  return { items: page.items, isAll: page.next === null };
};

/** Those of them that somebody asked for. */
export const askedForOn = async (
  ...asked: Parameters<typeof investigationsOn>
): Promise<{ readonly items: readonly FoundInvestigation[]; readonly isAll: boolean }> => {
  const { items, isAll } = await investigationsOn(...asked);
  return { items: items.filter(({ triggeringAlertId }) => triggeringAlertId === null), isAll };
};

/**
 * The one of a machine that began at that moment (epoch milliseconds) or later. It carries no sign of who asked for it: as one at
 * a time runs on a machine, an investigation that began then is taken for the one that was sent.
 */
export const begunSince = (
  items: readonly FoundInvestigation[],
  machineId: string,
  since: number,
): FoundInvestigation | undefined =>
  items.find(
    (one) => one.machineId === machineId && one.startTime !== null && Date.parse(one.startTime) >= since - skewMs,
  );
