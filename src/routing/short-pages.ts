import type { Page } from '../upstream/http/operation.ts';
import type { Collection } from './collection.ts';
import type { FirstPage } from './whole-lists.ts';

/** A page that may be short: its rows, with those that cannot be read, and how many it was asked for. */
interface ShortPage<T> extends Omit<FirstPage, 'ids'> {
  readonly items: readonly T[];
}

/** What a page proves of short ones. */
interface Seen extends Omit<FirstPage, 'ids'> {
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
  isLast(page: ShortPage<T>): boolean;
  /** Tells the collection what each page proves. */
  prove(page: Pick<Page<T>, 'items' | 'nextLink'>, seen: Seen): void;
}

/** `hasLinks`: whether the list has given links; then it says by their absence that it ends. */
export const createShortPages = <T>(
  { shortIsLast, onProof, whole, idOf }: Pick<Collection<T>, 'shortIsLast' | 'onProof' | 'whole' | 'idOf'>,
  { isFromStart, hasLinks }: { readonly isFromStart: boolean; readonly hasLinks: () => boolean },
): ShortPages<T> => {
  /** The page before, where it was short and had no link. */
  let doubted: ShortPage<T> | null = null;
  let pages = 0;
  const firstPage = ({ items, ...page }: ShortPage<T>): FirstPage => ({ ...page, ids: items.map(idOf).join('\n') });
  return {
    isLast: (page) => {
      if (isFromStart && pages === 0 && whole?.is(firstPage(page)) === true) return true;
      return typeof shortIsLast === 'boolean' ? shortIsLast : hasLinks() || shortIsLast(page.rows);
    },
    prove: ({ items, nextLink }, { progress, isEnd, isDoubtful, rows, top }) => {
      pages += 1;
      if (nextLink !== null) onProof?.(Number.POSITIVE_INFINITY);
      else if (doubted !== null && progress > 0) onProof?.(-1);
      else if (doubted !== null && isEnd) {
        onProof?.(doubted.rows);
        if (isFromStart && pages === 2 && !isDoubtful) whole?.prove(firstPage(doubted));
      }
      doubted = nextLink === null && progress > 0 && rows < top ? { items, rows, top } : null;
    },
  };
};
