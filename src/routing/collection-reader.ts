import { compareTimes } from '../domain/time.ts';
import { UpstreamError } from '../errors.ts';
import type { Page } from '../upstream/http/operation.ts';
import type { AskedPage, Collection, PagePlace, ReadRows } from './collection.ts';
import { crowded, repeats, unordered, unreadable } from './collection-remarks.ts';
import type { ListStart, RowsPage } from './opened-list.ts';
import { createShortPages } from './short-pages.ts';
import { boundaryOf } from './time-boundary.ts';
import { createTimeOrder } from './time-order.ts';

/** Pages in a row that may bring no new row before the list is given up; Microsoft's lists may have empty pages. */
const maxBarrenPages = 10;

/** No service gives pages of fewer rows than this one when it has more. */
const leastCap = 3;

type Step = { readonly link: string } | { readonly place: PagePlace };

/**
 * Reads a collection to its proven end, page by page: the one reader of all lists. It follows every link and none twice,
 * gives no id twice, and takes a page for the last one only when that is proven: it is empty, or (where links have been seen,
 * or a page as long was the last one) short and without a link, or another question brought nothing new. Lists that are ordered by time go on by
 * time, so that rows that come or go meanwhile shift nothing; within one moment, and without an order, by `$skip`.
 *
 * Calls: one a page of `top` rows, and one more at the end of a list whose API has no links: 1 row 2 calls, 10,000 rows at
 * `top` 1,000: 11.
 */
export const readCollection = async <T>(collection: Collection<T>, from: ListStart): Promise<ReadRows<T>> => {
  const { idOf, timeOf } = collection;
  const openedAt = from.kind === 'time' ? boundaryOf(from.notAfter) : null;
  const seen = new Set<string>(from.kind === 'start' ? [] : from.given);
  const visited = new Set<string>();
  let place: PagePlace = { notAfter: openedAt, before: false, skip: from.kind === 'skip' ? from.skip : 0 };
  const base = place.skip;
  /** Rows of the list so far, each once: pages may overlap. */
  const counted = new Set<string>();
  /** Those from the time on that was asked by last. */
  let sinceTime = new Set<string>();
  const reached = (): number => (place.notAfter === null ? base + counted.size + unread : sinceTime.size);
  const order = createTimeOrder(timeOf, openedAt !== null);
  let largest = 2;
  let top = 0;
  let pages = 0;
  const shortPages = createShortPages(collection, () => visited.size > 0);
  let remark: string | undefined;
  let unread = 0;
  let pageIds = '';
  /** Whether the last page had the rows of the one before it. */
  let isSamePage = false;

  /** Rows newer than the boundary were given already, or came since: a service that overlooks the condition sends them. */
  const isNewer = (row: T): boolean => from.kind === 'time' && compareTimes(timeOf?.(row) ?? null, from.notAfter) > 0;

  /** Leaves the rest of a moment out: as the time was shown, without what an API may have cut off. */
  const strictlyBefore = (): PagePlace => ({ notAfter: order.lastMoment(), before: true, skip: 0 });

  /** Behind a page that has no link to go on by: by time where the list is ordered, else by `$skip`. */
  const behind = (rows: readonly T[], unreadHere: number, fresh: number): Step | null => {
    const boundary = rows.length > 0 && order.isSeen() ? order.boundary() : null;
    if (boundary !== null && (boundary !== place.notAfter || place.before)) {
      return { place: { notAfter: boundary, before: false, skip: 0 } };
    }
    const isFull = rows.length + unreadHere >= top;
    if (fresh === 0 && place.skip > 0 && pages > 0) {
      // Asked to leave these rows out, it gave them again: where it gave the very same page, it overlooks what was asked.
      if (!isFull && isSamePage && rows.length >= leastCap) remark = repeats;
      if (!isFull) return null;
      remark = boundary === null ? repeats : crowded;
      return boundary === null ? null : { place: strictlyBefore() };
    }
    // Fewer rows than a page can hold, and all of them known: what lies at the last moment of the list.
    if (fresh === 0 && !isFull && rows.length < largest) return null;
    return { place: { ...place, skip: reached() } };
  };

  const stepAfter = (
    { items, nextLink, unread: missed = 0 }: Page<T>,
    fresh: number,
    wasLink: boolean,
  ): Step | null => {
    const isRepeat = wasLink && items.length > 0 && fresh === 0;
    if (nextLink !== null && !visited.has(nextLink) && !isRepeat) return { link: nextLink };
    if (nextLink !== null) {
      remark = repeats;
      return items.length === 0 ? null : behind(items, missed, fresh);
    }
    const rows = items.length + missed;
    if (rows === 0 || (rows < top && shortPages.isLast(rows))) return null;
    return behind(items, missed, fresh);
  };

  const askAt = async (at: PagePlace): Promise<AskedPage<T>> => {
    if (at.notAfter !== place.notAfter || at.before !== place.before) sinceTime = new Set();
    place = at;
    const page = await collection.ask(at);
    if (page !== null) return page;
    // No condition on the time: from the start on, by rows.
    order.giveUp();
    return askAt({ notAfter: null, before: false, skip: base + counted.size });
  };

  /** One answer. Where Microsoft does not take a `$skip` that far, the list goes on before the moment, and says so. */
  const answerTo = async (step: Step): Promise<AskedPage<T>> => {
    if ('link' in step) {
      visited.add(step.link);
      const page = await collection.follow(step.link);
      if (page !== null) return page;
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

  /** What is new in a page, with the place of each row. */
  const freshOf = (items: readonly T[]): { readonly row: T; readonly offset: number }[] => {
    return items.flatMap((row) => {
      const id = idOf(row);
      const offset = base + counted.size;
      counted.add(id);
      sinceTime.add(id);
      if (seen.has(id)) return [];
      seen.add(id);
      return isNewer(row) ? [] : [{ row, offset }];
    });
  };

  const read = async (first: Step): Promise<RowsPage<T>> => {
    let step = first;
    for (let barren = 1; ; barren += 1) {
      const page = await answerTo(step);
      top = page.top ?? collection.top();
      unread += page.unread ?? 0;
      const ids = page.items.map(idOf).join('\n');
      isSamePage = ids === pageIds;
      pageIds = ids;
      const before = counted.size;
      const fresh = freshOf(page.items);
      // Rows that were given before the list was opened here are a step on, too.
      const progress = counted.size - before;
      if (order.isLostBy(page.items) && (pages > 0 || openedAt !== null)) remark = unordered;
      const next = stepAfter(page, progress, 'link' in step);
      shortPages.prove(page, { top, progress, isEnd: next === null });
      largest = Math.max(largest, page.items.length);
      pages += 1;
      if (fresh.length === 0 && next !== null) {
        if (progress > 0) barren = 0;
        if (barren < maxBarrenPages) {
          step = next;
          continue;
        }
        remark = repeats;
      }
      // What was said to be newest first stays so within a page.
      if (timeOf !== null && remark === unordered) {
        fresh.sort((a, b) => compareTimes(timeOf(b.row), timeOf(a.row)));
      }
      return {
        items: fresh.map(({ row }) => row),
        offsets: [...fresh.map(({ offset }) => offset), base + counted.size],
        next: next === null || fresh.length === 0 ? null : () => read(next),
      };
    }
  };

  const page = await read({ place });
  const isNewestFirst = timeOf !== null && (order.isKept() || openedAt !== null);
  const remarks = () => [remark, unread === 0 ? undefined : unreadable(unread)].filter((one) => one !== undefined);
  return {
    page,
    order: isNewestFirst ? 'newestFirst' : 'none',
    remark: () => (remarks().length === 0 ? undefined : remarks().join('; ')),
  };
};
