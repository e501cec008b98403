import { NotFoundError } from '../errors.ts';
import { identityKey } from '../scope.ts';
import { allOf, type Condition, compareTime } from '../upstream/http/odata.ts';
import { urlOf } from '../upstream/http/url.ts';
import type { AskedPage, PagePlace, ReadRows } from './collection.ts';
import { readCollection } from './collection-reader.ts';
import { unordered } from './collection-remarks.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { pushedTo, rowMatcher } from './filters/rows.ts';
import type { FactPlace } from './learned.ts';
import type { ListSource, PageOptions, SourceAsked } from './list-source.ts';
import { newestOfEach } from './newest.ts';
import { anchorsOf, type OpenedRows, withRemarks } from './opened-list.ts';
import { askByTaken, type Chosen, isRefused, isUpstreamStatus } from './taken-conditions.ts';
import type { ListPlace } from './whole-lists.ts';

/** IIS takes 2,048 bytes of query unless it is told otherwise; some are left for a time to go on from. */
const maxUrlBytes = 1900;

/** Places of a list without an order count other rows when nothing is pushed: their offsets begin here. */
const bareOffsets = 2 ** 40;

/** How services answer a `$skiptoken` that they no longer know. */
const staleLink: readonly number[] = [400, 404, 410];

/** The name of the boundary among what was learned about conditions. */
const timeCondition = '(time)';

/** Whether a list comes in the order that its pages go on by, as far as it was read. */
const isNewestFirst = ({ order, remark }: ReadRows<unknown>): boolean =>
  order === 'newestFirst' && remark()?.includes(unordered) !== true;

/**
 * Opens a list of one API in one tenant. Conditions that it takes are pushed; one that it answers with 400 or 501, or with
 * 5xx while it answers the rest, is found, left to the gateway's own check, and not sent again for some minutes.
 *
 * Calls: one a page of rows; one more at the end of a list without links, once in ten minutes for the very same page, or of Graph for pages as long;
 * for a condition that is refused, once in ten minutes, at most two for each pushed condition; for a list that is not newest first, though
 * its pages say so, once in ten minutes one that asks for that order.
 */
export const openSource = async <F extends object, W, T>(
  { send, learned }: Pick<RoutingDependencies, 'send' | 'learned'>,
  source: ListSource<W, T>,
  { tenant, scope, filter, rows, opening, answered = [] }: SourceAsked<F, T>,
): Promise<OpenedRows<T>> => {
  const { api, time } = source;
  const operation = source.list({ filter: undefined, top: 1, skip: undefined }).id;
  const fact = (of: string): FactPlace => ({ tenant, api, operation, fact: 'refusedCondition', of });
  const wholePage: FactPlace = { tenant, api, operation, fact: 'wholePage' };
  const orderFact: FactPlace = { tenant, api, operation, fact: 'orderBy' };
  const formOf = (name: string): number => Number(learned.recall(fact(name)) ?? 0);
  const pushed = pushedTo(api, filter, rows, answered);
  const matches = rowMatcher(filter, rows, answered);

  const { from } = opening;
  const isBareOffset = from.kind === 'skip' && from.skip >= bareOffsets;
  const newestFirst = time === null ? undefined : `${time.property} desc`;
  /** Offsets count rows in the list's own order. */
  let orderBy = from.kind !== 'skip' && learned.recall(orderFact) === 'taken' ? newestFirst : undefined;
  let chosen: readonly Chosen[] = pushed.conditions
    .map(({ name, forms }) => ({ name, forms, form: formOf(name) }))
    .filter(({ forms, form }) => form < forms.length);
  const guesses = new Set(pushed.conditions.flatMap(({ name, isGuess }) => (isGuess ? [name] : [])));
  if (isBareOffset || (time === null && chosen.length < pushed.conditions.length)) chosen = [];

  const isWhole = (some: readonly Chosen[]): boolean =>
    pushed.whole &&
    some.length === pushed.conditions.length &&
    some.every(({ forms, form }) => forms[form]?.isLoose !== true);
  const repeated = from.kind === 'time' ? from.given.length : Math.min(1, anchorsOf(from).length);
  const wanted = opening.top + repeated + (source.shortIsLast ? 0 : 1);
  const topOf = (some: readonly Chosen[]): number =>
    isWhole(some) && opening.thinned !== true && !(from.kind === 'time' && formOf(timeCondition) > 0)
      ? Math.min(Math.max(wanted, source.leastTop ?? 1), source.maxTop)
      : source.maxTop;

  const conditionsOf = (some: readonly Chosen[], place: PagePlace): Condition[] => [
    ...some.flatMap(({ forms, form }) => forms[form] ?? []),
    ...(place.notAfter === null || time === null
      ? []
      : [compareTime(time.property, place.before ? 'lt' : 'le', place.notAfter)]),
  ];
  const pageOf = (some: readonly Chosen[], place: PagePlace): PageOptions => ({
    filter: allOf(conditionsOf(some, place)),
    top: topOf(some),
    skip: place.skip === 0 ? undefined : place.skip,
    ...(orderBy === undefined ? {} : { orderBy }),
  });
  const fits = (some: readonly Chosen[], place: PagePlace): boolean =>
    urlOf('', source.list(pageOf(some, place))).length <= maxUrlBytes;

  /** Of several rows with one id the newest counts. */
  const read = (answer: AskedPage<W>): AskedPage<T> => {
    const { newer, toDomain, rowsOf = ({ items }) => items.map(toDomain), idOf } = source;
    if (newer === undefined) return { ...answer, items: rowsOf(answer) };
    const items = newestOfEach(
      answer.items.map((wire) => ({ wire, row: toDomain(wire) })),
      ({ row }) => idOf(row),
      (one, other) => newer(one.wire, other.wire),
    );
    return { ...answer, items: items.map(({ row }) => row) };
  };

  const askWith = async (some: readonly Chosen[], place: PagePlace): Promise<AskedPage<T>> => {
    const page = pageOf(some, place);
    const answer = await (source.ask?.(page) ?? send(tenant, source.list(page), scope));
    learned.wholeLists.see({ tenant, operation }, answer.items.length);
    return read(answer);
  };

  const together = (some: readonly Chosen[]): FactPlace => fact(some.map(({ name }) => name).join(' with '));
  /** As many of them as were taken when as much was asked for before. */
  const takenTogether = (some: readonly Chosen[]): readonly Chosen[] => {
    const [, count, length] = /^(\d+) of (\d+)$/.exec(learned.recall(together(some)) ?? '') ?? [];
    return count === undefined || lengthOf(some) < Number(length) ? some : some.slice(0, Number(count));
  };

  /** The first page. What was refused is learned when something was not. */
  const askFirst = async (place: PagePlace): Promise<AskedPage<T>> => {
    let fitting = takenTogether(chosen);
    while (!fits(fitting, place)) fitting = withoutLongest(fitting);
    const taken = await askByTaken(fitting, (some) => askWith(some, place), { isAllOrNone: time === null });
    chosen = taken.chosen;
    for (const { name, form } of taken.refused) learned.note(fact(name), String(form));
    if (taken.tooMany !== undefined)
      learned.note(together(taken.tooMany), `${taken.chosen.length} of ${lengthOf(taken.tooMany)}`);
    return taken.page;
  };

  /** As it is asked for in the end, when refused conditions are left out. */
  const wholeList = (): ListPlace => {
    const first = source.list({ ...pageOf(chosen, { notAfter: null, before: false, skip: 0 }), top: 1 });
    return { tenant, api, operation, of: `${identityKey(tenant, scope.callerToken)}\n${urlOf('', first)}` };
  };

  let isOpen = false;
  let isTimeTaken = false;
  /** A page of the list; `null` where the API refuses what is to go on from, which is learned. */
  const ask = async (place: PagePlace): Promise<AskedPage<T> | null> => {
    const isTimed = place.notAfter !== null;
    if (isTimed && formOf(timeCondition) > 0) return null;
    try {
      const page = await (isOpen ? askWith(chosen, place) : askFirst(place));
      isOpen = true;
      isTimeTaken ||= isTimed;
      return page;
    } catch (error) {
      if (!isRefused(error) || !isTimed || isTimeTaken) throw error;
      learned.note(fact(timeCondition), '1');
      return null;
    }
  };

  const readFromThere = () => {
    const skip = isBareOffset && from.kind === 'skip' ? from.skip - bareOffsets : null;
    return readCollection<T>(
      {
        ask,
        follow: async (link) => {
          const listed = source.list(pageOf(chosen, { notAfter: null, before: false, skip: 0 }));
          const answer = await followed(source.follow?.(link) ?? send.follow(tenant, listed, link, scope));
          return answer === null ? null : read(answer);
        },
        idOf: source.idOf,
        timeOf: time?.of ?? null,
        top: () => topOf(chosen),
        shortIsLast: source.shortIsLast && ((rows) => rows <= Number(learned.recall(wholePage) ?? 0)),
        onProof: (rows) => {
          const proven = Number(learned.recall(wholePage) ?? 0);
          if (source.shortIsLast && (rows < 0 || (proven >= 0 && rows > proven))) learned.note(wholePage, String(rows));
        },
        ...(source.shortIsLast
          ? {}
          : {
              whole: {
                is: (page) => learned.wholeLists.isWhole(wholeList(), page),
                prove: (page) => learned.wholeLists.prove(wholeList(), page),
              },
            }),
      },
      skip === null || from.kind !== 'skip' ? from : { ...from, skip },
    );
  };

  let opened = await readFromThere();
  const guessed = chosen.some(({ name }) => guesses.has(name));
  if (guessed && from.kind === 'start' && opened.page.items.length === 0 && opened.page.next === null) {
    chosen = time === null ? [] : chosen.filter(({ name }) => !guesses.has(name));
    opened = await readFromThere();
  }

  if (newestFirst !== undefined && from.kind !== 'skip' && !isNewestFirst(opened) && !learned.recall(orderFact)) {
    orderBy = newestFirst;
    const asked = await unlessRefused(readFromThere());
    const isTaken = asked !== null && isNewestFirst(asked);
    learned.note(orderFact, isTaken ? 'taken' : 'refused');
    if (isTaken) opened = asked;
    else orderBy = undefined;
  }

  const isBare = time === null && pushed.conditions.length > 0 && chosen.length === 0;
  const page = isBare ? shifted(opened.page, bareOffsets) : opened.page;
  const rowsOpened = {
    api,
    order: opened.order,
    page,
    scans: !isWhole(chosen),
    ...(matches === undefined ? {} : { matches }),
  };
  // Said when it is known, which may be pages later.
  return withRemarks(rowsOpened, () => [opened.remark()]);
};

/** A link that is refused has grown old, or never was good: its page is asked for by place. */
const followed = async <P>(page: Promise<P>): Promise<P | null> => {
  try {
    return await page;
  } catch (error) {
    if (error instanceof NotFoundError || isUpstreamStatus(error, staleLink)) return null;
    throw error;
  }
};

/** What is asked for; `null` where Microsoft does not take the question. */
const unlessRefused = <R>(asked: Promise<R>): Promise<R | null> =>
  asked.catch((error: unknown) => {
    if (isRefused(error)) return null;
    throw error;
  });

/** Characters of the conditions. */
const lengthOf = (some: readonly Chosen[]): number =>
  some.reduce((length, { forms, form }) => length + (forms[form]?.text.length ?? 0), 0);

const withoutLongest = (some: readonly Chosen[]): readonly Chosen[] => {
  const length = ({ forms, form }: Chosen): number => forms[form]?.text.length ?? 0;
  const longest = Math.max(...some.map(length));
  return some.filter((one) => length(one) < longest);
};

const shifted = <T>({ items, offsets, next }: OpenedRows<T>['page'], by: number): OpenedRows<T>['page'] => ({
  items,
  offsets: offsets.map((offset) => offset + by),
  next: next === null ? null : async () => shifted(await next(), by),
});
