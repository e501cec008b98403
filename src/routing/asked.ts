import { allOf, compareTime } from '../upstream/http/odata.ts';
import { type ListPlace, type Push, pushed } from './list.ts';

/** How one API lists one kind of thing. */
export interface ListRules<F> {
  readonly push: Push<F>;
  /** The property that its list is ordered by, newest first; null: some order of its own. */
  readonly time: string | null;
  /** The largest page; also the one when the gateway has to look for some itself. */
  readonly maxTop: number;
  /** `nextLink` alone tells whether there is more, or a page that is not full is the last one. */
  readonly end: 'nextLink' | 'shortPage';
}

/** The OData of one page. */
export interface AskedPage {
  readonly filter: string | undefined;
  readonly top: number;
  readonly skip: number | undefined;
}

/** What an API is asked for a filter and a place in its list: the page size, and the page at an offset. */
export const askedOf = <F extends object>(
  filter: F,
  place: ListPlace,
  { push, time, maxTop, end }: ListRules<F>,
): { readonly top: number; readonly page: (at: { readonly skip: number }) => AskedPage } => {
  const { conditions, whole } = pushed(filter, push);
  if (place.notAfter !== undefined && time !== null) conditions.push(compareTime(time, 'le', place.notAfter));
  // Where a short page is the end, one row more than asked tells whether there is more.
  const wanted = end === 'shortPage' ? place.top + 1 : place.top;
  const top = whole && place.thinned !== true ? Math.min(wanted, maxTop) : maxTop;
  return { top, page: ({ skip }) => ({ filter: allOf(conditions), top, skip: skip === 0 ? undefined : skip }) };
};
