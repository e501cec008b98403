import type { Page } from '../upstream/http/operation.ts';
import type { Collection } from './collection.ts';
import type { FirstPage } from './whole-lists.ts';

/** What a page proves of short ones. */
interface Seen extends FirstPage {
  /** Rows that are new in the list. */
  readonly progress: number;
  /** Nothing is asked on. */
  readonly isEnd: boolean;
  /** Something is to be said of the list beside its rows. */
  readonly isDoubtful: boolean;
}

/** What is known of pages that have fewer rows than were asked for, and no link. */
export interface ShortPages<T> {
  /** Whether such a page is the last one. */
  isLast(page: FirstPage): boolean;
  /** Tells the collection what each page proves. */
  prove(page: Pick<Page<T>, 'nextLink'>, seen: Seen): void;
}

/** `hasLinks`: whether the list has given links; then it says by their absence that it ends. */
export const createShortPages = <T>(
  { shortIsLast, onProof, whole }: Pick<Collection<T>, 'shortIsLast' | 'onProof' | 'whole'>,
  { isFromStart, hasLinks }: { readonly isFromStart: boolean; readonly hasLinks: () => boolean },
): ShortPages<T> => {
  /** The page before, where it was short and had no link. */
  let doubted: FirstPage | null = null;
  let pages = 0;
  return {
    isLast: (page) => {
      if (isFromStart && pages === 0 && whole?.is(page) === true) return true;
      return typeof shortIsLast === 'boolean' ? shortIsLast : hasLinks() || shortIsLast(page.rows);
    },
    prove: ({ nextLink }, { progress, isEnd, isDoubtful, ...page }) => {
      pages += 1;
      if (nextLink !== null) onProof?.(Number.POSITIVE_INFINITY);
      else if (doubted !== null && progress > 0) onProof?.(-1);
      else if (doubted !== null && isEnd) {
        onProof?.(doubted.rows);
        if (isFromStart && pages === 2 && !isDoubtful) whole?.prove(doubted);
      }
      doubted = nextLink === null && progress > 0 && page.rows < page.top ? page : null;
    },
  };
};
