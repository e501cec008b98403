import type { Tenant } from '../../../config/tenants.ts';
import { indicatorKey } from '../../../domain/indicator-values.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, NotFoundError, retold } from '../../../errors.ts';
import type { IndicatorDone } from '../../../routing/indicator-acts.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActParts } from '../../act.ts';
import { committedScope, lookScope } from '../../committed-scope.ts';
import type { Of } from '../../once/journal.ts';
import type { IndicatorChangeKind, IndicatorResult } from '../../payloads.ts';
import { type ActKind, type ActTarget, type Ended, type Planned, type Sending, stopped } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import { findIndicators } from '../../recovery/indicators.ts';
import { errorRow } from '../../results.ts';
import { byKey, differencesOf, isAsWanted, type WantedIndicator } from './terms.ts';

/** One indicator that is to be as wanted, or to go. */
export interface IndicatorTarget extends ActTarget {
  /** As the caller named it. */
  readonly named: Pick<IndicatorResult, 'indicatorType' | 'indicatorValue' | 'indicatorId'>;
  /** Null: it is to go, or cannot be. */
  readonly wanted: WantedIndicator | null;
  /** As it is in the tenant; null: it is not there. */
  readonly before: Indicator | null;
  /** Why nothing is sent for it, by what the caller gave and the tenant has; null: nothing speaks against it. */
  readonly fault: GatewayError | null;
}

/** One act on indicators, its input read. */
export interface IndicatorJob {
  readonly tenant: Tenant;
  readonly does: 'write' | 'remove';
  readonly isDryRun: boolean;
  /** Whether the caller may read indicators: what is there is not told to others. */
  readonly mayRead: boolean;
  readonly plan: (scope: CallScope) => Promise<readonly Planned<IndicatorTarget>[]>;
  /** Of the request. */
  readonly scope: CallScope;
}

/** What is done to the target. */
const changeOf = ({ does }: IndicatorJob, { wanted, before, fault }: IndicatorTarget): IndicatorChangeKind | null => {
  if (fault !== null) return null;
  if (does === 'remove') return 'REMOVED';
  if (wanted === null) return null;
  if (before === null) return 'ADDED';
  return isAsWanted(wanted, before) ? 'UNCHANGED' : 'CHANGED';
};

/** How one is found again. */
const subjectOf =
  ({ does }: IndicatorJob) =>
  ({ id, wanted }: IndicatorTarget): Of<'indicatorWrite' | 'indicatorDeletion'> =>
    does === 'remove'
      ? { kind: 'indicatorDeletion', indicatorIds: [id] }
      : { kind: 'indicatorWrite', indicators: wanted === null ? [] : [wanted] };

/**
 * Acts on indicators: each is looked at in the tenant's list, sent with up to 499 others, and found again by what the list has.
 * Calls: those of the plan, 1 for 500, and those of reading the list again where nobody knows what became of one.
 */
export const indicatorKind = (
  { acts, indicatorActs, finders, reads, clock, log }: ActParts,
  job: IndicatorJob,
): ActKind<IndicatorTarget, Indicator, IndicatorResult> => {
  const { tenant, does, isDryRun, mayRead, scope } = job;

  /** The tenant's indicators as they are now, where that can be read: what was done stands. */
  const readAgain = async (targets: readonly IndicatorTarget[]): Promise<readonly Indicator[] | null> => {
    const values = targets.flatMap(({ wanted }) => wanted?.indicatorValue ?? []);
    const look = lookScope(scope, clock);
    try {
      return (
        await (does === 'remove' ? reads.indicators.all(tenant, look) : reads.indicators.on(tenant, values, look))
      ).rows;
    } catch (err) {
      log.warn('Indicators could not be read again', { tenant: tenant.name, err });
      return null;
    }
  };

  const isThere = ({ id, wanted }: IndicatorTarget, now: readonly Indicator[]): Indicator | boolean => {
    if (wanted === null) return !now.some(({ indicatorId }) => indicatorId === id);
    const found = byKey(now).get(indicatorKey(wanted));
    return found !== undefined && isAsWanted(wanted, found) && found;
  };

  const endedOf = (
    target: IndicatorTarget,
    { indicatorId, error }: IndicatorDone,
    now: readonly Indicator[] | null,
  ): Ended<Indicator> => {
    if (error === null) {
      const id = indicatorId ?? target.before?.indicatorId ?? null;
      return { outcome: 'DONE', error: null, shown: null, actionId: id };
    }
    if (isSurelyNotSent(error))
      return stopped('FAILED', error.code === 'NOT_FOUND' ? unknownIndicator(tenant, target.id) : error);
    const there = now === null ? false : isThere(target, now);
    if (there === false) return stopped('UNKNOWN', unknownOutcome(error));
    return { outcome: 'DONE', error: null, shown: null, actionId: there === true ? target.id : there.indicatorId };
  };

  const sendAll = async (sendings: readonly Sending<IndicatorTarget>[]): Promise<readonly Ended<Indicator>[]> => {
    for (const { renew } of sendings) await renew();
    const committed = committedScope(scope, clock);
    const done =
      does === 'remove'
        ? await indicatorActs.remove(
            tenant,
            sendings.map(({ target }) => target.id),
            committed,
          )
        : await indicatorActs.write(
            tenant,
            sendings.flatMap(({ target: { wanted, before } }) => (wanted === null ? [] : [{ wanted, before }])),
            committed,
          );
    const isOpen = done.some(({ error }) => error !== null && !isSurelyNotSent(error));
    const now = isOpen ? await readAgain(sendings.map(({ target }) => target)) : null;
    return sendings.map(({ target }, index) =>
      endedOf(target, done[index] ?? { indicatorId: null, error: noEnd() }, now),
    );
  };

  return {
    isUnmistakable: false,
    machineOf: () => null,
    subjectOf: subjectOf(job),
    plan: (_, planScope) => job.plan(planScope),

    check: (target) => {
      const { fault, before } = target;
      if (fault !== null) return stopped(fault.code === 'NOT_FOUND' ? 'FAILED' : 'REFUSED', fault);
      if (changeOf(job, target) !== 'UNCHANGED') return null;
      // As it should be: nothing is sent, and nothing was done.
      return { outcome: isDryRun ? null : 'DONE', error: null, shown: before, actionId: before?.indicatorId ?? null };
    },

    before: ({ before }) => before,
    refusal: (actScope) => acts.refusal(tenant, 'indicators.write', actScope),
    looks: [],

    find: (sought, findScope) => {
      const subjects = sought.map(({ target, ...one }) => ({ ...one, subject: subjectOf(job)(target) }));
      return findIndicators(finders, tenant, subjects, findScope);
    },

    recall: async (done) => done.map(({ target }) => target.before),
    send: (sendings) => sendTogether(sendings, sendAll),

    result: ({ target, target: { named, wanted, before, fault } }, { outcome, error, actionId }) => {
      const change = changeOf(job, target);
      const known = mayRead ? before : null;
      return {
        tenant: tenant.name,
        indicatorType: named.indicatorType ?? known?.indicatorType ?? null,
        indicatorValue: named.indicatorValue ?? known?.indicatorValue ?? null,
        indicatorId: named.indicatorId ?? actionId ?? known?.indicatorId ?? null,
        change,
        changes:
          change === 'CHANGED' && fault === null && known !== null && wanted !== null
            ? differencesOf(wanted.terms, known)
            : null,
        outcome,
        error: errorRow(error, log),
      };
    },
  };
};

/** Of an id that the tenant's list has not. */
export const unknownIndicator = ({ name }: Tenant, id: string): NotFoundError =>
  new NotFoundError(`There is no indicator ${id.slice(0, 80)} in ${name}`, { tenant: name, sent: 'no' });

const noEnd = (): GatewayError => asGatewayError(new Error('A change of indicators has no end'));

/** Of what was sent and not answered, and does not show. */
export const unknownOutcome = (error: GatewayError): GatewayError =>
  retold(error, `${error.message}. It may or may not have been done, and was not sent again: look before asking anew`);
