import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { indicatorKey, isKnownIndicatorType } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { SeenIndicators } from '../../../entities/indicator-reads.ts';
import { asGatewayError, GatewayError, InputError, NotFoundError } from '../../../errors.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import type { Acting } from '../../acting.ts';
import { checkTargets } from '../../check-input.ts';
import type {
  CreateIndicatorsInput,
  DeleteIndicatorsInput,
  TenantMutationInput,
  UpdateIndicatorsInput,
} from '../../inputs.ts';
import { openAtFirst } from '../../once/open-at-first.ts';
import type { IndicatorResult, Payload } from '../../payloads.ts';
import type { Planned } from '../../pipeline/kind.ts';
import { payloadOf } from '../../results.ts';
import { maxActive } from './drift.ts';
import { checkTogether, overdue, type ReadIndicator, readIndicators, readTerms } from './input.ts';
import { type IndicatorJob, type IndicatorTarget, indicatorKind } from './kind.ts';
import { byKey, type IndicatorTerms, type WantedIndicator } from './terms.ts';

const limitName = 'limits.indicatorsPerMutation';

/** What is particular to one act. */
interface IndicatorOrder {
  readonly mutation: string;
  readonly guardrail: GuardedAction;
  readonly input: TenantMutationInput;
  readonly does: IndicatorJob['does'];
  readonly asked: readonly string[];
  readonly particulars: unknown;
  /** One for each distinct name. `mayRead`: whether the caller may read what is there. */
  readonly targets: (tenant: Tenant, mayRead: boolean, where: CallScope) => Promise<readonly IndicatorTarget[]>;
}

const perform = async (
  parts: ActParts,
  acting: Acting,
  { mutation, guardrail, input, does, asked, particulars, targets }: IndicatorOrder,
  scope: CallScope,
): Promise<Payload<IndicatorResult>> => {
  const { access } = acting;
  const tenant = access.tenantFor(input.tenant, 'indicator:write');
  const mayRead = access.holds('indicator:read', tenant);
  const plan = async (where: CallScope): Promise<readonly Planned<IndicatorTarget>[]> => {
    const found = await targets(tenant, mayRead, where);
    return found.map((target) => ({ asked: target.id, target, error: null }));
  };
  const kind = indicatorKind(parts, {
    ...{ tenant, does, plan, scope, mayRead },
    isDryRun: input.dryRun === true,
  });
  const order = { acting, mutation, guardrail, tenant, input, kind, asked, particulars, comment: null } as const;
  return payloadOf(input, await parts.pipeline({ ...order, read: 'indicator:read' }, scope));
};

/** The same name once: a pipeline plans one target for each. */
const distinct = (read: readonly ReadIndicator[]): readonly ReadIndicator[] => [
  ...new Map(read.map((one) => [one.name, one])).values(),
];

/** What new indicators would come to in a tenant that has so many; how many, only who may read them is told. */
export const limitFault = (
  { name }: Tenant,
  { active, added, mayRead }: { readonly active: number; readonly added: number; readonly mayRead: boolean },
): GatewayError | null => {
  if (active + added <= maxActive) return null;
  const has = mayRead ? `${name} has ${active} active indicators, and ${added} more` : `New indicators of ${name}`;
  return new GatewayError(
    'CONFLICT',
    `${has} would be beyond the ${maxActive} that Defender takes: nothing was added`,
    { tenant: name, sent: 'no' },
  );
};

/** Targets of new indicators, with what the tenant has of them, and whether it has room for what it has not. */
const targetsOfNew = async (
  { reads: { indicators } }: ActParts,
  read: readonly ReadIndicator[],
  tenant: Tenant,
  mayRead: boolean,
  scope: CallScope,
): Promise<readonly IndicatorTarget[]> => {
  const values = distinct(read).flatMap(({ wanted }) => wanted?.indicatorValue ?? []);
  // What cannot be needs no look.
  const nothing: SeenIndicators = { rows: [], areAll: false, unseen: null };
  const { rows, areAll, unseen } = values.length === 0 ? nothing : await indicators.on(tenant, values, scope);
  const known = byKey(rows);
  const found = distinct(read).map((one) => ({ ...one, before: known.get(one.name) ?? null }));
  const added = found.filter(({ wanted, before }) => wanted !== null && before === null).length;
  // What the app does not see counts too: then Microsoft judges.
  const isWatched = unseen === null && added > 0;
  const count = (): Promise<number | null> => indicators.countFrom(tenant, maxActive - added + 1, scope);
  const active = !isWatched ? null : areAll ? rows.length : await count();
  const beyond = active === null ? null : limitFault(tenant, { active, added, mayRead });
  return found.map(({ name, given, wanted, before, error: fault, against }): IndicatorTarget => {
    const { indicatorType, indicatorValue } = wanted ?? given;
    return {
      id: name,
      named: { indicatorType, indicatorValue, indicatorId: null },
      ...{ wanted, before, fault },
      against: against ?? (before === null ? beyond : null),
      mayBeUnseen: unseen !== null,
    };
  });
};

/**
 * Makes indicators, or changes those of the same type and value. Calls: 2 to 4 to look for up to ten values, else those of reading
 * the list, 1 to watch the limit, 1 for 500.
 */
export const createIndicators: Act<CreateIndicatorsInput, IndicatorResult> = {
  guardrail: 'createIndicators',
  permission: 'indicator:write',
  targetsOf: ({ indicators }) => indicators.map(indicatorKey),
  perform: (parts, mutation, acting, input, scope) => {
    acting.access.tenantFor(input.tenant, 'indicator:write');
    const most = parts.indicatorsPerMutation;
    const read = readIndicators(input, { most, limit: limitName, now: parts.clock.now() });
    const order: IndicatorOrder = {
      ...{ mutation, guardrail: 'createIndicators', input, does: 'write' },
      asked: read.map(({ name }) => name),
      particulars: { indicators: read.map(({ wanted, given }) => wanted ?? given) },
      targets: (tenant, mayRead, where) => targetsOfNew(parts, read, tenant, mayRead, where),
    };
    return perform(parts, acting, order, scope);
  },
};

/** An indicator that is there, with other terms. Throws `BAD_USER_INPUT` for one that cannot be. */
const changed = (before: Indicator, terms: IndicatorTerms): WantedIndicator => {
  const { indicatorType, indicatorValue, action } = before;
  if (!isKnownIndicatorType(indicatorType)) {
    throw new InputError(`The indicator ${before.indicatorId} is of a type that this version does not know`);
  }
  checkTogether(indicatorType, { ...terms, action: terms.action ?? action }, '');
  return { indicatorType, indicatorValue, terms };
};

/** Of an id that the tenant's list has not. */
const unknownIndicator = ({ name }: Tenant, id: string, unseen: string | null): NotFoundError => {
  const shown = id.slice(0, 80);
  const message =
    unseen === null
      ? `There is no indicator ${shown} in ${name}`
      : `The indicator ${shown} is not among those that the app is shown. ${unseen}`;
  return new NotFoundError(message, { tenant: name, sent: 'no' });
};

const targetsOfIds = (
  ids: readonly string[],
  tenant: Tenant,
  { rows, unseen }: SeenIndicators,
  wantedOf: (before: Indicator) => WantedIndicator | null,
): readonly IndicatorTarget[] => {
  const known = new Map(rows.map((row) => [row.indicatorId, row]));
  return [...new Set(ids)].map((id): IndicatorTarget => {
    const before = known.get(id) ?? null;
    const named = { indicatorType: null, indicatorValue: null, indicatorId: id };
    const target = { id, named, wanted: null, before, fault: null, against: null, mayBeUnseen: false };
    if (before === null) return { ...target, fault: unknownIndicator(tenant, id, unseen) };
    try {
      return { ...target, wanted: wantedOf(before) };
    } catch (thrown) {
      return { ...target, fault: asGatewayError(thrown) };
    }
  });
};

/** What is changed, without what names it. */
const changeIn = ({
  tenant: _tenant,
  indicatorIds: _ids,
  idempotencyKey: _key,
  dryRun: _dryRun,
  clientMutationId: _id,
  ...terms
}: UpdateIndicatorsInput) => terms;

/** Changes indicators by id. Calls: 2 to read the list, 1 for 500. */
export const updateIndicators: Act<UpdateIndicatorsInput, IndicatorResult> = {
  guardrail: 'updateIndicators',
  permission: 'indicator:write',
  targetsOf: ({ indicatorIds }) => indicatorIds,
  perform: (parts, mutation, acting, input, scope) => {
    acting.access.tenantFor(input.tenant, 'indicator:write');
    const asked = checkTargets('indicatorIds', input.indicatorIds, parts.indicatorsPerMutation, limitName);
    const terms = readTerms(changeIn(input), '');
    const against = overdue(terms, '', parts.clock.now());
    if (Object.keys(terms).length === 0) throw new InputError('There is nothing to change: give at least one field');
    const order: IndicatorOrder = {
      ...{ mutation, guardrail: 'updateIndicators', input, does: 'write', asked, particulars: terms },
      targets: async (tenant, _, where) => {
        const seen = await parts.reads.indicators.all(tenant, where);
        return targetsOfIds(asked, tenant, seen, (before) => changed(before, terms)).map((one) => ({
          ...one,
          against,
        }));
      },
    };
    return perform(parts, acting, order, scope);
  },
};

/** Deletes indicators. Calls: 2 to read the list, 1 for 500. */
export const deleteIndicators: Act<DeleteIndicatorsInput, IndicatorResult> = {
  guardrail: 'deleteIndicators',
  permission: 'indicator:write',
  targetsOf: ({ indicatorIds }) => indicatorIds,
  perform: (parts, mutation, acting, input, scope) => {
    acting.access.tenantFor(input.tenant, 'indicator:write');
    const asked = checkTargets('indicatorIds', input.indicatorIds, parts.indicatorsPerMutation, limitName);
    const order: IndicatorOrder = {
      ...{ mutation, guardrail: 'deleteIndicators', input, does: 'remove', asked, particulars: null },
      targets: async (tenant, _, where) => {
        const found = targetsOfIds(asked, tenant, await parts.reads.indicators.all(tenant, where), () => null);
        const there = found.flatMap(({ id, fault }) => (fault === null ? [id] : []));
        // What is gone now, and was there at first, an earlier run may have deleted.
        const first = await openAtFirst(parts, acting, mutation, input, there);
        return found.map((one) => (first.has(one.id) ? { ...one, fault: null } : one));
      },
    };
    return perform(parts, acting, order, scope);
  },
};
