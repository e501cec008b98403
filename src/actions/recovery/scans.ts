import type { Tenant } from '../../config/tenants.ts';
import type { ScanDefinition } from '../../entities/scan-definition.ts';
import type { ScanDefinitionFilter } from '../../generated/inputs.ts';
import type { CollectionReads } from '../../routing/mde-collection.ts';
import type { CallScope } from '../../scope.ts';
import { isAsWanted, nameKey } from '../kinds/scan/terms.ts';
import type { Of } from '../once/journal.ts';
import { absent, type FindOutcomes, there } from './sought.ts';

/** Lists the authenticated scans of a tenant. */
export type ScanDefinitionReads = Pick<CollectionReads<ScanDefinitionFilter, ScanDefinition>, 'open'>;

/** Actions on authenticated scans. */
export type ScanSubject = Of<'scanCreation' | 'scanChange' | 'scanDeletion'>;

/** All of a tenant's. Calls: 1; a list that is not whole is an error of its read. */
export const allScans = async (
  reads: ScanDefinitionReads,
  tenant: Tenant,
  scope: CallScope,
): Promise<readonly ScanDefinition[]> =>
  (await reads.open(tenant, {}, { from: { kind: 'start' }, top: 1000 }, scope)).page.items;

/** The scan that a subject is about, as it is now, and how much of the action shows. */
const shownOf = (
  subject: ScanSubject,
  scans: readonly ScanDefinition[],
): { readonly scan: ScanDefinition | null; readonly isDone: boolean; readonly mayBe: boolean } => {
  if (subject.kind === 'scanCreation') {
    const scan = scans.find(({ scanName }) => nameKey(scanName) === nameKey(subject.terms.scanName ?? null)) ?? null;
    // Nobody had the name before: one that has it now and is otherwise may be it, changed since.
    return { scan, isDone: scan !== null && isAsWanted(subject.terms, scan), mayBe: scan !== null };
  }
  const scan = scans.find(({ scanDefinitionId }) => scanDefinitionId.toLowerCase() === subject.id) ?? null;
  if (subject.kind === 'scanDeletion') return { scan, isDone: scan === null, mayBe: false };
  const isShown = scan !== null && isAsWanted(subject.terms, scan);
  // How it signs in does not show: whether that was changed nobody can tell.
  return { scan, isDone: isShown && !subject.signsIn, mayBe: isShown };
};

/** What became of actions on authenticated scans, by what the list shows. Calls: 1. */
export const foundScans =
  (reads: ScanDefinitionReads): FindOutcomes<ScanSubject, ScanDefinition> =>
  async (tenant, sought, scope) => {
    const scans = await allScans(reads, tenant, scope);
    return sought.map(({ subject, settled }) => {
      const { scan, isDone, mayBe } = shownOf(subject, scans);
      if (isDone) return there(scan, subject.kind === 'scanCreation' ? (scan?.scanDefinitionId ?? null) : subject.id);
      return settled && mayBe ? { outcome: 'UNKNOWN', actionId: null, shown: scan } : absent(settled, scan);
    });
  };
