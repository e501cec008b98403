import type { Page } from '../upstream/http/operation.ts';
import type { Collection } from './collection.ts';

/** What is known of pages that have fewer rows than were asked for, and no link. */
export interface ShortPages<T> {
  /** Whether one with so many rows is the last one. */
  isLast(rows: number): boolean;
  /** Tells the collection what a page proves of short ones. `progress`: rows that are new in the list; `isEnd`: nothing is asked on. */
  prove(page: Page<T>, seen: { readonly top: number; readonly progress: number; readonly isEnd: boolean }): void;
}

/** `hasLinks`: whether the list has given links; then it says by their absence that it ends. */
export const createShortPages = <T>(
  { shortIsLast, onProof }: Pick<Collection<T>, 'shortIsLast' | 'onProof'>,
  hasLinks: () => boolean,
): ShortPages<T> => {
  /** Rows of the page before, where it was short and had no link. */
  let doubted = 0;
  return {
    isLast: (rows) => (typeof shortIsLast === 'boolean' ? shortIsLast : hasLinks() || shortIsLast(rows)),
    prove: ({ items, nextLink, unread = 0 }, { top, progress, isEnd }) => {
      if (nextLink !== null) onProof?.(Number.POSITIVE_INFINITY);
      else if (doubted > 0 && progress > 0) onProof?.(-1);
      else if (doubted > 0 && isEnd) onProof?.(doubted);
      const rows = items.length + unread;
      doubted = nextLink === null && progress > 0 && rows < top ? rows : 0;
    },
  };
};
