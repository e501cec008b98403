import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, GatewayError, UpstreamError } from '../errors.ts';
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
import { indicatorsOfValues } from './indicators-of-values.ts';
import { type IdentifiedWire, identified } from './mde-entity.ts';

/** Every indicator of a tenant that its app may see. */
export interface AllIndicators {
  readonly rows: readonly Indicator[];
  /** Why the tenant may have others: the app sees those alone that it made; null: these are all. */
  readonly unseen: string | null;
}

/** Up to so many values are asked for by themselves, where else the whole list is read. */
const fewValues = 10;

/** How indicators are read, besides their list and by id. */
export interface IndicatorReads<F> extends CollectionReads<F, Indicator> {
  /** All of a tenant. Calls: 2, and one more for each 10,000 rows. Throws an `IncompleteError` when they cannot be read whole. */
  all(tenant: Tenant, scope: CallScope): Promise<AllIndicators>;
  /**
   * At least those on these values: of up to ten they are asked for by themselves, and one that Microsoft keeps in mixed case is
   * not found. Calls: 2 to 4; of more values, those of `all`.
   */
  on(tenant: Tenant, values: readonly string[], scope: CallScope): Promise<AllIndicators>;
  /** How many there are, if they are so many at least; null: they are fewer. Calls: 1; where there are, those of `all` too. */
  countFrom(tenant: Tenant, least: number, scope: CallScope): Promise<number | null>;
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

/** Said beside a list without those of others. */
const ownAlone = ({ name }: Tenant): GatewayError =>
  new GatewayError('MISSING_PERMISSION', `only indicators that the app itself made are listed, without ${seesAll}`, {
    ...{ tenant: name, api: 'mde', missingPermissions: [seesAll] },
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

      on: async (tenant, values, scope) => {
        if (values.length > fewValues) return all(tenant, scope);
        const found = await indicatorsOfValues(parts, tenant, values, scope).then(
          (ofValues) => [...ofValues.values()],
          (thrown: unknown) => [asGatewayError(thrown)],
        );
        const failure = found.find((each) => each instanceof Error);
        // Where the filter is refused, the list is not.
        if (failure instanceof UpstreamError && failure.code === 'UPSTREAM_REJECTED') return all(tenant, scope);
        if (failure !== undefined) throw failure;
        const read = found.flatMap((each) => (each instanceof Error ? [] : each));
        const distinct = new Map(read.map((row) => [idOf(row), row]));
        return { rows: [...distinct.values()], unseen: await unseenIn(tenant, scope) };
      },

      countFrom: async (tenant, least, scope) => {
        const isThere = await routing.run(tenant, 'indicators.read', scope, {
          mde: async () => {
            const { items } = await send(
              tenant,
              page(mde.listIndicators, {}, kind, { top: 1, skip: least - 1 }),
              scope,
            );
            return items.length > 0;
          },
        });
        if (!isThere) return null;
        // A service that overlooks $skip answers with its first row.
        const { length } = (await all(tenant, scope)).rows;
        return length >= least ? length : null;
      },

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
            return unseen === null ? opened : Object.assign(opened, { missing: ownAlone(tenant) });
          },
        }),
    };
  };
