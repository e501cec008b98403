import type { Tenant } from '../config/tenants.ts';
import { spellingsOf } from '../domain/indicator-values.ts';
import { GatewayError } from '../errors.ts';
import { mde } from '../microsoft/mde/index.ts';
import { readEveryRow } from '../routing/every-row.ts';
import { mayFallBack } from '../routing/fallback.ts';
import type { FilterRows } from '../routing/filters/rows.ts';
import type { ListSource } from '../routing/list-source.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import { openSource } from '../routing/open-source.ts';
import { sharedRows } from '../routing/shared-rows.ts';
import type { CallScope } from '../scope.ts';
import { page } from '../upstream/call.ts';
import type { ReadParts } from './entity.ts';
import { type Indicator, indicatorFromMde } from './indicator-fields.ts';
import { readIndicatorsSpelled, unreadWhole } from './indicators-on-values.ts';
import { type IdentifiedWire, identified } from './mde-entity.ts';

/** Indicators of a tenant that its app may see. */
export interface SeenIndicators {
  readonly rows: readonly Indicator[];
  /** Whether these are all that it may see, and not only those that were asked for. */
  readonly areAll: boolean;
  /** Why the tenant may have others: the app sees those alone that it made; null: it sees all. */
  readonly unseen: string | null;
}

/** Up to so many values are asked for by themselves, where else the whole list is read. */
const fewValues = 10;

/** How indicators are read, besides their list and by id. */
export interface IndicatorReads<F> extends CollectionReads<F, Indicator> {
  /** All of a tenant. Calls: 2, and one more for each 10,000 rows. Throws an `IncompleteError` when they cannot be read whole. */
  all(tenant: Tenant, scope: CallScope): Promise<SeenIndicators>;
  /**
   * At least those on these values, in any spelling. Up to ten hashes and IPv4 addresses are asked for by themselves; Microsoft may
   * keep any other value in another case, so that the list is read. Throws an `IncompleteError` when they cannot be read whole.
   * Calls: 2 to 4 for those; else those of `all`, for however many values.
   */
  on(tenant: Tenant, values: readonly string[], scope: CallScope): Promise<SeenIndicators>;
  /** All of a tenant, if Microsoft lists so many at least; else none. Calls: 1; where it does, those of `all` too. */
  allFrom(tenant: Tenant, least: number, scope: CallScope): Promise<readonly Indicator[]>;
}

/** Pages of the largest size would do for two; a service that gives short ones takes more. */
const maxPages = 200;

const seesAll = 'Ti.ReadWrite.All';

const kind = identified('an indicator', 'indicators');
const idOf = ({ indicatorId }: Indicator): string => indicatorId;

const mapped = sharedRows(indicatorFromMde);

const sourceOf = (tenant: Tenant): ListSource<IdentifiedWire, Indicator> => ({
  api: 'mde',
  list: (asked) => page(mde.listIndicators, {}, kind, asked),
  ...mapped(tenant),
  idOf,
  time: null,
  maxTop: mde.listIndicators.maxTop ?? 10_000,
  shortIsLast: false,
});

/** Said beside a list without those of others. */
const ownAlone = ({ name }: Tenant): GatewayError =>
  new GatewayError('MISSING_PERMISSION', `only indicators that the app itself made are listed, without ${seesAll}`, {
    tenant: name,
    api: 'mde',
    missingPermissions: [seesAll],
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

    const seen = async (
      tenant: Tenant,
      wires: readonly IdentifiedWire[],
      areAll: boolean,
      scope: CallScope,
    ): Promise<SeenIndicators> => ({
      rows: wires.map((wire) => indicatorFromMde(tenant, wire)),
      areAll,
      unseen: await unseenIn(tenant, scope),
    });

    const all: IndicatorReads<F>['all'] = (tenant, scope) =>
      routing.run(tenant, 'indicators.read', scope, {
        mde: async () => {
          const ask = (skip: number | undefined) => page(mde.listIndicators, {}, kind, { top, skip });
          const read = await readEveryRow(send, tenant, { ask, idOf: ({ id }) => id, top, maxPages }, scope);
          if (read.truncation !== null) throw unreadWhole(tenant, read.truncation);
          return seen(tenant, read.rows, true, scope);
        },
      });

    return {
      all,

      on: async (tenant, values, scope) => {
        if (values.length === 0) return { rows: [], areAll: false, unseen: null };
        const spellings = values.length > fewValues ? [null] : values.map(spellingsOf);
        if (spellings.includes(null)) return all(tenant, scope);
        const spelled = [...new Set(spellings.flatMap((some) => some ?? []))];
        try {
          return await routing.run(tenant, 'indicators.read', scope, {
            mde: async () => seen(tenant, await readIndicatorsSpelled(parts, tenant, spelled, scope), false, scope),
          });
        } catch (thrown) {
          scope.signal.throwIfAborted();
          // The service may refuse the filter, break on it, or answer with a part: the list need not.
          if (mayFallBack(thrown)) return all(tenant, scope);
          throw thrown;
        }
      },

      allFrom: async (tenant, least, scope) => {
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
        return isThere ? (await all(tenant, scope)).rows : [];
      },

      byIds: async (tenant, ids, scope) => {
        const wanted = new Set(ids);
        const { rows: seenRows, unseen } = await all(tenant, scope);
        const found = new Map<string, Indicator | Error>();
        // What the app is not shown may be there.
        if (unseen !== null) for (const id of ids) found.set(id, ownAlone(tenant));
        for (const row of seenRows) if (wanted.has(idOf(row))) found.set(idOf(row), row);
        return found;
      },

      open: (tenant, filter, opening, scope) =>
        routing.run(tenant, 'indicators.read', scope, {
          mde: async () => {
            const opened = await openSource(parts, sourceOf(tenant), { tenant, scope, filter, rows, opening });
            const unseen = await unseenIn(tenant, scope);
            return unseen === null ? opened : { ...opened, missing: () => ownAlone(tenant) };
          },
        }),
    };
  };
