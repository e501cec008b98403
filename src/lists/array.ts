import type { Tenant } from '../config/tenants.ts';
import { InputError } from '../errors.ts';
import { type BoundTo, boundTo, isRepointed, repointed } from './bound.ts';
import type { Connection } from './connection.ts';
import type { Cursors } from './cursor.ts';
import type { PageArguments } from './page-arguments.ts';
import type { Places } from './places.ts';

/** Ids of a cursor: the page goes on behind the last row of them that is still there. */
const idsOfCursor = 5;

/** How rows at hand are paged. */
export interface ArrayPaging<T> {
  readonly page: PageArguments;
  readonly cursors: Cursors;
  /** Asked for when a cursor is: it costs a hash. */
  readonly question: () => string;
  readonly idOf: (row: T) => string;
  /** Whose rows they are. */
  readonly tenants: readonly Tenant[];
  /** Where the rows are kept, for those who come back. */
  readonly snapshot?: string;
}

/** A page of rows that are all at hand. Rows that come or go between two pages shift nothing. */
export const connectionOfArray = <T>(rows: readonly T[], paging: ArrayPaging<T>): Connection<T> => {
  const { page, cursors, question, idOf, tenants, snapshot } = paging;
  let known: string | undefined;
  const asked = (): string => {
    known ??= question();
    return known;
  };
  const start = page.after === null ? 0 : startOf(rows, rowPlace(cursors.decode(page.after, asked()), tenants), idOf);
  let bound: BoundTo | undefined;
  const cursorAt = (offset: number): string => {
    const ids = rows.slice(Math.max(0, offset - idsOfCursor), offset).map(idOf);
    bound ??= boundTo(tenants);
    return cursors.encode(
      { kind: 'row', offset, ids, bound, ...(snapshot === undefined ? {} : { snapshot }) },
      asked(),
    );
  };
  const nodes = rows.slice(start, start + page.first);
  const end = start + nodes.length;
  return {
    items: nodes.map((node, index) => ({ node, cursor: () => cursorAt(start + index + 1) })),
    hasNextPage: end < rows.length,
    hasPreviousPage: start > 0,
    totalCount: rows.length,
    endCursor: () => (nodes.length === 0 ? page.after : cursorAt(end)),
    failures: [],
    truncation: null,
  };
};

type RowPlace = Extract<Places, { kind: 'row' }>;

/** Behind the last known row; where none is left, as many rows on as there were, less those that are gone. */
const startOf = <T>(rows: readonly T[], { offset, ids }: RowPlace, idOf: (row: T) => string): number => {
  const last = ids.at(-1);
  const before = rows[offset - 1];
  if (before !== undefined && idOf(before) === last) return offset;
  const placeOf = new Map(rows.map((row, index) => [idOf(row), index]));
  for (const id of ids.toReversed()) {
    const place = placeOf.get(id);
    if (place !== undefined) return place + 1;
  }
  return Math.max(0, offset - ids.length);
};

/** What rows at hand are: those of a list, such as an edge's, of a thing in a tenant. */
export interface RowsOf {
  readonly list: string;
  readonly tenant: Tenant;
  readonly id: string;
}

/** A page of rows at hand, with the limits and cursors of a request's gateway. */
export type PageOf = <T>(
  rows: readonly T[],
  asked: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  idOf: (row: T) => string,
  of: RowsOf,
) => Connection<T>;

const foreign = (): InputError => new InputError('after: not a cursor of this list', { field: 'after' });

/** Throws `BAD_USER_INPUT` for a cursor of another kind of list, or of one of other tenants: a row is a place in the list of all. */
export const rowPlace = (places: Places, tenants: readonly Tenant[]): RowPlace => {
  if (places.kind !== 'row') throw foreign();
  const other = tenants.find((tenant) => isRepointed(tenant, places.bound));
  if (other !== undefined) throw repointed(other);
  return places;
};

/** Throws `BAD_USER_INPUT` for a cursor of another list. */
export const offsetOf = (cursors: Cursors, after: string, question: string): number => {
  const places = cursors.decode(after, question);
  if (places.kind !== 'offset') throw foreign();
  return places.offset;
};
