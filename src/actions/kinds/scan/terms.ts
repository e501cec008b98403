import type { ScanDefinition } from '../../../entities/scan-definition.ts';
import type { ScanTerms } from '../../../routing/scan-actions.ts';
import type { FieldChange } from '../../payloads.ts';
import { type Compare, changesIn, comparing, sameNames } from '../compared.ts';

/** The targets of a definition, which Microsoft has in one text. */
export const targetsIn = (target: string | null): readonly string[] =>
  (target ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

const plainly =
  (field: 'scanType' | 'isActive' | 'targetType' | 'intervalInHours'): Compare<ScanTerms, ScanDefinition> =>
  (now, terms) => ({ from: now[field], isSame: now[field] === terms[field] });

/** Each term by the field that shows it. */
const compare = comparing<ScanTerms, ScanDefinition>({
  scanType: plainly('scanType'),
  scanName: ({ scanName: from }, { scanName }) => ({ from, isSame: (from ?? '').trim() === scanName }),
  isActive: plainly('isActive'),
  targetType: plainly('targetType'),
  targets: ({ target }, { targets = [] }) => {
    const from = targetsIn(target);
    return { from, isSame: sameNames(from, targets) };
  },
  intervalInHours: plainly('intervalInHours'),
  machineId: ({ machineId: from }, { machineId }) => ({ from, isSame: from?.toLowerCase() === machineId }),
} satisfies Record<keyof ScanTerms, Compare<ScanTerms, ScanDefinition>>);

/** From what to what each term would go; empty: it is so already. */
export const differencesOf = (terms: ScanTerms, now: ScanDefinition): readonly FieldChange[] =>
  changesIn(compare(terms, now));

/** Whether a definition is as it should be, as far as that shows. */
export const isAsWanted = (terms: ScanTerms, now: ScanDefinition): boolean => differencesOf(terms, now).length === 0;

/** Names in the form in which equal ones are equal. */
export const nameKey = (name: string | null): string => (name ?? '').trim().toLowerCase();
