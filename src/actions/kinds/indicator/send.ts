import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent } from '../../../errors.ts';
import type { IndicatorDone } from '../../../routing/indicator-actions.ts';
import { bodyOf } from '../../../routing/indicator-body.ts';
import type { CallScope } from '../../../scope.ts';
import { committedScope, lookAgain } from '../../committed-scope.ts';
import type { RecentEnd } from '../../once/recent-indicators.ts';
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
  const told = steps.map(
    (step, index): Told => ({ step, done: answered[index] ?? { indicatorId: null, error: noEnd() } }),
  );
  const ends = told.flatMap((one) => recentEnd(one, at));
  // A set is compared with the list anew, and has thousands: what is remembered of its indicators counts no more.
  await recentIndicators.note(tenant, set === undefined ? ends : ends.map(({ names }) => ({ names, one: null })));
  const isOpen = told.some(
    ({ step, done: { error } }) => error !== null && (!isSurelyNotSent(error) || isOfMissing(step, error)),
  );
  const now = isOpen ? await readAgain() : null;
  return told.map((one) => endOf(one.step, one.done, now));
};

/** A step, and what became of it. */
interface Told {
  readonly step: IndicatorStep;
  readonly done: IndicatorDone;
}

/** What is remembered of a step; empty: nothing was done. */
const recentEnd = ({ step, done: { indicatorId, error } }: Told, at: string): readonly RecentEnd[] => {
  const { wanted, before } = step;
  const named = wanted ?? before;
  if (named === null || (error !== null && isSurelyNotSent(error))) return [];
  const id = indicatorId ?? step.indicatorId;
  const key = indicatorKey(named);
  if (id === null) return [{ names: [['key', key]], one: null }];
  const body = wanted === null ? null : { ...bodyOf(wanted, before) };
  const names = [['key', key] as const, ['id', id] as const];
  return [{ names, one: error === null ? { indicatorId: id, key, body, at } : null }];
};

const noEnd = (): GatewayError => asGatewayError(new Error('A change of indicators has no end'));
