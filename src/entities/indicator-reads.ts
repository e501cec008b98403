import type { Tenant } from '../config/tenants.ts';
import { mde } from '../microsoft/mde/index.ts';
import { type EveryRow, IncompleteError, readEveryRow } from '../routing/every-row.ts';
import type { FilterRows } from '../routing/filters/rows.ts';
import type { ListSource } from '../routing/list-source.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import { openSource } from '../routing/open-source.ts';
import type { CallScope } from '../scope.ts';
import { page } from '../upstream/call.ts';
import type { ReadParts } from './entity.ts';
import { type Indicator, indicatorFromMde } from './indicator-fields.ts';
import { type IdentifiedWire, identified } from './mde-entity.ts';

/** Every indicator of a tenant that its app may see. */
export interface AllIndicators {
  readonly rows: readonly Indicator[];
  /** Why the tenant may have others: the app sees those alone that it made; null: these are all. */
  readonly unseen: string | null;
}

/** How indicators are read, besides their list and by id. */
export interface IndicatorReads<F> extends CollectionReads<F, Indicator> {
  /** All of a tenant. Calls: 2, and one more for each 10,000 rows. Throws an `IncompleteError` when they cannot be read whole. */
  all(tenant: Tenant, scope: CallScope): Promise<AllIndicators>;
}

/** Pages of the largest size would do for two; a service that gives short ones takes more. */
const maxPages = 200;

const seesAll = 'Ti.ReadWrite.All';

const kind = identified('an indicator', 'indicators');
const idOf = ({ indicatorId }: Indicator): string => indicatorId;

const sourceOf = (tenant: Tenant): ListSource<IdentifiedWire, Indicator> => ({
  api: 'mde',
  list: (asked) => page(mde.listIndicators, {}, kind, asked),
  toDomain: (wire) => indicatorFromMde(tenant, wire),
  idOf,
  time: null,
  maxTop: mde.listIndicators.maxTop ?? 10_000,
  shortIsLast: false,
});

/** The reads of indicators. No page prints a read of one: it is found in the list, however many are asked for. */
export const indicatorReads =
  <F extends object>(rows: FilterRows<F, Indicator>) =>
  (parts: ReadParts): IndicatorReads<F> => {
    const { routing, send } = parts;
    const top = mde.listIndicators.maxTop ?? 10_000;

    /** get-ti-indicators-collection.md: without `Ti.ReadWrite.All` an app is shown the indicators alone that it made. */
    const unseenIn = async (tenant: Tenant, scope: CallScope): Promise<string | null> => {
      const [state] = await routing.survey(tenant, 'indicators.read', scope);
      if (state?.state !== 'AVAILABLE' || !state.permissions.includes(seesAll)) return null;
      return state.granted.includes(seesAll)
        ? null
        : `Without ${seesAll} the app of ${tenant.name} is shown those indicators alone that it made`;
    };

    const readAll = (tenant: Tenant, scope: CallScope): Promise<EveryRow<IdentifiedWire>> =>
      readEveryRow(
        send,
        tenant,
        { ask: (skip) => page(mde.listIndicators, {}, kind, { top, skip }), idOf: ({ id }) => id, top, maxPages },
        scope,
      );

    const all: IndicatorReads<F>['all'] = (tenant, scope) =>
      routing.run(tenant, 'indicators.read', scope, {
        mde: async () => {
          const { rows: read, truncation } = await readAll(tenant, scope);
          if (truncation !== null) {
            throw new IncompleteError('UPSTREAM_REJECTED', `The indicators cannot be read whole: ${truncation}`, {
              tenant: tenant.name,
              api: 'mde',
            });
          }
          return {
            rows: read.map((wire) => indicatorFromMde(tenant, wire)),
            unseen: await unseenIn(tenant, scope),
          };
        },
      });

    return {
      all,

      byIds: async (tenant, ids, scope) => {
        const wanted = new Set(ids);
        const { rows: found } = await all(tenant, scope);
        return new Map(found.filter((row) => wanted.has(idOf(row))).map((row) => [idOf(row), row]));
      },

      open: (tenant, filter, opening, scope) =>
        routing.run(tenant, 'indicators.read', scope, {
          mde: async () => {
            const opened = await openSource(parts, sourceOf(tenant), { tenant, scope, filter, rows, opening });
            const unseen = await unseenIn(tenant, scope);
            return unseen === null ? opened : Object.defineProperty(opened, 'missing', { value: unseen });
          },
        }),
    };
  };
