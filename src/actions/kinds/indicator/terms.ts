import type { Tenant } from '../../../config/tenants.ts';
import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { GatewayError } from '../../../errors.ts';
import type { IndicatorTerms, WantedIndicator } from '../../../routing/indicator-body.ts';
import type { FieldChange } from '../../payloads.ts';
import { refusedIn } from '../../results.ts';
import { type Compare, changesIn, comparing, sameNames } from '../compared.ts';

export type { IndicatorTerms, WantedIndicator } from '../../../routing/indicator-body.ts';

/** A second more or less is no other time: Microsoft may keep fewer digits. */
const sameTime = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : Math.abs(Date.parse(a) - Date.parse(b)) < 1000;

/** Whether an indicator has a term already; null: Microsoft does not show it. */
type CompareTerm = Compare<IndicatorTerms, Indicator>;

const plainly =
  (field: 'action' | 'severity'): CompareTerm =>
  (now, terms) => ({ from: now[field], isSame: now[field] === terms[field] });

const asText =
  (field: 'title' | 'description' | 'recommendedActions'): CompareTerm =>
  (now, terms) => ({ from: now[field], isSame: (now[field] ?? '').trim() === (terms[field] ?? '').trim() });

/** Every term but `application`, which no change touches. */
const compare = comparing<IndicatorTerms, Indicator>({
  action: plainly('action'),
  title: asText('title'),
  description: asText('description'),
  severity: plainly('severity'),
  expirationTime: ({ expirationTime: from }, terms) => ({
    from,
    isSame: sameTime(from, terms.expirationTime ?? null),
  }),
  recommendedActions: asText('recommendedActions'),
  rbacGroupNames: ({ rbacGroupNames: from }, terms) => ({
    from,
    isSame: sameNames(from, terms.rbacGroupNames ?? []),
  }),
  // The printed answers do not show it. An audit always has it (post-ti-indicator.md).
  generateAlert: ({ action, generateAlert: from }, terms) => {
    const shown = from ?? (action === 'AUDIT' ? true : null);
    return { from, isSame: shown === null ? null : shown === terms.generateAlert };
  },
  educateUrl: () => ({ from: null, isSame: null }),
} satisfies Record<Exclude<keyof IndicatorTerms, 'application'>, CompareTerm>);

/** From what to what each term goes that is not surely so already; empty: nothing need be sent. */
export const differencesOf = (terms: IndicatorTerms, now: Indicator): readonly FieldChange[] =>
  changesIn(compare(terms, now));

/**
 * Whether an indicator is as it should be. `UNTOLD`: as far as Microsoft shows it is, and it does not show all that was given, so
 * that it proves nothing.
 */
export const likenessOf = ({ terms }: Pick<WantedIndicator, 'terms'>, now: Indicator): 'SAME' | 'UNTOLD' | 'OTHER' => {
  const told = compare(terms, now);
  if (told.some(({ isSame }) => isSame === false)) return 'OTHER';
  return told.some(({ isSame }) => isSame === null) ? 'UNTOLD' : 'SAME';
};

/** Indicators by what one is told from others by. */
export const byKey = (rows: readonly Indicator[]): ReadonlyMap<string, Indicator> =>
  new Map(rows.map((row) => [indicatorKey(row), row]));

/** One of a tenant's that is to be as wanted. */
export interface MatchedIndicator {
  readonly wanted: WantedIndicator;
  /** As it is in the tenant; null: it is not there. */
  readonly before: Indicator | null;
}

/**
 * What a tenant has at a moment (epoch milliseconds). Those whose end has come are met no more and count no more, also where
 * Microsoft still lists them. One in the place of such a one is told that it has no end, where none is given, and does not keep
 * the old one.
 */
export const indicatorsAt = (rows: readonly Indicator[], now: number) => {
  const isActive = ({ expirationTime }: Indicator): boolean => !(Date.parse(expirationTime ?? '') <= now);
  const active = rows.filter(isActive);
  const known = byKey(active);
  const ended = new Set(rows.filter((row) => !isActive(row)).map(indicatorKey));
  return {
    active,
    match: (wanted: WantedIndicator): MatchedIndicator => {
      const key = indicatorKey(wanted);
      const before = known.get(key) ?? null;
      const isInstead = before === null && ended.has(key);
      return { before, wanted: isInstead ? { ...wanted, terms: { expirationTime: null, ...wanted.terms } } : wanted };
    },
  };
};

/** post-ti-indicator.md: active indicators that a tenant may have. */
export const maxActive = 15_000;

/** What new indicators would come to in a tenant that has so many; how many, only who may read them is told. */
export const limitFault = (
  tenant: Tenant,
  { active, added, mayRead }: { readonly active: number; readonly added: number; readonly mayRead: boolean },
): GatewayError | null => {
  if (active + added <= maxActive) return null;
  const { name } = tenant;
  const has = mayRead ? `${name} has ${active} active indicators, and ${added} more` : `New indicators of ${name}`;
  const message = `${has} would be beyond the ${maxActive} that Defender takes: nothing was added`;
  return refusedIn(tenant, 'CONFLICT', message);
};
