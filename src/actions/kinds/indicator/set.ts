import type { Asking } from '../../../access/access.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { applicationOfSet, setNameForm } from '../../../domain/indicator-sets.ts';
import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { SeenIndicators } from '../../../entities/indicator-reads.ts';
import { asGatewayError, type GatewayError, InputError } from '../../../errors.ts';
import type { PlanIndicatorsInput } from '../../../generated/inputs.ts';
import { performOnEach } from '../../../routing/perform-on-each.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActionParts } from '../../action.ts';
import { fault } from '../../check-input.ts';
import type { FieldChange, IndicatorChangeKind, IndicatorSetChange, IndicatorSetResult } from '../../payloads.ts';
import { errorRow } from '../../results.ts';
import { readIndicators } from './input.ts';
import type { IndicatorStep } from './send.ts';
import { differencesOf, indicatorsAt, limitFault, maxActive, type WantedIndicator } from './terms.ts';

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
export interface SetChange extends IndicatorStep, Pick<Indicator, 'indicatorType' | 'indicatorValue'> {
  readonly kind: Exclude<IndicatorChangeKind, 'UNCHANGED'>;
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
    const message = `indicators[${index}].application cannot be given: it is that of the set`;
    throw new InputError(message, { field: 'application' });
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
const driftOf = ({ name, wanted, prune, ended }: IndicatorSet, seen: SeenIndicators, now: number): Drift => {
  const { active, match } = indicatorsAt(seen.rows, now);
  const keys = new Set(wanted.map(indicatorKey));
  const compared = wanted
    .filter((one) => !ended.has(indicatorKey(one)))
    .map((one) => {
      const { indicatorType, indicatorValue } = one;
      const matched = match(one);
      const { before } = matched;
      return {
        ...matched,
        indicatorType,
        indicatorValue,
        indicatorId: before?.indicatorId ?? null,
        changes: before === null ? null : differencesOf(one.terms, before),
      };
    });
  const left = prune ? active.filter((row) => row.set === name && !keys.has(indicatorKey(row))) : [];
  const differing = compared.filter(({ changes }) => changes?.length !== 0);
  return {
    changes: [
      ...differing.map((one): SetChange => ({ ...one, kind: one.before === null ? 'ADDED' : 'CHANGED' })),
      ...left.map((before): SetChange => {
        const { indicatorType, indicatorValue, indicatorId } = before;
        return { kind: 'REMOVED', indicatorType, indicatorValue, indicatorId, wanted: null, before, changes: null };
      }),
    ],
    unchanged: compared.length - differing.length,
    active: active.length,
    unseen: seen.unseen,
  };
};

/** How far a tenant is from the set now. Calls: those of reading its list. */
export const lookAt = async (parts: ActionParts, tenant: Tenant, set: IndicatorSet, scope: CallScope): Promise<Drift> =>
  driftOf(set, await parts.reads.indicators.all(tenant, scope), parts.clock.now());

/** How many of a drift are of a kind. */
export const countOf = ({ changes }: Pick<Drift, 'changes'>, kind: SetChange['kind']): number =>
  changes.filter((change) => change.kind === kind).length;

/** What would be beyond Microsoft's limit; null: nothing, or what the app sees does not tell. */
export const beyondLimit = (tenant: Tenant, drift: Drift, mayRead: boolean): GatewayError | null => {
  if (drift.unseen !== null) return null;
  const active = drift.active - countOf(drift, 'REMOVED');
  return limitFault(tenant, { active, added: countOf(drift, 'ADDED'), mayRead });
};

/** Tenants that are looked at, or brought to a set, at once. */
export const tenantsAtOnce = 5;

/** What is told of a tenant of which nothing is. */
const untold = {
  ...{ added: null, changed: null, removed: null, unchanged: null, active: null, notDone: null },
  ...{ changes: [], remark: null, outcome: null, error: null },
} as const;

/** A tenant that could not be looked at. */
export const unread = (tenant: Tenant, error: GatewayError, { log }: Pick<ActionParts, 'log'>): IndicatorSetResult => ({
  ...untold,
  ...{ tenant: tenant.name, error: errorRow(error, log) },
});

/** A difference of which nothing is known to have been done. */
export const rowOf = ({ wanted: _wanted, before: _before, ...change }: SetChange): IndicatorSetChange => ({
  ...change,
  ...{ outcome: null, error: null },
});

/** How far a tenant is from the set, before anything is done about it. Nothing of what is there, for who may not read it. */
export const ofDrift = ({ name: tenant }: Tenant, drift: Drift, mayRead: boolean): IndicatorSetResult => {
  const { unchanged, active, unseen: remark } = drift;
  if (!mayRead) return { ...untold, tenant, remark };
  return {
    ...{ ...untold, tenant, remark, unchanged, active },
    added: countOf(drift, 'ADDED'),
    changed: countOf(drift, 'CHANGED'),
    removed: countOf(drift, 'REMOVED'),
    changes: drift.changes.map(rowOf),
  };
};

/** Results in the order in which the tenants were named; those that no name brought come behind, as they are. */
export const asNamed = (
  results: readonly IndicatorSetResult[],
  names: readonly string[] | null | undefined,
): readonly IndicatorSetResult[] => {
  const places = new Map([...(names ?? []).entries()].reverse().map(([place, name]) => [name, place]));
  const placeOf = ({ tenant }: IndicatorSetResult): number => places.get(tenant) ?? places.size;
  return results.toSorted((a, b) => placeOf(a) - placeOf(b));
};

/** Compares tenants with a set. Nothing is sent. Throws `BAD_USER_INPUT` for a set that cannot be. */
export const createPlanIndicators =
  (parts: ActionParts) =>
  async (
    { access, scope }: Pick<Asking, 'access' | 'scope'>,
    input: PlanIndicatorsInput,
  ): Promise<readonly IndicatorSetResult[]> => {
    const tenants = access.selectTenants(input, 'indicator:read');
    const set = readSet(input, parts.clock.now());
    if (set.overdue !== null) throw set.overdue;
    const compare = async (tenant: Tenant): Promise<IndicatorSetResult> => {
      try {
        const drift = await lookAt(parts, tenant, set, scope);
        return { ...ofDrift(tenant, drift, true), error: errorRow(beyondLimit(tenant, drift, true), parts.log) };
      } catch (thrown) {
        scope.signal.throwIfAborted();
        return unread(tenant, asGatewayError(thrown), parts);
      }
    };
    return asNamed(await performOnEach(tenants, compare, tenantsAtOnce), input.tenants);
  };

export type PlanIndicators = ReturnType<typeof createPlanIndicators>;
