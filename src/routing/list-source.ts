import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { AskedPage } from './collection.ts';
import type { FilterRows } from './filters/rows.ts';
import type { Newer } from './newest.ts';
import type { ListOpening } from './opened-list.ts';

/** One page, as an operation takes it. */
export interface PageOptions {
  readonly filter: string | undefined;
  readonly top: number;
  readonly skip: number | undefined;
  /** `$orderby`; absent: the list's own order. */
  readonly orderBy?: string | undefined;
}

/** How one API lists one kind of thing. */
export interface ListSource<W, T> {
  readonly api: ApiName;
  readonly list: (page: PageOptions) => Operation<Page<W>>;
  readonly toDomain: (wire: W) => T;
  /** Maps a whole page, which others may share; absent: each row by itself. */
  readonly rowsOf?: (page: Pick<Page<W>, 'items' | 'made'>) => readonly T[];
  readonly idOf: (row: T) => string;
  /** Whether a row is newer than another with its id, where a page may have several; absent: none has. */
  readonly newer?: Newer<W>;
  /** The property that its list is ordered by, newest first, and where it is in the domain; null: some order of its own. */
  readonly time: { readonly property: string; readonly of: (row: T) => string | null } | null;
  /** The largest page; also the one when the gateway has to look for some itself. */
  readonly maxTop: number;
  /** The smallest page: where no page of the documentation prints an order, it takes some rows to see it. */
  readonly leastTop?: number;
  /**
   * Whether a short page without a link is the last one: not before a link was seen, or another question proved it for a
   * page as long, for a service may give fewer rows than `$top` and no link.
   */
  readonly shortIsLast: boolean;
  /** How a page is had, where that takes more than its operation. */
  readonly ask?: (page: PageOptions) => Promise<AskedPage<W>>;
  /** How a link is followed, where that may fail in a way that another question does not; `null`: ask by place. */
  readonly follow?: (link: string) => Promise<AskedPage<W> | null>;
}

/** What a source is opened for. */
export interface SourceAsked<F, T> {
  readonly tenant: Tenant;
  readonly scope: CallScope;
  readonly filter: F;
  readonly rows: FilterRows<F, T>;
  readonly opening: ListOpening;
  /** Conditions that the source meets by itself. */
  readonly answered?: readonly (keyof F)[];
}
