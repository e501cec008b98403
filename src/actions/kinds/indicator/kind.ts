import type { Indicator } from '../../../entities/indicator-fields.ts';
import type { GatewayError } from '../../../errors.ts';
import type { CallScope } from '../../../scope.ts';
import type { IndicatorChangeKind, IndicatorResult } from '../../payloads.ts';
import { type ActionKind, type ActionTarget, done, foundBy, stopped } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import { type IndicatorStep, sendIndicators, subjectOf } from './send.ts';
import { differencesOf, likenessOf } from './terms.ts';

/** One indicator that is to be as wanted, or to go. */
export interface IndicatorTarget extends ActionTarget, IndicatorStep {
  /** As the caller named it. */
  readonly named: Pick<IndicatorResult, 'indicatorType' | 'indicatorValue' | 'indicatorId'>;
  /** What cannot be, whenever it is asked for: no run ever sent it. Null: it can be. */
  readonly fault: GatewayError | null;
  /** Why it is not sent now, though an earlier run may have sent it; null: nothing speaks against it. */
  readonly against: GatewayError | null;
  /** Whether the tenant may have it though the app is not shown it. */
  readonly mayBeUnseen: boolean;
}

/** One mutation of indicators, its input read. */
export interface IndicatorJob {
  readonly mutation: TenantMutation;
  readonly does: 'write' | 'remove';
  /** Whether the caller may read indicators: what is there is not told to others. */
  readonly mayRead: boolean;
  /** One for each distinct name. */
  readonly targets: (scope: CallScope) => Promise<readonly IndicatorTarget[]>;
}

/** What is done to the target. */
const changeOf = ({ does }: IndicatorJob, { wanted, before, fault, against }: IndicatorTarget) => {
  if (fault !== null || against !== null) return null;
  if (does === 'remove') return 'REMOVED';
  if (wanted === null) return null;
  if (before === null) return 'ADDED';
  return likenessOf(wanted, before) === 'SAME' ? 'UNCHANGED' : 'CHANGED';
};

/** What is told of that: not what was there, where the caller may not read it or the app does not see it. */
const toldChangeOf = (job: IndicatorJob, target: IndicatorTarget): IndicatorChangeKind | null => {
  const change = changeOf(job, target);
  const isTold = job.does === 'remove' || (job.mayRead && !(change === 'ADDED' && target.mayBeUnseen));
  return isTold ? change : null;
};

/**
 * Actions on indicators: each is looked at in the tenant's list, sent with up to 499 others, and found again by what the list has.
 * Calls: those of the plan, 1 for 500, and those of reading the list again where nobody knows what became of one.
 */
export const indicatorKind = (job: IndicatorJob): ActionKind<IndicatorTarget, Indicator, IndicatorResult> => {
  const { mutation, does, mayRead } = job;
  const { parts, tenant, isDryRun } = mutation;

  return {
    ...foundBy(tenant, (target) => subjectOf({ does, steps: [target] }), parts.finders.indicatorWrite),
    plan: async (_, where) => (await job.targets(where)).map((target) => ({ asked: target.id, target, error: null })),

    check: (target) => {
      const error = target.fault ?? target.against;
      if (error !== null) return stopped(error.code === 'NOT_FOUND' ? 'FAILED' : 'REFUSED', error);
      if (changeOf(job, target) !== 'UNCHANGED') return null;
      // As it should be: nothing is sent, and nothing was done.
      const { before } = target;
      const stands = done(before, before?.indicatorId ?? null);
      return isDryRun ? { ...stands, outcome: null } : stands;
    },

    before: ({ before }) => before,
    capability: 'indicators.write',

    recall: async (ended) => ended.map(({ target }) => target.before),
    send: (sendings) =>
      sendTogether(sendings, (all) => sendIndicators(mutation, { does, steps: all.map(({ target }) => target) })),

    result: ({ target, target: { named, wanted, before, fault } }, { outcome, error, actionId }) => {
      const change = toldChangeOf(job, target);
      const known = mayRead ? before : null;
      // Whose id it is says that it was there.
      const became = mayRead || before === null ? actionId : null;
      const indicatorId = named.indicatorId ?? became ?? known?.indicatorId ?? null;
      const isGone = does === 'remove' && outcome === 'DONE';
      return {
        tenant: tenant.name,
        indicatorType: named.indicatorType ?? known?.indicatorType ?? null,
        indicatorValue: named.indicatorValue ?? known?.indicatorValue ?? null,
        indicatorId,
        readableId: mayRead && fault === null && !isGone ? indicatorId : null,
        change,
        changes: change === 'CHANGED' && known !== null && wanted !== null ? differencesOf(wanted.terms, known) : null,
        ...{ outcome, error },
      };
    },
  };
};
