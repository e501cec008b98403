import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { indicatorKey, isKnownIndicatorType } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { SeenIndicators } from '../../../entities/indicator-reads.ts';
import { asGatewayError, InputError, type NotFoundError } from '../../../errors.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActionParts } from '../../action.ts';
import { checkTargets } from '../../check-input.ts';
import type {
  CreateIndicatorsInput,
  DeleteIndicatorsInput,
  TenantMutationInput,
  UpdateIndicatorsInput,
} from '../../inputs.ts';
import { openSoFar } from '../../once/open-at-first.ts';
import { notThere } from '../../results.ts';
import { type TenantMutation, tenantAction } from '../../tenant-action.ts';
import { checkTogether, overdue, type ReadIndicator, readIndicators, readTerms } from './input.ts';
import { type IndicatorJob, type IndicatorTarget, indicatorKind } from './kind.ts';
import { type IndicatorTerms, indicatorsAt, limitFault, maxActive, type WantedIndicator } from './terms.ts';

const limitName = 'limits.indicatorsPerMutation';

/** What is particular to one mutation, its input read. */
interface IndicatorOrder extends Pick<IndicatorJob, 'targets'> {
  readonly asked: readonly string[];
  readonly particulars: unknown;
}

/** An action on indicators. */
const indicatorAction = <Input extends TenantMutationInput>(
  guardrail: GuardedAction,
  does: IndicatorJob['does'],
  targetsOf: (input: Input) => readonly string[],
  orderOf: (mutation: TenantMutation<Input>, mayRead: boolean) => IndicatorOrder,
) =>
  tenantAction({
    ...{ guardrail, targetsOf, permission: 'indicator:write', read: 'indicator:read' },
    order: (mutation) => {
      const mayRead = mutation.acting.access.holds('indicator:read', mutation.tenant);
      const { targets, ...order } = orderOf(mutation, mayRead);
      return { ...order, comment: null, kind: indicatorKind({ mutation, does, mayRead, targets }) };
    },
  });

/** The same name once: a pipeline plans one target for each. */
const distinct = (read: readonly ReadIndicator[]): readonly ReadIndicator[] => [
  ...new Map(read.map((one) => [one.name, one])).values(),
];

/** Targets of new indicators, with what the tenant has of them, and whether it has room for what it has not. */
const targetsOfNew = async (
  { parts: { reads, recentIndicators, clock }, tenant }: TenantMutation,
  read: readonly ReadIndicator[],
  mayRead: boolean,
  scope: CallScope,
): Promise<readonly IndicatorTarget[]> => {
  const values = distinct(read).flatMap(({ wanted }) => wanted?.indicatorValue ?? []);
  // What cannot be needs no look.
  const nothing: SeenIndicators = { rows: [], areAll: false, unseen: null };
  const { rows, areAll, unseen } = values.length === 0 ? nothing : await reads.indicators.on(tenant, values, scope);
  const now = clock.now();
  const keys = distinct(read).flatMap(({ wanted }) =>
    wanted === null ? [] : [['key', indicatorKey(wanted)] as const],
  );
  const { match } = indicatorsAt(await recentIndicators.withThem(tenant, rows, keys), now);
  const found = distinct(read).map((one) => ({ ...one, before: null, ...(one.wanted !== null && match(one.wanted)) }));
  const added = found.filter(({ wanted, before }) => wanted !== null && before === null).length;
  // What the app does not see counts too: then Microsoft judges.
  const isWatched = unseen === null && added > 0;
  const least = maxActive - added + 1;
  const all = async () => (areAll ? rows : await reads.indicators.allFrom(tenant, least, scope));
  const active = isWatched ? indicatorsAt(await all(), now).active.length : null;
  const beyond = active === null ? null : limitFault(tenant, { active, added, mayRead });
  return found.map(({ name, given, wanted, before, error: fault, against }): IndicatorTarget => {
    const { indicatorType, indicatorValue } = wanted ?? given;
    return {
      id: name,
      named: { indicatorType, indicatorValue, indicatorId: null },
      ...{ wanted, before, indicatorId: before?.indicatorId ?? null, fault },
      against: against ?? (before === null ? beyond : null),
      mayBeUnseen: unseen !== null,
    };
  });
};

/**
 * Makes indicators, or changes those of the same type and value. Calls: 2 to 4 to look for up to ten values, else those of reading
 * the list, 1 to watch the limit, 1 for 500.
 */
export const createIndicators = indicatorAction(
  'createIndicators',
  'write',
  ({ indicators }: CreateIndicatorsInput) => indicators.map(indicatorKey),
  (mutation, mayRead) => {
    const { parts, input } = mutation;
    const limits = { most: parts.indicatorsPerMutation, limit: limitName };
    const read = readIndicators(input, { ...limits, now: parts.clock.now() });
    return {
      asked: read.map(({ name }) => name),
      particulars: { indicators: read.map(({ wanted, given }) => wanted ?? given) },
      targets: (where) => targetsOfNew(mutation, read, mayRead, where),
    };
  },
);

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
const unknownIndicator = (tenant: Tenant, id: string, unseen: string | null): NotFoundError => {
  const shown = id.slice(0, 80);
  return unseen === null
    ? notThere(tenant, `There is no indicator ${shown} in ${tenant.name}`)
    : notThere(tenant, `The indicator ${shown} is not among those that the app is shown. ${unseen}`);
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
    const step = { wanted: null, before, indicatorId: id };
    const target = { id, named, ...step, fault: null, against: null, mayBeUnseen: false };
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

/** All indicators of the tenant, those that are named as they were made to be a moment ago. */
const seenNow = async (
  { parts: { reads, recentIndicators }, tenant }: TenantMutation,
  ids: readonly string[],
  scope: CallScope,
): Promise<SeenIndicators> => {
  const seen = await reads.indicators.all(tenant, scope);
  const rows = await recentIndicators.withThem(
    tenant,
    seen.rows,
    ids.map((id) => ['id', id] as const),
  );
  return { ...seen, rows };
};

const idsIn = (ids: readonly string[], { indicatorsPerMutation }: ActionParts): readonly string[] =>
  checkTargets('indicatorIds', ids, indicatorsPerMutation, limitName);

/** Changes indicators by id. Calls: 2 to read the list, 1 for 500. */
export const updateIndicators = indicatorAction(
  'updateIndicators',
  'write',
  ({ indicatorIds }: UpdateIndicatorsInput) => indicatorIds,
  (mutation) => {
    const { parts, tenant, input } = mutation;
    const asked = idsIn(input.indicatorIds, parts);
    const terms = readTerms(changeIn(input), '');
    const against = overdue(terms, '', parts.clock.now());
    if (Object.keys(terms).length === 0) throw new InputError('There is nothing to change: give at least one field');
    return {
      ...{ asked, particulars: terms },
      targets: async (where) => {
        const seen = await seenNow(mutation, asked, where);
        const found = targetsOfIds(asked, tenant, seen, (before) => changed(before, terms));
        return found.map((one) => ({ ...one, against }));
      },
    };
  },
);

/** Deletes indicators. Calls: 2 to read the list, 1 for 500. */
export const deleteIndicators = indicatorAction(
  'deleteIndicators',
  'remove',
  ({ indicatorIds }: DeleteIndicatorsInput) => indicatorIds,
  (mutation) => {
    const { parts, tenant, input } = mutation;
    const asked = idsIn(input.indicatorIds, parts);
    return {
      ...{ asked, particulars: null },
      targets: async (where) => {
        const found = targetsOfIds(asked, tenant, await seenNow(mutation, asked, where), () => null);
        const there = found.flatMap(({ id, fault }) => (fault === null ? [id] : []));
        // What is gone now, and was there at first, an earlier run may have deleted.
        const first = await openSoFar(mutation, there);
        return found.map((one) => (first.has(one.id) ? { ...one, fault: null } : one));
      },
    };
  },
);
