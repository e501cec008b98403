import type { ApiName } from '../clouds/endpoints.ts';
import { type Matchers, matcherOf } from '../domain/filters.ts';
import { compareTimes } from '../domain/time.ts';
import { type ListPage, type OpenList, type Push, pushed } from '../routing/list.ts';
import type { OpenRows, RowsPage } from '../routing/opened-list.ts';

interface OldKind<F, C, T> {
  readonly open: OpenList<F, T>;
  readonly conditionsOf: (filter: F) => C;
  readonly matchers: Matchers<C, T>;
  readonly pushes: Readonly<Partial<Record<ApiName, Push<C>>>>;
  readonly idOf: (row: T) => string;
  readonly timeOf: ((row: T) => string | null) | null;
}

/** The lists of tenants as they were opened before `opened-list.ts`, in its terms. */
export const fromOld =
  <F, C extends object, T>(old: OldKind<F, C, T>): OpenRows<F, T> =>
  async (tenant, filter, opening, scope) => {
    const { from, top, api, thinned } = opening;
    const { timeOf, idOf } = old;
    const given = new Set(from.kind === 'time' ? from.given : []);
    const nested = api === 'm365d' && old.pushes.m365d === undefined;
    const list = await old.open(
      tenant,
      filter,
      {
        skip: from.kind === 'skip' ? from.skip : 0,
        top: top + given.size,
        ...(api === undefined ? {} : { api }),
        ...(thinned === undefined ? {} : { thinned }),
        ...(from.kind === 'time' && !nested ? { notAfter: from.notAfter } : {}),
      },
      scope,
    );
    const isNew = (row: T): boolean =>
      !given.has(idOf(row)) &&
      (from.kind !== 'time' || timeOf === null || compareTimes(timeOf(row), from.notAfter) <= 0);
    const pageOf = ({ items, end, next }: ListPage<T>): RowsPage<T> => ({
      items: items.filter(isNew),
      offsets: timeOf === null ? [...items.map((_, index) => end - items.length + index), end] : [],
      next: next === null ? null : async () => pageOf(await next()),
    });
    const conditions = old.conditionsOf(filter);
    const matches = matcherOf(conditions, old.matchers);
    return {
      api: list.api,
      order: timeOf === null ? 'none' : 'newestFirst',
      page: pageOf(list.page),
      scans: !pushed(conditions, old.pushes[list.api] ?? {}).whole,
      ...(matches === undefined ? {} : { matches }),
    };
  };
