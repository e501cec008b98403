import { InputError } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Cursors } from './cursor.ts';

/** A page of rows that are all at hand. `question` is asked for when a cursor is: it costs a hash. */
export const connectionOfArray = <T>(
  rows: readonly T[],
  page: { readonly first: number; readonly after: string | null },
  cursors: Cursors,
  question: () => string,
): Connection<T> => {
  let known: string | undefined;
  const asked = (): string => {
    known ??= question();
    return known;
  };
  const start = page.after === null ? 0 : offsetOf(cursors, page.after, asked());
  const cursorAt = (offset: number): string => cursors.encode({ kind: 'offset', offset }, asked());
  const nodes = rows.slice(start, start + page.first);
  const end = start + nodes.length;
  return {
    items: nodes.map((node, index) => ({ node, cursor: () => cursorAt(start + index + 1) })),
    hasNextPage: end < rows.length,
    hasPreviousPage: start > 0,
    endCursor: () => (nodes.length === 0 ? page.after : cursorAt(end)),
    failures: [],
    truncation: null,
  };
};

/** `connectionOfArray` with the limits and cursors of a request's gateway. `question`: what the rows are, e.g. an id. */
export type PageOf = <T>(
  rows: readonly T[],
  asked: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  ...question: readonly unknown[]
) => Connection<T>;

/** Throws `BAD_USER_INPUT` for a cursor of another list. */
export const offsetOf = (cursors: Cursors, after: string, question: string): number => {
  const places = cursors.decode(after, question);
  if (places.kind !== 'offset') throw new InputError('after: not a cursor of this list', { field: 'after' });
  return places.offset;
};
