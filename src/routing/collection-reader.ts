import { isDeepStrictEqual } from 'node:util';
import { UpstreamError } from '../errors.ts';
import type { Page } from '../upstream/http/operation.ts';
import type { AskedPage, Collection, PagePlace, ReadRows } from './collection.ts';
import { crowded, hidden, moved, repeats, unordered, unreadable } from './collection-remarks.ts';
import { anchorsOf, type ListStart, type RowsPage } from './opened-list.ts';
import { createOverlap, orNothing, placed, skipOf, topOf, withSkip } from './overlap.ts';
import { createRowsRead, newestFirst } from './rows-read.ts';
import { createShortPages } from './short-pages.ts';
import { boundaryOf } from './time-boundary.ts';
import { createTimeOrder } from './time-order.ts';

/** Pages in a row that may bring no new row before the list is given up; Microsoft's lists may have empty pages. */
const maxBarrenPages = 10;

/** No service gives pages of fewer rows than this one when it has more. */
const leastCap = 3;

type Step = { readonly link: string } | { readonly place: PagePlace };

/** A page, and how many rows of what was asked for lie before its first one; null: its link does not say. */
interface PlacedPage<T> {
  readonly page: AskedPage<T>;
  readonly at: number | null;
  /** Whether it was asked for to find the place again; `isLast`: there was nothing behind. */
  readonly isBack: boolean;
  readonly isLast: boolean;
}

/**
 * Reads a collection to its proven end, page by page: the one reader of all lists. It follows every link and none twice,
 * gives no id twice, and takes a page for the last one only when that is proven: it is empty, or (where links have been seen,
 * or a page as long was the last one) short and without a link, or another question brought nothing new. Lists that are ordered by time go on by
 * time, so that rows that come or go meanwhile shift nothing; within one moment, and without an order, by `$skip`, from the last
 * row of the page before on: so it is seen when rows went, and the list is looked through for its place.
 *
 * Calls: one a page of `top` rows, and one more at the end of a list whose API has no links, unless that is known: 1 row 2 calls, 10,000 rows at
 * `top` 1,000: 12.
 */
export const readCollection = async <T>(collection: Collection<T>, from: ListStart): Promise<ReadRows<T>> => {
  const { idOf, timeOf } = collection;
  const openedAt = from.kind === 'time' ? boundaryOf(from.notAfter) : null;
  const anchors = anchorsOf(from);
  const visited = new Set<string>();
  let place: PagePlace = { notAfter: openedAt, before: false, skip: from.kind === 'skip' ? from.skip : 0 };
  const base = place.skip;
  const rowsRead = createRowsRead<T>(collection, from, base);
  /** Where the last page ended, as far as its place says it. */
  let end: number | null = null;
  const reached = (): number =>
    end ?? (place.notAfter === null ? base + rowsRead.count() + unread : rowsRead.countSinceTime());
  // A list that goes on behind so many rows has shown no order, though some of its pages may look as if they had one.
  const order = createTimeOrder(from.kind === 'skip' ? null : timeOf, openedAt !== null);
  /** Longer pages begin with the last row of the one before: one of a service that does so itself would bring nothing new in two rows. */
  const leastOverlapped = timeOf === null ? 1 : 2;
  let largest = 2;
  let longest = 0;
  let top = 0;
  /** Rows of all pages that a question of the reader's own led to. */
  let sinceAsked = 0;
  let pages = 0;
  const shortPages = createShortPages(collection, {
    isFromStart: from.kind === 'start',
    hasLinks: () => visited.size > 0,
  });
  let remark: string | undefined;
  let unread = 0;
  let unreadInPage = 0;
  /** Whether a page had rows of its moment that the pages before had not since they go on by that moment. */
  let isFurther = false;
  let isMoved = false;
  let lastId = anchors.at(-1);
  let lastPage: readonly T[] = [];
  let pageBefore: readonly T[] = [];
  const isSamePage = (): boolean => isDeepStrictEqual(lastPage.map(idOf), pageBefore.map(idOf));

  const overlap = createOverlap<T>({
    idOf,
    isKnown: rowsRead.isKnown,
    isLastRead: (row) => idOf(row) === lastId,
    size: () => (pages === 0 ? collection.top() : largest),
    longest: () => longest,
    isFromStart: from.kind !== 'skip',
    onMoved: () => {
      isMoved = true;
    },
    onHidden: () => {
      remark = hidden;
    },
  });

  /** As many rows as were asked for: by the page, or by all pages of one question together. */
  const isFull = (rows: number): boolean => rows >= top || sinceAsked === collection.top();

  /** Leaves the rest of a moment out: as the time was shown, without what an API may have cut off. */
  const strictlyBefore = (): PagePlace => ({ notAfter: order.lastMoment(), before: true, skip: 0 });

  /** Behind a page that has no link to go on by: by time where the list is ordered, else by `$skip`. */
  const behind = (rows: readonly T[], unreadHere: number, fresh: number): Step | null => {
    const boundary = rows.length > 0 && order.isSeen() ? order.boundary() : null;
    if (boundary !== null && (boundary !== place.notAfter || place.before)) {
      return { place: { notAfter: boundary, before: false, skip: 0 } };
    }
    const isWhole = isFull(rows.length + unreadHere);
    if (fresh === 0 && place.skip > 0 && pages > 0) {
      // Of the moment, and known, but behind those of the page before: the rest of it may follow.
      if (isFurther && rows.length >= leastCap) return { place: { ...place, skip: reached() } };
      // As many rows came in before these as a page has.
      const isPage = isWhole || rows.length + unreadHere >= largest;
      if (isPage && !isSamePage() && boundary === null) return { place: { ...place, skip: reached() } };
      // Asked to leave these rows out, it gave them again: where it gave the very same page, it overlooks what was asked.
      if (!isWhole && isSamePage() && rows.length >= leastCap) remark = repeats;
      if (!isWhole) return null;
      remark = boundary === null ? repeats : crowded;
      return boundary === null ? null : { place: strictlyBefore() };
    }
    // Fewer rows than any page that is followed by another, and all of them known: what lies at the last moment of the list.
    if (fresh === 0 && !isWhole && rows.length < Math.min(largest, leastCap)) return null;
    return { place: { ...place, skip: reached() } };
  };

  const stepAfter = (
    { items, nextLink, unread: missed = 0 }: Page<T>,
    fresh: number,
    { wasLink, isBack }: { readonly wasLink: boolean; readonly isBack: boolean },
  ): Step | null => {
    const isRepeat = wasLink && !isBack && items.length > 0 && fresh === 0;
    if (nextLink !== null && (isBack || !visited.has(nextLink)) && !isRepeat) return { link: nextLink };
    if (nextLink !== null) {
      remark = repeats;
      return items.length === 0 ? null : behind(items, missed, fresh);
    }
    const rows = items.length + missed;
    if (rows === 0 || (!isFull(rows) && shortPages.isLast({ items, rows, top }))) return null;
    return behind(items, missed, fresh);
  };

  /** Behind the one row of a list whose pages may have more of them there is nothing, which some services refuse to say. */
  const behindOne = (skip: number, asked: Promise<AskedPage<T> | null>): Promise<AskedPage<T> | null> =>
    skip === 1 && pages === 1 && longest === 1 && unread === 0 && top > 1 ? orNothing(asked) : asked;

  const askAt = async (at: PagePlace): Promise<PlacedPage<T>> => {
    if (at.notAfter !== place.notAfter || at.before !== place.before) rowsRead.beginTime();
    place = at;
    sinceAsked = 0;
    // Pages of one row would bring nothing but it, and ordered ones of two perhaps; where a row cannot be read, it is told anyway.
    const isBehind =
      pages === 0 ? anchors.length > 0 && at.skip > 0 : at.skip > 1 && longest > leastOverlapped && unreadInPage === 0;
    const ask = (skip: number) => behindOne(skip, collection.ask({ ...at, skip }));
    const found = isBehind ? await overlap.behind(ask, at.skip) : await placed(ask(at.skip), at.skip);
    if (found !== null) {
      place = { ...at, skip: found.at };
      return { ...found, isBack: found.at < at.skip - 1 };
    }
    // No condition on the time: from the start on, by rows.
    order.giveUp();
    return askAt({ notAfter: null, before: false, skip: base + rowsRead.count() });
  };

  const follow = async (link: string): Promise<PlacedPage<T> | null> => {
    const skip = timeOf === null ? skipOf(link) : null;
    if (skip === null) {
      const page = await collection.follow(link);
      return page === null ? null : { page, at: null, isBack: false, isLast: false };
    }
    const ask = (at: number) => behindOne(at, collection.follow(at === skip ? link : withSkip(link, at)));
    const found =
      skip > 1 && longest > leastOverlapped && unreadInPage === 0
        ? await overlap.linked(ask, skip)
        : await placed(ask(skip), skip);
    return found === null ? null : { ...found, isBack: found.at < skip - 1 };
  };

  /** One answer. Where Microsoft does not take a `$skip` that far, the list goes on before the moment, and says so. */
  const answerTo = async (step: Step): Promise<PlacedPage<T>> => {
    if ('link' in step) {
      visited.add(step.link);
      const found = await follow(step.link);
      if (found !== null) return found;
      const boundary = order.boundary();
      return askAt(boundary === null ? { ...place, skip: reached() } : { notAfter: boundary, before: false, skip: 0 });
    }
    try {
      return await askAt(step.place);
    } catch (error) {
      const refused = error instanceof UpstreamError && error.details.upstreamStatus === 400;
      if (!refused || pages === 0 || place.skip === 0 || order.boundary() === null) throw error;
      remark = crowded;
      return askAt(strictlyBefore());
    }
  };

  const remarks = () =>
    [remark, isMoved ? moved : undefined, unread === 0 ? undefined : unreadable(unread)].filter(
      (one) => one !== undefined,
    );

  const read = async (first: Step): Promise<RowsPage<T>> => {
    let step = first;
    for (let barren = 1; ; barren += 1) {
      const { page, at, isBack, isLast } = await answerTo(step);
      top = page.top ?? ('link' in step ? topOf(step.link) : null) ?? collection.top();
      unreadInPage = page.unread ?? 0;
      unread += unreadInPage;
      end = at === null ? null : at + page.items.length + unreadInPage;
      const begin = place.notAfter === null ? at : null;
      pageBefore = lastPage;
      lastPage = page.items;
      const countedBefore = rowsRead.count();
      const ofTimeBefore = rowsRead.countSinceTime();
      const unseen =
        at === null || (at === 0 && !isBack) ? page.items : page.items.filter((row) => !rowsRead.isKnown(row));
      const fresh = rowsRead.take(page.items, { at: begin, isTimed: place.notAfter !== null });
      const last = page.items.at(-1);
      if (last !== undefined) lastId = idOf(last);
      // Rows that were given before the list was opened here are a step on, too.
      const progress = rowsRead.count() - countedBefore;
      sinceAsked += page.items.length + unreadInPage;
      if (order.isLostBy(unseen) && (pages > 0 || openedAt !== null)) remark = unordered;
      isFurther = rowsRead.countSinceTime() > ofTimeBefore;
      const next = isLast && progress === 0 ? null : stepAfter(page, progress, { wasLink: 'link' in step, isBack });
      shortPages.prove(page, {
        ...{ rows: page.items.length + unreadInPage, top, progress },
        ...{ isEnd: next === null, isDoubtful: remarks().length > 0 },
      });
      longest = Math.max(longest, page.items.length);
      largest = Math.max(largest, longest);
      pages += 1;
      if (fresh.rows.length === 0 && next !== null) {
        if (progress > 0) barren = 0;
        if (barren < maxBarrenPages) {
          step = next;
          continue;
        }
        remark = repeats;
      }
      const behindPage = begin === null || end === null ? base + rowsRead.count() : end;
      // What was said to be newest first stays so within a page.
      const { rows, offsets } = timeOf !== null && remark === unordered ? newestFirst(fresh, timeOf) : fresh;
      return {
        items: rows,
        offsets: [...offsets, behindPage],
        next: next === null || rows.length === 0 ? null : () => read(next),
      };
    }
  };

  const page = await read({ place });
  const isNewestFirst = timeOf !== null && (order.isKept() || openedAt !== null);
  return {
    page,
    order: isNewestFirst ? 'newestFirst' : 'none',
    remark: () => (remarks().length === 0 ? undefined : remarks().join('; ')),
  };
};
