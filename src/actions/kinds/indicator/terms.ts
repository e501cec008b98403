import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { IndicatorTerms, WantedIndicator } from '../../../routing/indicator-body.ts';
import type { FieldChange } from '../../payloads.ts';

export type { IndicatorTerms, WantedIndicator } from '../../../routing/indicator-body.ts';

/** A second more or less is no other time: Microsoft may keep fewer digits. */
const sameTime = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : Math.abs(Date.parse(a) - Date.parse(b)) < 1000;

/** Whether two lists have the same names, in whatever order and letter case. */
export const sameNames = (a: readonly string[], b: readonly string[]): boolean => {
  const folded = (names: readonly string[]): string =>
    JSON.stringify([...new Set(names.map((name) => name.toLowerCase()))].sort());
  return folded(a) === folded(b);
};

const sameText = (a: string | null, b: string | null): boolean => (a ?? '').trim() === (b ?? '').trim();

/** Whether an indicator has a term already; null: Microsoft does not show it. */
type Compare = (now: Indicator, terms: IndicatorTerms) => boolean | null;

/** Every term but `application`, which no change touches. */
const compared = {
  action: (now, terms) => now.action === terms.action,
  title: (now, terms) => sameText(now.title, terms.title ?? null),
  description: (now, terms) => sameText(now.description, terms.description ?? null),
  severity: (now, terms) => now.severity === terms.severity,
  expirationTime: (now, terms) => sameTime(now.expirationTime, terms.expirationTime ?? null),
  recommendedActions: (now, terms) => sameText(now.recommendedActions, terms.recommendedActions ?? null),
  rbacGroupNames: (now, terms) => sameNames(now.rbacGroupNames, terms.rbacGroupNames ?? []),
  // The printed answers do not show it. An audit always has it (post-ti-indicator.md).
  generateAlert: ({ action, generateAlert }, terms) => {
    const shown = generateAlert ?? (action === 'AUDIT' ? true : null);
    return shown === null ? null : shown === terms.generateAlert;
  },
  educateUrl: () => null,
} as const satisfies Record<Exclude<keyof IndicatorTerms, 'application'>, Compare>;

const isCompared = (field: string): field is keyof typeof compared => Object.hasOwn(compared, field);
const comparedFields = Object.keys(compared).filter(isCompared);

/** What each given term is like. */
const toldOf = (terms: IndicatorTerms, now: Indicator) =>
  comparedFields.flatMap((field) =>
    terms[field] === undefined ? [] : [{ field, isSame: compared[field](now, terms) }],
  );

/** From what to what each term goes that is not surely so already; empty: nothing need be sent. */
export const differencesOf = (terms: IndicatorTerms, now: Indicator): readonly FieldChange[] =>
  toldOf(terms, now).flatMap(({ field, isSame }) =>
    isSame === true ? [] : [{ field, from: field === 'educateUrl' ? null : now[field], to: terms[field] ?? null }],
  );

/**
 * Whether an indicator is as it should be. `UNTOLD`: as far as Microsoft shows it is, and it does not show all that was given, so
 * that it proves nothing.
 */
export const likenessOf = ({ terms }: Pick<WantedIndicator, 'terms'>, now: Indicator): 'SAME' | 'UNTOLD' | 'OTHER' => {
  const told = toldOf(terms, now);
  if (told.some(({ isSame }) => isSame === false)) return 'OTHER';
  return told.some(({ isSame }) => isSame === null) ? 'UNTOLD' : 'SAME';
};

/**
 * The indicators of a tenant without those whose end has come at that moment (epoch milliseconds): they are met no more and count
 * no more, also where Microsoft still lists them. `ended`: their keys.
 */
export const withoutEnded = (
  rows: readonly Indicator[],
  now: number,
): { readonly active: readonly Indicator[]; readonly ended: ReadonlySet<string> } => {
  const isActive = ({ expirationTime }: Indicator): boolean => !(Date.parse(expirationTime ?? '') <= now);
  return { active: rows.filter(isActive), ended: new Set(rows.filter((row) => !isActive(row)).map(indicatorKey)) };
};

/** One in the place of another that has ended: where no end is given, it is told that it has none, and does not keep the old one. */
export const instead = ({ terms, ...wanted }: WantedIndicator): WantedIndicator => ({
  ...wanted,
  terms: { expirationTime: null, ...terms },
});

/** Indicators by what one is told from others by. */
export const byKey = (rows: readonly Indicator[]): ReadonlyMap<string, Indicator> =>
  new Map(rows.map((row) => [indicatorKey(row), row]));
