import type { Asking } from '../../../access/access.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { asGatewayError, type GatewayError } from '../../../errors.ts';
import type { PlanIndicatorsInput } from '../../../generated/inputs.ts';
import { actOnEach } from '../../../routing/act-on-each.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActParts } from '../../act.ts';
import type { IndicatorSetChange, IndicatorSetResult } from '../../payloads.ts';
import { errorRow } from '../../results.ts';
import { limitFault } from './acts.ts';
import { countOf, type Drift, driftOf, type IndicatorSet, readSet, type SetChange } from './drift.ts';

/** Tenants that are looked at, or brought to a set, at once. */
export const tenantsAtOnce = 5;

/** A tenant that could not be looked at. */
export const unread = (tenant: Tenant, error: GatewayError, { log }: Pick<ActParts, 'log'>): IndicatorSetResult => ({
  ...{ tenant: tenant.name, added: null, changed: null, removed: null, unchanged: null, active: null, notDone: null },
  ...{ changes: [], remark: null, outcome: null, error: errorRow(error, log) },
});

/** A difference of which nothing is known to have been done. */
export const rowOf = ({ kind, indicatorType, indicatorValue, before, changes }: SetChange): IndicatorSetChange => ({
  ...{ kind, indicatorType, indicatorValue, changes, outcome: null, error: null },
  indicatorId: before?.indicatorId ?? null,
});

/** How far a tenant is from the set, before anything is done about it. Nothing of what is there, for who may not read it. */
export const ofDrift = (tenant: Tenant, drift: Drift, mayRead: boolean): IndicatorSetResult => {
  const told = { tenant: tenant.name, notDone: null, remark: drift.unseen, outcome: null, error: null };
  if (!mayRead)
    return { ...told, added: null, changed: null, removed: null, unchanged: null, active: null, changes: [] };
  return {
    ...told,
    added: countOf(drift, 'ADDED'),
    changed: countOf(drift, 'CHANGED'),
    removed: countOf(drift, 'REMOVED'),
    unchanged: drift.unchanged,
    active: drift.active,
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

/** What would be beyond Microsoft's limit; null: nothing, or what the app sees does not tell. */
export const beyondLimit = (tenant: Tenant, drift: Drift, mayRead: boolean): GatewayError | null => {
  if (drift.unseen !== null) return null;
  const active = drift.active - countOf(drift, 'REMOVED');
  return limitFault(tenant, { active, added: countOf(drift, 'ADDED'), mayRead });
};

/** How far a tenant is from the set now. Calls: those of reading its list. */
export const lookAt = async (parts: ActParts, tenant: Tenant, set: IndicatorSet, scope: CallScope): Promise<Drift> =>
  driftOf(set, await parts.reads.indicators.all(tenant, scope), parts.clock.now());

/** Compares tenants with a set. Nothing is sent. Throws `BAD_USER_INPUT` for a set that cannot be. */
export type PlanIndicators = (
  asking: Pick<Asking, 'access' | 'scope'>,
  input: PlanIndicatorsInput,
) => Promise<readonly IndicatorSetResult[]>;

export const createPlanIndicators =
  (parts: ActParts): PlanIndicators =>
  async ({ access, scope }, input) => {
    const tenants = access.selectTenants(input, 'indicator:read');
    const set = readSet(input, parts.clock.now());
    if (set.overdue !== null) throw set.overdue;
    const results = await actOnEach(
      tenants,
      async (tenant) => {
        try {
          const drift = await lookAt(parts, tenant, set, scope);
          return { ...ofDrift(tenant, drift, true), error: errorRow(beyondLimit(tenant, drift, true), parts.log) };
        } catch (thrown) {
          scope.signal.throwIfAborted();
          return unread(tenant, asGatewayError(thrown), parts);
        }
      },
      tenantsAtOnce,
    );
    return asNamed(results, input.tenants);
  };
