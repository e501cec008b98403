import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent } from '../../../errors.ts';
import type { IndicatorDone } from '../../../routing/indicator-actions.ts';
import { bodyOf } from '../../../routing/indicator-body.ts';
import type { CallScope } from '../../../scope.ts';
import { committedScope, lookAgain } from '../../committed-scope.ts';
import type { RecentIndicator } from '../../once/recent-indicators.ts';
import { done, type Ended, endedBy } from '../../pipeline/kind.ts';
import type { IndicatorSubject } from '../../recovery/indicators.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import { lookFirst } from '../made/kind.ts';
import { byKey, likenessOf, type WantedIndicator } from './terms.ts';

/** What is done to one indicator. */
export interface IndicatorStep {
  /** Null: it goes. */
  readonly wanted: WantedIndicator | null;
  /** As it is in the tenant; null: it is not there. */
  readonly before: Indicator | null;
  /** Null: it has none yet. */
  readonly indicatorId: string | null;
}

/** Steps that are sent together, all of one kind. */
export interface IndicatorSteps<Step extends IndicatorStep = IndicatorStep> {
  /** Of which set they are; absent: of none. */
  readonly set?: string;
  readonly does: 'write' | 'remove';
  readonly steps: readonly Step[];
}

const idsOf = (steps: readonly IndicatorStep[]): readonly string[] =>
  steps.flatMap(({ indicatorId }) => indicatorId ?? []);

/** How they are found again. */
export const subjectOf = ({ set, does, steps }: IndicatorSteps): IndicatorSubject => {
  const of = set === undefined ? {} : { set };
  return does === 'remove'
    ? { kind: 'indicatorDeletion', ...of, indicatorIds: idsOf(steps) }
    : { kind: 'indicatorWrite', ...of, indicators: steps.flatMap(({ wanted }) => wanted ?? []) };
};

/** The list as it is afterwards. */
interface Now {
  readonly byKey: ReadonlyMap<string, Indicator>;
  readonly ids: ReadonlySet<string>;
}

/** Somebody else may have deleted it meanwhile, or it is there and cannot be deleted: the list tells. */
const isOfMissing = ({ wanted }: Pick<IndicatorStep, 'wanted'>, error: GatewayError): boolean =>
  wanted === null && error.code === 'NOT_FOUND';

const endOf = (step: IndicatorStep, { indicatorId, error }: IndicatorDone, now: Now | null): Ended<Indicator> => {
  const { wanted, before } = step;
  const id = indicatorId ?? step.indicatorId;
  if (error === null) return done<Indicator>(null, id);
  const mayBeDone = !isSurelyNotSent(error) || isOfMissing(step, error);
  if (mayBeDone && now !== null) {
    if (wanted === null && id !== null && !now.ids.has(id)) return done<Indicator>(null, id);
    const found = wanted === null ? undefined : now.byKey.get(indicatorKey(wanted));
    const likeness = wanted === null || found === undefined ? 'OTHER' : likenessOf(wanted, found);
    // One that was not there before came with all that was sent.
    if (likeness === 'SAME' || (likeness === 'UNTOLD' && before === null))
      return done<Indicator>(null, found?.indicatorId ?? null);
  }
  return endedBy(error, lookFirst);
};

/**
 * Sends changes of indicators, each once; what no answer tells, the tenant's list does. Ends are in the order of the steps, and it
 * never rejects. `committed`: the scope of the actions. Calls: 1 for 500, and those of reading the list where nobody knows what became
 * of one.
 */
export const sendIndicators = async (
  { parts, tenant, scope }: TenantMutation,
  { set, does, steps }: IndicatorSteps,
  committed: CallScope = committedScope(scope, parts.clock),
): Promise<readonly Ended<Indicator>[]> => {
  const { indicatorActions, reads, recentIndicators, clock } = parts;
  const at = new Date(clock.now()).toISOString();

  /** The tenant's indicators as they are now, where that can be read: what was done stands. */
  const readAgain = (): Promise<Now | null> =>
    lookAgain(parts, 'Indicators could not be read again', { tenant: tenant.name }, scope, async (look) => {
      const { indicators } = reads;
      const values = steps.flatMap(({ wanted }) => wanted?.indicatorValue ?? []);
      const { rows } = await (does === 'remove' ? indicators.all(tenant, look) : indicators.on(tenant, values, look));
      return { byKey: byKey(rows), ids: new Set(rows.map(({ indicatorId }) => indicatorId)) };
    });

  const written = steps.flatMap(({ wanted, before }) => (wanted === null ? [] : [{ wanted, before }]));
  const answered = await (does === 'remove'
    ? indicatorActions.remove(tenant, idsOf(steps), committed)
    : indicatorActions.write(tenant, written, committed));
  const told = steps.map((step, index) => ({ step, done: answered[index] ?? { indicatorId: null, error: noEnd() } }));
  // A set is compared with the list anew, and its thousands are not noted.
  if (set === undefined)
    await recentIndicators.note(
      tenant,
      told.flatMap((one) => recentOf(one.step, one.done, at)),
    );
  const isOpen = told.some(
    ({ step, done: { error } }) => error !== null && (!isSurelyNotSent(error) || isOfMissing(step, error)),
  );
  const now = isOpen ? await readAgain() : null;
  return told.map((one) => endOf(one.step, one.done, now));
};

/** What is remembered of a step that was done; empty: nothing. */
const recentOf = (
  { wanted, before, indicatorId: known }: IndicatorStep,
  { indicatorId, error }: IndicatorDone,
  at: string,
): readonly RecentIndicator[] => {
  const id = indicatorId ?? known;
  const named = wanted ?? before;
  if (error !== null || id === null || named === null) return [];
  const body = wanted === null ? null : { ...bodyOf(wanted, before) };
  return [{ indicatorId: id, key: indicatorKey(named), body, at }];
};

const noEnd = (): GatewayError => asGatewayError(new Error('A change of indicators has no end'));
