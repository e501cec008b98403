import { directoryKey } from '../../config/tenant-keys.ts';
import type { Tenant } from '../../config/tenants.ts';
import { indicatorKey } from '../../domain/indicator-values.ts';
import { compareTimes } from '../../domain/time.ts';
import { type Indicator, indicatorFromMde } from '../../entities/indicator-fields.ts';
import { asError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { checked, hasFields } from '../../store/forms.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';

/** What an indicator was made to be, or that it was deleted. */
export interface RecentIndicator {
  readonly indicatorId: string;
  /** By `indicatorKey`. */
  readonly key: string;
  /** As it was sent, whole; null: it was deleted. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Rows from before do not show it. */
  readonly at: string;
}

const isBody = (value: unknown): boolean => value === null || (typeof value === 'object' && !Array.isArray(value));

const isRecentIndicator = hasFields({ indicatorId: 'text', key: 'text', body: isBody, at: 'text' });

/** Under what one is kept: it may be asked for by its id, or by its type and value. */
export type IndicatorName = readonly ['id' | 'key', string];

/** How an indicator ended up. */
export interface RecentEnd {
  readonly names: readonly IndicatorName[];
  /** Null: nobody knows, so that what was remembered counts no more. */
  readonly one: RecentIndicator | null;
}

/**
 * The indicators that were made, changed and deleted one by one a moment ago, by any replica. They are written whole, with what the
 * list has of them: one that lags behind would take back the last change, or bring back what was deleted. Nothing here rejects: what
 * is not known is as it was read.
 */
export const createRecentIndicators = ({ store, log }: { readonly store: Store; readonly log: Log }) => {
  const recent = store.space<RecentIndicator>(
    'recent-indicators',
    checked(namespaces['recent-indicators'], isRecentIndicator),
  );
  const placeOf = (tenant: Tenant, [by, what]: IndicatorName): string =>
    JSON.stringify([directoryKey(tenant), by, what]);
  const lenient = async <T>(tenant: Tenant, work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (thrown) {
      log.warn('What was done to an indicator could not be noted or looked up', {
        tenant: tenant.name,
        err: asError(thrown),
      });
      return undefined;
    }
  };

  return {
    /** What became of those that have these names. */
    note: async (tenant: Tenant, ends: readonly RecentEnd[]): Promise<void> => {
      const noted = ends.flatMap(({ names, one }) =>
        names.map((name) => {
          const place = placeOf(tenant, name);
          return one === null ? recent.delete(place) : recent.set(place, one);
        }),
      );
      await Promise.all(noted.map((entry) => lenient(tenant, Promise.resolve(entry))));
    },

    /**
     * Rows as they were read, with what was done since to those that have these ids, or this type and value. Of the ids those that are
     * not listed yet come with them: somebody else may have deleted one of them, which Microsoft then tells.
     */
    withThem: async (
      tenant: Tenant,
      rows: readonly Indicator[],
      names: readonly IndicatorName[],
    ): Promise<readonly Indicator[]> => {
      const found = await Promise.all(names.map((name) => lenient(tenant, recent.get(placeOf(tenant, name)))));
      const noted = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.key, one] as const])));
      const ids = new Set(names.flatMap(([by, name]) => (by === 'id' ? [name] : [])));
      if (noted.size === 0) return rows;
      const shown = rows.flatMap((row) => {
        const one = noted.get(indicatorKey(row));
        if (one === undefined) return [row];
        noted.delete(one.key);
        const isOlder = row.lastUpdateTime === null || compareTimes(row.lastUpdateTime, one.at) < 0;
        if (!isOlder) return [row];
        return one.body === null ? [] : [madeOf(tenant, one, one.body, row)];
      });
      const unlisted = [...noted.values()].flatMap((one) =>
        one.body === null || !ids.has(one.indicatorId) ? [] : [madeOf(tenant, one, one.body, null)],
      );
      return [...shown, ...unlisted];
    },
  };
};

export type RecentIndicators = ReturnType<typeof createRecentIndicators>;

/** What the list will show of one. */
const madeOf = (
  tenant: Tenant,
  { indicatorId: id, at }: RecentIndicator,
  body: Readonly<Record<string, unknown>>,
  row: Indicator | null,
): Indicator => indicatorFromMde(tenant, { ...Object(row?.raw), ...body, id, lastUpdateTime: at });
