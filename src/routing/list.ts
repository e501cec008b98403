import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { OpenedRows, OpenRows, RowsPage } from './opened-list.ts';

/** A page of a tenant's list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** Whether each row is one offset of Microsoft's list: no repeat was dropped, nothing was taken out of something else. */
  readonly aligned: boolean;
  /** The offset of the first row after this page. */
  readonly end: number;
  /** The page after it; `null` at the end. */
  readonly next: (() => Promise<ListPage<T>>) | null;
}

/** Where a list is opened: at the start, or where a cursor left it. */
export interface ListPlace {
  /** The API that the earlier pages came from; the order of another one may differ. */
  readonly api?: ApiName;
  readonly skip: number;
  readonly top: number;
  /** Only what is not newer than this time, so that new rows do not shift the places of old ones. */
  readonly notAfter?: string;
  /** Whether rows will be taken out, so that a page has to be larger than what is asked for. */
  readonly thinned?: boolean;
}

/** A list opened in one tenant: which API answers, and the first page. */
export interface OpenedList<T> extends Pick<OpenedRows<T>, 'api' | 'matches'>, Partial<Pick<OpenedRows<T>, 'order'>> {
  readonly page: ListPage<T>;
}

/** Opens a list in one tenant. */
export type OpenList<F, T> = (tenant: Tenant, filter: F, place: ListPlace, scope: CallScope) => Promise<OpenedList<T>>;

/** Lists that go on by offset, over `OpenRows`: an ordered list is read again from its newest time, and as many rows left out. */
export const byOffset =
  <F, T>(open: OpenRows<F, T>): OpenList<F, T> =>
  async (tenant, filter, { skip, top, notAfter, ...place }, scope) => {
    const isTimed = notAfter !== undefined;
    const from =
      notAfter !== undefined
        ? ({ kind: 'time', notAfter, given: [] } as const)
        : skip > 0
          ? ({ kind: 'skip', skip } as const)
          : ({ kind: 'start' } as const);
    const opened = await open(tenant, filter, { ...place, from, top: isTimed ? skip + top : top }, scope);
    let left = isTimed ? skip : 0;
    const pageOf = async (rows: RowsPage<T>, start: number): Promise<ListPage<T>> => {
      const { next } = rows;
      const dropped = Math.min(left, rows.items.length);
      left -= dropped;
      if (left > 0 && next !== null) return pageOf(await next(), start);
      const items = rows.items.slice(dropped);
      const end = opened.order === 'none' ? (rows.offsets.at(-1) ?? start) : start + items.length;
      const isCounted = rows.offsets.every((offset, index) => offset === (rows.offsets[0] ?? 0) + index);
      return {
        items,
        aligned: opened.order === 'newestFirst' || isCounted,
        end,
        next: next === null ? null : async () => pageOf(await next(), end),
      };
    };
    const page = await pageOf(opened.page, skip);
    const { api, order, matches } = opened;
    return { api, order, page, ...(matches === undefined ? {} : { matches }) };
  };
