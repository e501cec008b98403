import { indicatorKey } from '../../domain/indicator-values.ts';
import type { Indicator } from '../../entities/indicator-fields.ts';
import type { IndicatorReads } from '../../entities/indicator-reads.ts';
import { GatewayError } from '../../errors.ts';
import { byKey, likenessOf } from '../kinds/indicator/terms.ts';
import type { Of } from '../once/journal.ts';
import { type FindOutcomes, there } from './sought.ts';

/** Changes of indicators. */
export type IndicatorSubject = Of<'indicatorWrite' | 'indicatorDeletion'>;

/** How many of a subject's indicators are as they were to be, of how many that does not show, and the id of the first. */
interface Progress {
  readonly done: number;
  readonly untold: number;
  readonly of: number;
  readonly id: string | null;
}

const progressOf = (
  subject: IndicatorSubject,
  rows: ReadonlyMap<string, Indicator>,
  ids: ReadonlySet<string>,
): Progress => {
  if (subject.kind === 'indicatorDeletion') {
    const gone = subject.indicatorIds.filter((id) => !ids.has(id));
    return { done: gone.length, untold: 0, of: subject.indicatorIds.length, id: gone[0] ?? null };
  }
  const there = subject.indicators.flatMap((wanted) => {
    const now = rows.get(indicatorKey(wanted));
    return now === undefined ? [] : [{ id: now.indicatorId, likeness: likenessOf(wanted, now) }];
  });
  const done = there.filter(({ likeness }) => likeness === 'SAME');
  const untold = there.filter(({ likeness }) => likeness === 'UNTOLD').length;
  return { done: done.length, untold, of: subject.indicators.length, id: done[0]?.id ?? null };
};

/** Of what differs from what was there in terms alone that Microsoft does not show. */
const unclear = (): GatewayError =>
  new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    'Whether it was done does not show: the list of indicators does not have all that was to be changed',
  );

/**
 * What became of changes of indicators: they were done when the tenant's list has what was to be, and not what was to go; some
 * alone are a part. Where only what Microsoft does not show could tell, it is an error. Calls: 2 to 4 for up to ten values; else 2, and one more for each 10,000 indicators of the tenant.
 */
export const foundIndicators =
  (reads: Pick<IndicatorReads<never>, 'all' | 'on'>): FindOutcomes<IndicatorSubject, Indicator> =>
  async (tenant, sought, scope) => {
    const values = sought.flatMap(({ subject }) =>
      subject.kind === 'indicatorWrite' ? subject.indicators.map(({ indicatorValue }) => indicatorValue) : [],
    );
    const isOfWrites = sought.every(({ subject: { kind } }) => kind === 'indicatorWrite');
    const { rows } = await (isOfWrites ? reads.on(tenant, values, scope) : reads.all(tenant, scope));
    const keyed = byKey(rows);
    const ids = new Set(rows.map(({ indicatorId }) => indicatorId));
    return sought.map(({ subject, settled }) => {
      const { done, untold, of, id } = progressOf(subject, keyed, ids);
      // Of nothing nothing was done.
      if (of > 0 && done === of) return there<Indicator>(null, subject.set === undefined ? id : null);
      if (!settled) return null;
      if (untold > 0) return unclear();
      return { outcome: done === 0 ? 'NOT_BEGUN' : 'PARTLY_DONE', actionId: null, shown: null };
    });
  };
