import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import { conditionsOf } from '../domain/filters.ts';
import type { CallScope } from '../scope.ts';
import type { Condition } from '../upstream/http/odata.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';

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
export interface OpenedList<T> {
  readonly api: ApiName;
  readonly page: ListPage<T>;
  /** What `notAfter` is to be on later pages; absent: the time of the newest row. */
  readonly newest?: string | null;
}

/** Opens a list in one tenant. */
export type OpenList<F, T> = (tenant: Tenant, filter: F, place: ListPlace, scope: CallScope) => Promise<OpenedList<T>>;

/** How an API takes each condition of a filter; an absent one it cannot take, `null` it cannot take with this value. */
export type Push<F> = { readonly [K in keyof F]?: (value: NonNullable<F[K]>) => Condition | null };

/** The conditions that the API takes, and whether all of them were. */
export const pushed = <F extends object>(filter: F, push: Push<F>): { conditions: Condition[]; whole: boolean } => {
  const conditions: Condition[] = [];
  let whole = true;
  for (const key of conditionsOf(filter)) {
    const value = filter[key];
    const condition = value === null || value === undefined ? null : (push[key]?.(value) ?? null);
    if (condition === null) whole = false;
    else conditions.push(condition);
  }
  return { conditions, whole };
};

interface Pager<W, T> {
  readonly send: Send;
  readonly tenant: Tenant;
  readonly scope: CallScope;
  readonly operation: (place: { readonly skip: number; readonly top: number }) => Operation<Page<W>>;
  readonly toDomain: (wire: W) => T;
}

/** Graph: follows `nextLink`, which alone says whether there is more (an empty page may have one). */
export const pagesByNextLink = async <W, T>(pager: Pager<W, T>, place: ListPlace): Promise<ListPage<T>> => {
  const { send, tenant, scope, toDomain } = pager;
  const operation = pager.operation(place);
  const pageOf = ({ items, nextLink }: Page<W>, start: number): ListPage<T> => {
    const end = start + items.length;
    const next =
      nextLink === null ? null : async () => pageOf(await send.follow(tenant, operation, nextLink, scope), end);
    return { items: items.map(toDomain), aligned: true, end, next };
  };
  return pageOf(await send(tenant, operation, scope), place.skip);
};

/** MDE and M365D: steps by `$skip` until a page is short; a `nextLink` is followed should one appear. Repeats are dropped. */
export const pagesBySkip = async <W, T>(
  pager: Pager<W, T> & { readonly idOf: (wire: W) => string },
  place: ListPlace,
): Promise<ListPage<T>> => {
  const { send, tenant, scope, toDomain, idOf } = pager;
  const seen = new Set<string>();
  const pageOf = ({ items, nextLink }: Page<W>, start: number): ListPage<T> => {
    const fresh = items.filter((item) => {
      const id = idOf(item);
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
    const end = start + items.length;
    const next =
      nextLink !== null
        ? () => send.follow(tenant, pager.operation(place), nextLink, scope)
        : items.length >= place.top && fresh.length > 0
          ? () => send(tenant, pager.operation({ skip: end, top: place.top }), scope)
          : null;
    return {
      items: fresh.map(toDomain),
      aligned: fresh.length === items.length,
      end,
      next: next === null ? null : async () => pageOf(await next(), end),
    };
  };
  return pageOf(await send(tenant, pager.operation(place), scope), place.skip);
};
