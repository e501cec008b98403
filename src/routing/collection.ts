import type { Page } from '../upstream/http/operation.ts';
import type { RowsPage } from './opened-list.ts';
import type { FirstPage } from './whole-lists.ts';

/** Where a page of a collection begins: at or before a time (or strictly before it), behind so many rows of that. */
export interface PagePlace {
  readonly notAfter: string | null;
  readonly before: boolean;
  readonly skip: number;
}

/** A page, and the `$top` it was asked with where that is not the collection's. */
export interface AskedPage<T> extends Page<T> {
  readonly top?: number;
}

/** A collection of Microsoft's, and how it is asked for a page. */
export interface Collection<T> {
  /** One page at a place; `null`: the API takes no condition on the time. */
  readonly ask: (place: PagePlace) => Promise<AskedPage<T> | null>;
  /** The page behind a link; `null`: it cannot be had so, but may be by its place. */
  readonly follow: (link: string) => Promise<AskedPage<T> | null>;
  readonly idOf: (row: T) => string;
  /** The time that the list is ordered by, newest first, as far as that is seen; null: no order. */
  readonly timeOf: ((row: T) => string | null) | null;
  /** `$top` of each page; known once the first one is there. */
  readonly top: () => number;
  /**
   * Whether a page that is not full and has no link is the last one (Graph's word is its link); otherwise it is asked on.
   * A function: whether that is proven of a page with so many rows.
   */
  readonly shortIsLast: boolean | ((rows: number) => boolean);
  /**
   * Told that a short page of so many rows was the last one, or (infinity) that pages that are not have links, or (-1) that
   * one without a link was not the last one.
   */
  readonly onProof?: (rows: number) => void;
  /** What is known of the list where no short page is the last one by itself; absent: nothing. */
  readonly whole?: {
    /** Whether the first page is known to be all of the list. */
    readonly is: (page: FirstPage) => boolean;
    /** Told that it is: another question brought nothing. */
    readonly prove: (page: FirstPage) => void;
  };
}

/** A collection being read. */
export interface ReadRows<T> {
  readonly page: RowsPage<T>;
  readonly order: 'newestFirst' | 'none';
  /** What has to be said of the list, as far as it was read; `undefined`: nothing. */
  remark(): string | undefined;
}
