import { applicationOfSet, setNameForm } from '../../../domain/indicator-sets.ts';
import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { SeenIndicators } from '../../../entities/indicator-reads.ts';
import { type GatewayError, InputError } from '../../../errors.ts';
import type { PlanIndicatorsInput } from '../../../generated/inputs.ts';
import { fault } from '../../check-input.ts';
import type { FieldChange, IndicatorChangeKind } from '../../payloads.ts';
import { readIndicators } from './input.ts';
import { byKey, differencesOf, instead, type WantedIndicator, withoutEnded } from './terms.ts';

/** post-ti-indicator.md: active indicators that a tenant may have. */
export const maxActive = 15_000;

/** A set of indicators, its input read. */
export interface IndicatorSet {
  readonly name: string;
  readonly wanted: readonly WantedIndicator[];
  /** Whether what the set made before, and has no more, goes. */
  readonly prune: boolean;
  /** Those whose end has come, by their keys. Microsoft lists them no more, and takes them no more. */
  readonly ended: ReadonlySet<string>;
  /** Why a set with such ones is not begun; null: it has none. */
  readonly overdue: GatewayError | null;
}

/** One indicator in which a tenant differs from a set. */
export interface SetChange {
  readonly kind: Exclude<IndicatorChangeKind, 'UNCHANGED'>;
  readonly indicatorType: Indicator['indicatorType'];
  readonly indicatorValue: string;
  /** Null: it goes. */
  readonly wanted: WantedIndicator | null;
  /** Null: it is not there yet. */
  readonly before: Indicator | null;
  /** Null unless it is changed. */
  readonly changes: readonly FieldChange[] | null;
}

/** How far a tenant is from a set. */
export interface Drift {
  readonly changes: readonly SetChange[];
  readonly unchanged: number;
  /** Indicators that were seen in the tenant. */
  readonly active: number;
  /** What could not be seen; null: these are all. */
  readonly unseen: string | null;
}

/** How many faults of a set are told at once. */
const shownFaults = 5;

/** Reads a set. Throws `BAD_USER_INPUT` for a name that is none, and for an indicator that cannot be: a set is applied whole. */
export const readSet = (input: PlanIndicatorsInput, now: number): IndicatorSet => {
  const name = input.set.trim();
  if (!setNameForm.test(name)) {
    throw fault('set', 'must be a name of letters, digits, ".", "_", "-" and blanks inside, up to 60');
  }
  const read = readIndicators(input, { most: maxActive, limit: 'as many as Defender takes', now });
  const faults = read.flatMap(({ error }) => error ?? []);
  const [first] = faults;
  if (first !== undefined) {
    const others = faults.length > shownFaults ? `; and ${faults.length - shownFaults} more` : '';
    const told = faults.slice(0, shownFaults).map(({ message }) => message);
    throw new InputError(`${told.join('; ')}${others}`, { field: first.details.field ?? 'indicators' });
  }
  const distinct = new Map(read.flatMap(({ name: key, wanted }) => (wanted === null ? [] : [[key, wanted] as const])));
  const application = applicationOfSet(name);
  const wanted = [...distinct.values()].map((one, index): WantedIndicator => {
    if (one.terms.application === undefined) return { ...one, terms: { ...one.terms, application } };
    throw new InputError(`indicators[${index}].application cannot be given: it is that of the set`, {
      field: 'application',
    });
  });
  const over = read.filter(({ against }) => against !== null);
  return {
    name,
    // In whatever order they are given, they are one set.
    wanted: wanted.toSorted((a, b) => (indicatorKey(a) < indicatorKey(b) ? -1 : 1)),
    prune: input.prune ?? false,
    ended: new Set(over.map(({ name: key }) => key)),
    overdue: over[0]?.against ?? null,
  };
};

/**
 * Compares a tenant with a set at a moment (epoch milliseconds). What others made is compared and changed, as a create would, and
 * never goes. What has ended is not there, though Microsoft may list it.
 */
export const driftOf = (
  { name, wanted, prune, ended }: IndicatorSet,
  { rows: listed, unseen }: SeenIndicators,
  now: number,
): Drift => {
  const { active: rows, ended: over } = withoutEnded(listed, now);
  const known = byKey(rows);
  const keys = new Set(wanted.map(indicatorKey));
  const changes: SetChange[] = [];
  let unchanged = 0;
  for (const one of wanted) {
    if (ended.has(indicatorKey(one))) continue;
    const { indicatorType, indicatorValue } = one;
    const before = known.get(indicatorKey(one)) ?? null;
    const differences = before === null ? null : differencesOf(one.terms, before);
    if (differences?.length === 0) unchanged += 1;
    else {
      const kind = before === null ? 'ADDED' : 'CHANGED';
      const sent = before === null && over.has(indicatorKey(one)) ? instead(one) : one;
      changes.push({ kind, indicatorType, indicatorValue, wanted: sent, before, changes: differences });
    }
  }
  const left = prune ? rows.filter((row) => row.set === name && !keys.has(indicatorKey(row))) : [];
  for (const before of left) {
    const { indicatorType, indicatorValue } = before;
    changes.push({ kind: 'REMOVED', indicatorType, indicatorValue, wanted: null, before, changes: null });
  }
  return { changes, unchanged, active: rows.length, unseen };
};

/** How many of a drift are of a kind. */
export const countOf = ({ changes }: Pick<Drift, 'changes'>, kind: SetChange['kind']): number =>
  changes.filter((change) => change.kind === kind).length;
