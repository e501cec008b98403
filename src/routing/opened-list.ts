import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';

/**
 * Where a tenant's list is opened.
 * - `start`: at its first row.
 * - `time`: in a list that is ordered newest first, behind the rows given so far: at or before a time, without the ids that
 *   were given at that very time. Rows that come or go meanwhile shift nothing.
 * - `skip`: in a list without an order (machines), behind so many of Microsoft's rows, the last of which are known.
 */
export type ListStart =
  | { readonly kind: 'start' }
  | { readonly kind: 'time'; readonly notAfter: string; readonly given: readonly string[] }
  | {
      readonly kind: 'skip';
      readonly skip: number;
      readonly given: readonly string[];
      /** The last rows before the place, where they are not those given. */
      readonly before?: readonly string[];
    };

/** Ids of the rows that lie right before where a list without an order is opened: by them its place is found again. */
export const anchorsOf = (from: ListStart): readonly string[] =>
  from.kind === 'skip' ? (from.before ?? from.given) : [];

/** What one page of a tenant's list is wanted for. */
export interface ListOpening {
  readonly from: ListStart;
  /** The API that the earlier pages came from; absent: any, in the order of routing. */
  readonly api?: ApiName;
  /** Rows wanted at first. */
  readonly top: number;
  /** Whether the caller is shown only some rows, so that a page has to be larger than what is wanted. */
  readonly thinned?: boolean;
  /** Whether rows are only counted: nothing that stands inside them is wanted but what the filter asks about. */
  readonly bare?: boolean;
  /** What else is wanted with each row, where it can come in the same call. */
  readonly expand?: readonly Expansion[];
}

/** What can come with a row: an incident's alerts. */
export type Expansion = 'alerts';

/** Rows of a tenant's list as one upstream answer brought them. */
export interface RowsPage<T> {
  /** In Microsoft's order; none that an earlier page or the opening's `given` had already. */
  readonly items: readonly T[];
  /** How many of Microsoft's rows lie before each item and, last, behind the page; for lists without an order. */
  readonly offsets: readonly number[];
  /** Asks on; `null`: the end, which is proven (an empty page, no link and nothing more by the boundary). */
  readonly next: (() => Promise<RowsPage<T>>) | null;
}

/** The page without some of its rows. */
export const withoutRows = <T>(page: RowsPage<T>, isLeftOut: (row: T) => boolean): RowsPage<T> => {
  const kept = [...page.items.entries()].filter(([, row]) => !isLeftOut(row));
  if (kept.length === page.items.length) return page;
  return {
    ...page,
    items: kept.map(([, row]) => row),
    offsets: [...kept.map(([at]) => at), page.items.length].flatMap((at) => page.offsets[at] ?? []),
  };
};

/** A list opened in one tenant. */
export interface OpenedRows<T> {
  readonly api: ApiName;
  /** `newestFirst`: cursors hold a time boundary; `none`: they hold an offset. */
  readonly order: 'newestFirst' | 'none';
  readonly page: RowsPage<T>;
  /** Whether a row meets the filter, as it was understood in this tenant; absent: no condition. */
  readonly matches?: (item: T) => boolean;
  /** Whether rows have to be looked for: some condition was not pushed, so that pages are a scan, which is bounded. */
  readonly scans: boolean;
  /**
   * Said by the list beside its rows, e.g. that a service repeated itself; absent: nothing. It may come to be said while
   * pages are read: ask when the list is done. No getter: V8 makes a shape of each object that is made with one, and keeps with it
   * all that the getter reaches, until the whole heap is collected.
   */
  remark?(): string | undefined;
  /** Why rows that were asked for are not in the list, with the error that kept them out; absent or `undefined`: none are. */
  missing?(): GatewayError | undefined;
}

/** Opens a list in one tenant. Errors are the tenant's own. */
export type OpenRows<F, T> = (
  tenant: Tenant,
  filter: F,
  opening: ListOpening,
  scope: CallScope,
) => Promise<OpenedRows<T>>;

/** The list with remarks, each once, which may come to be said while pages are read. */
export const withRemarks = <T>(list: OpenedRows<T>, remarks: () => readonly (string | undefined)[]): OpenedRows<T> => ({
  ...list,
  remark: () => [...new Set(remarks().filter((remark) => remark !== undefined))].join('; ') || undefined,
});
