import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { IndicatorTerms, WantedIndicator } from '../../../routing/indicator-body.ts';
import type { FieldChange } from '../../payloads.ts';

export type { IndicatorTerms, WantedIndicator } from '../../../routing/indicator-body.ts';

/** A second more or less is no other time: Microsoft may keep fewer digits. */
const sameTime = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : Math.abs(Date.parse(a) - Date.parse(b)) < 1000;

const sameNames = (a: readonly string[], b: readonly string[]): boolean => {
  const sorted = (names: readonly string[]): string => JSON.stringify(names.map((name) => name.toLowerCase()).sort());
  return sorted(a) === sorted(b);
};

const sameText = (a: string | null, b: string | null): boolean => (a ?? '').trim() === (b ?? '').trim();

/** Each term that Microsoft shows: whether an indicator has it already. */
const compared = {
  action: (now, terms) => now.action === terms.action,
  title: (now, terms) => sameText(now.title, terms.title ?? null),
  description: (now, terms) => sameText(now.description, terms.description ?? null),
  severity: (now, terms) => now.severity === terms.severity,
  expirationTime: (now, terms) => sameTime(now.expirationTime, terms.expirationTime ?? null),
  recommendedActions: (now, terms) => sameText(now.recommendedActions, terms.recommendedActions ?? null),
  rbacGroupNames: (now, terms) => sameNames(now.rbacGroupNames, terms.rbacGroupNames ?? []),
  // The printed answers do not show it: what is not shown is no difference.
  generateAlert: (now, terms) => now.generateAlert === null || now.generateAlert === terms.generateAlert,
} as const satisfies Partial<Record<keyof IndicatorTerms, (now: Indicator, terms: IndicatorTerms) => boolean>>;

const isCompared = (field: string): field is keyof typeof compared => Object.hasOwn(compared, field);
const comparedFields = Object.keys(compared).filter(isCompared);

/** From what to what each term would go; empty: it is so already. */
export const differencesOf = (terms: IndicatorTerms, now: Indicator): readonly FieldChange[] =>
  comparedFields.flatMap((field) =>
    terms[field] === undefined || compared[field](now, terms)
      ? []
      : [{ field, from: now[field], to: terms[field] ?? null }],
  );

/** Whether an indicator is as it should be, as far as that shows. */
export const isAsWanted = ({ terms }: Pick<WantedIndicator, 'terms'>, now: Indicator): boolean =>
  differencesOf(terms, now).length === 0;

/** Indicators by what one is told from others by. */
export const byKey = (rows: readonly Indicator[]): ReadonlyMap<string, Indicator> =>
  new Map(rows.map((row) => [indicatorKey(row), row]));
