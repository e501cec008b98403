import { NotFoundError, UpstreamError } from '../errors.ts';
import type { AskedPage } from './collection.ts';

/** A page of a list that is stepped through by `$skip`. */
export interface OverlappingPage<T> {
  readonly page: AskedPage<T>;
  /** Rows of what was asked for before its first one. */
  readonly at: number;
  /** Whether nothing lies behind it, as was seen twice: where this page brings nothing new, the list ends. */
  readonly isLast: boolean;
}

/** What of a list is known while it is read. */
interface KnownRows<T> {
  readonly idOf: (row: T) => string;
  readonly isKnown: (row: T) => boolean;
  /** Whether it was the last one that was read. */
  readonly isLastRead: (row: T) => boolean;
  /** Rows of a page. */
  readonly size: () => number;
  /** Rows of the longest page so far; 0: there was none. */
  readonly longest: () => number;
  /** Whether all rows before a place were read here, so that the list may be read again from its start. */
  readonly isFromStart: boolean;
  /** Told that rows before the place were gone, and could not be found again. */
  readonly onMoved: () => void;
  /** Told that the service shows nothing where a page before has rows. */
  readonly onHidden: () => void;
}

/** Pages of a list that are asked for once more because rows before them are gone. */
const maxLooks = 10;

/** A question with a `$skip` of the asker's choice; `null`: it cannot be asked. */
type AskFrom<T> = (skip: number) => Promise<AskedPage<T> | null>;

/** Reads pages behind rows that were read, so that rows that go meanwhile take no others along. */
export interface Overlap<T> {
  /** Behind so many rows. */
  behind(ask: AskFrom<T>, skip: number): Promise<OverlappingPage<T> | null>;
  /** The page of a link, which says that there is one. */
  linked(ask: AskFrom<T>, skip: number): Promise<OverlappingPage<T> | null>;
}

/**
 * Each page begins with the last row of the one before. Where it has no row that is known, rows before it went, so that others
 * moved up: then it is looked for them a page earlier, and from the start. What comes behind a row that is known was not there
 * before it, as long as the service keeps the order of the rows that stay.
 *
 * Calls: one a page. Where no known row is there, or the place is refused, one or more, ten times a list; of a service that reads `$skip` in some other
 * way two or three more a list.
 */
export const createOverlap = <T>({
  idOf,
  isKnown,
  isLastRead,
  size,
  longest,
  isFromStart,
  onMoved,
  onHidden,
}: KnownRows<T>): Overlap<T> => {
  let looks = 0;
  let lookedAt = '';
  /** Whether the service understands a `$skip` that is not where one of its pages ends; null: not known yet. */
  let isUnderstood: boolean | null = null;
  /** Whether a page began where it was asked to. */
  let isExact = false;
  const isJoined = ({ items }: AskedPage<T>): boolean => items.some(isKnown);
  const bringsNew = ({ items }: AskedPage<T>): boolean => items.some((row) => !isKnown(row));

  const exactly = async (ask: AskFrom<T>, skip: number): Promise<OverlappingPage<T> | null> => {
    const page = await ask(skip);
    return page === null ? null : { page, at: skip, isLast: false };
  };

  /** The rows before a page that has none that is known. */
  const lookBack = async (ask: AskFrom<T>, skip: number, beside: AskedPage<T>): Promise<OverlappingPage<T> | null> => {
    const before = Math.max(0, skip - Math.max(2, size()));
    for (const at of new Set([before, 0])) {
      if (looks === maxLooks) break;
      looks += 1;
      const page = await ask(at);
      if (page === null) return null;
      const last = page.items[skip - 1];
      const isAsItWas =
        at === 0 && isFromStart && last !== undefined && isLastRead(last) && page.items.slice(0, skip).every(isKnown);
      if (isAsItWas && isUnderstood === null) {
        // No row went: the service counts in pages.
        isUnderstood = false;
        return exactly(ask, skip);
      }
      if (!isJoined(page) && !(at === 0 && isFromStart)) continue;
      const ids = [at, ...page.items.map(idOf)].join('\n');
      // What lies between a page of the start and the place was not seen.
      const isSeen = at + page.items.length >= skip - 1 || page.items.length < size();
      const isLast = beside.items.length === 0 && ids === lookedAt && isSeen;
      lookedAt = ids;
      // It has the row that was asked for, which was answered with nothing: so would be those behind it.
      if (isLast && at + page.items.length >= skip) onHidden();
      return { page, at, isLast };
    }
    onMoved();
    return { page: beside, at: skip - 1, isLast: false };
  };

  /**
   * The end of a list, from a page on that may be short because all of them are, as no other was read yet: the page of its last row
   * shows whether more rows follow. Null: that cannot be seen.
   */
  const endBehind = async (ask: AskFrom<T>, first: AskedPage<T>, from: number): Promise<OverlappingPage<T> | null> => {
    let page = first;
    let at = from;
    while (looks < maxLooks && page.items.length > 0) {
      looks += 1;
      const last = at + page.items.length - 1;
      const behind = last === at ? page : await ask(last).catch(() => null);
      if (behind === null) return null;
      if (behind.items.length < 2) return { page, at, isLast: !bringsNew(page) };
      if (bringsNew(behind)) return { page: behind, at: last, isLast: false };
      page = behind;
      at = last;
    }
    return null;
  };

  /**
   * The end of a list that has become shorter than the place, where the service refuses to be asked behind it: a page before, with
   * a row that is known, and not full. Any other refusal stands.
   */
  const endBefore = async (ask: AskFrom<T>, skip: number, refusal: unknown): Promise<OverlappingPage<T>> => {
    for (const at of new Set([Math.max(0, skip - Math.max(2, size())), 0])) {
      if (looks === maxLooks || !isRefusal(refusal)) break;
      looks += 1;
      const page = await orNothing(ask(at));
      const isEnd = isJoined(page) && page.items.length < size() && page.nextLink === null;
      if (!isEnd) continue;
      const end = longest() > 0 ? { page, at, isLast: !bringsNew(page) } : await endBehind(ask, page, at);
      if (end !== null) return end;
      break;
    }
    throw refusal;
  };

  const read = async (ask: AskFrom<T>, skip: number, isPromised: boolean): Promise<OverlappingPage<T> | null> => {
    let page: AskedPage<T> | null;
    try {
      page = await ask(skip - 1);
    } catch (error) {
      return endBefore(ask, skip, error);
    }
    if (page === null) return null;
    if (!isJoined(page)) return lookBack(ask, skip, page);
    isUnderstood ??= true;
    // The row that is known, alone: the end, as long as pages of the list hold more than one.
    const [first] = page.items;
    const isAlone = page.items.length === 1;
    isExact ||= !isAlone && first !== undefined && isLastRead(first);
    if (bringsNew(page) || (isAlone && !isPromised && longest() > 1)) return { page, at: skip - 1, isLast: false };
    // What it has was read before rows went: the list goes on behind it.
    if (isExact && !isAlone) return { page, at: skip - 1, isLast: false };
    // The service begins before the row it was asked for, or repeats itself; or a link leads to where it refuses to be asked.
    const further = isAlone ? await orNothing(ask(skip)) : await ask(skip);
    if (further === null) return null;
    if (further.items.length > 0 && !isJoined(further) && page.items.length > 1) return lookBack(ask, skip, further);
    return { page: further, at: skip, isLast: false };
  };

  return {
    behind: (ask, skip) => (isUnderstood === false ? exactly(ask, skip) : read(ask, skip, false)),
    linked: async (ask, skip) => {
      if (isUnderstood === false) return exactly(ask, skip);
      const refused: AskFrom<T> = (at) =>
        at === skip
          ? ask(at)
          : ask(at).catch((error: unknown) => {
              if (isRefusal(error)) return null;
              throw error;
            });
      const page = await read(refused, skip, true);
      if (page !== null) return page;
      isUnderstood = false;
      return exactly(ask, skip);
    },
  };
};

const isRefusal = (error: unknown): boolean =>
  error instanceof NotFoundError ||
  (error instanceof UpstreamError && [400, 404, 410, 501].includes(error.details.upstreamStatus ?? 0));

/** A page that was asked for at its place. */
export const placed = async <T>(
  asked: Promise<AskedPage<T> | null>,
  at: number,
): Promise<OverlappingPage<T> | null> => {
  const page = await asked;
  return page === null ? null : { page, at, isLast: false };
};

/** What lies behind the last row of a list, where a service may refuse to be asked: a refusal is a page of nothing. */
export const orNothing = async <T>(asked: Promise<AskedPage<T> | null>): Promise<AskedPage<T>> => {
  const nothing: AskedPage<T> = { items: [], nextLink: null };
  try {
    return (await asked) ?? nothing;
  } catch (error) {
    if (isRefusal(error)) return nothing;
    throw error;
  }
};

const topInLink = /[?&](?:\$|%24)top=(\d{1,15})(?=&|$)/i;

/** How many rows a link asks for: where `$top` is the most of all pages together, what is left of it. Null: it does not say. */
export const topOf = (link: string): number | null => {
  const [, top] = topInLink.exec(link) ?? [];
  return top === undefined ? null : Number(top);
};

const skipInLink = /([?&](?:\$|%24)skip=)(\d{1,15})(?=&|$)/i;

/** Where the page of a link begins, when it says so by `$skip` and by nothing else; null: it does not. */
export const skipOf = (link: string): number | null => {
  if (/skiptoken=/i.test(link)) return null;
  const [, , skip] = skipInLink.exec(link) ?? [];
  return skip === undefined ? null : Number(skip);
};

/** The link with another `$skip`. */
export const withSkip = (link: string, skip: number): string =>
  link.replace(skipInLink, (_all, name: string) => `${name}${skip}`);
