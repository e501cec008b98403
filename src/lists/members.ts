import { InputError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Cursors } from './cursor.ts';
import type { PageArguments } from './page-arguments.ts';

/** A page that a sorted list of the store gave. */
export interface MemberPage<T> {
  readonly rows: readonly { readonly row: T; readonly member: string }[];
  /** The last member that was looked at; null: none was. */
  readonly end: string | null;
  readonly hasMore: boolean;
  readonly total: number | null;
  readonly truncation: string | null;
}

/** How it is read: `below`, the member behind which the page begins. */
export type ReadMembers<T> = (first: number, below: string | null) => Promise<MemberPage<T>>;

/** A page of a sorted list. A cursor holds a member, so that rows which come, go or change their state shift nothing. */
export const connectionOfMembers = async <T>(
  read: ReadMembers<T>,
  { page, cursors, question }: { readonly page: PageArguments; readonly cursors: Cursors; readonly question: string },
): Promise<Connection<T>> => {
  const below = page.after === null ? null : memberOf(cursors, page.after, question);
  const { rows, end, hasMore, total, truncation } = await read(page.first, below);
  const cursorAt = (member: string): string => cursors.encode({ kind: 'member', member }, question);
  return {
    items: rows.map(({ row, member }) => ({ node: row, cursor: () => cursorAt(member) })),
    hasNextPage: hasMore,
    hasPreviousPage: page.after !== null,
    totalCount: total,
    endCursor: () => (end === null ? page.after : cursorAt(end)),
    failures: [],
    truncation,
  };
};

const memberOf = (cursors: Cursors, after: string, question: string): string => {
  const places = cursors.decode(after, question);
  if (places.kind !== 'member') throw new InputError('after: not a cursor of this list', { field: 'after' });
  return places.member;
};

/** A page of a sorted list, with the limits and cursors of a request's gateway. `question`: what the rows are. */
export type MembersOf = <T>(
  read: ReadMembers<T>,
  asked: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  ...question: readonly unknown[]
) => Promise<Connection<T>>;
