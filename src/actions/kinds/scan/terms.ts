import type { ScanDefinition } from '../../../entities/scan-definition.ts';
import type { ScanTerms } from '../../../routing/scan-acts.ts';
import type { FieldChange } from '../../payloads.ts';
import { sameNames } from '../indicator/terms.ts';

export type { ScanSignIn, ScanTerms } from '../../../routing/scan-acts.ts';

/** The targets of a definition, which Microsoft has in one text. */
export const targetsIn = (target: string | null): readonly string[] =>
  (target ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** One of the terms, as a definition has it and as it should be; undefined: it is not spoken of. */
type Compared = (now: ScanDefinition, terms: ScanTerms) => { readonly isSame: boolean } & Omit<FieldChange, 'field'>;

const plainly =
  <Field extends 'scanType' | 'isActive' | 'targetType' | 'intervalInHours'>(field: Field): Compared =>
  (now, terms) => ({ isSame: now[field] === terms[field], from: now[field], to: terms[field] });

/** Each term by the field that shows it. */
const compared = {
  scanType: plainly('scanType'),
  scanName: ({ scanName }, terms) => ({
    isSame: (scanName ?? '').trim() === terms.scanName,
    from: scanName,
    to: terms.scanName,
  }),
  isActive: plainly('isActive'),
  targetType: plainly('targetType'),
  targets: ({ target }, { targets = [] }) => ({
    isSame: sameNames(targetsIn(target), targets),
    from: targetsIn(target),
    to: targets,
  }),
  intervalInHours: plainly('intervalInHours'),
  machineId: ({ machineId }, terms) => ({
    isSame: machineId?.toLowerCase() === terms.machineId,
    from: machineId,
    to: terms.machineId,
  }),
} as const satisfies Record<keyof ScanTerms, Compared>;

const isTerm = (field: string): field is keyof ScanTerms => Object.hasOwn(compared, field);
const termNames = Object.keys(compared).filter(isTerm);

/** From what to what each term would go; empty: it is so already. */
export const differencesOf = (terms: ScanTerms, now: ScanDefinition): readonly FieldChange[] =>
  termNames.flatMap((field) => {
    if (terms[field] === undefined) return [];
    const { isSame, from, to } = compared[field](now, terms);
    return isSame ? [] : [{ field, from, to }];
  });

/** Whether a definition is as it should be, as far as that shows. */
export const isAsWanted = (terms: ScanTerms, now: ScanDefinition): boolean => differencesOf(terms, now).length === 0;

/** Names in the form in which equal ones are equal. */
export const nameKey = (name: string | null): string => (name ?? '').trim().toLowerCase();
