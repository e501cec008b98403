import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import { NotFoundError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { allOf, type Condition, compareTime } from '../upstream/http/odata.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import { urlOf } from '../upstream/http/url.ts';
import { type AskedPage, type PagePlace, readCollection } from './collection-reader.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { type FilterRows, pushedTo, rowMatcher } from './filters/rows.ts';
import type { FactPlace } from './learned.ts';
import type { ListOpening, OpenedRows } from './opened-list.ts';

/** One page, as an operation takes it. */
export interface PageOptions {
  readonly filter: string | undefined;
  readonly top: number;
  readonly skip: number | undefined;
}

/** How one API lists one kind of thing. */
export interface ListSource<W, T> {
  readonly api: ApiName;
  readonly list: (page: PageOptions) => Operation<Page<W>>;
  readonly toDomain: (wire: W) => T;
  readonly idOf: (row: T) => string;
  /** The property that its list is ordered by, newest first, and where it is in the domain; null: some order of its own. */
  readonly time: { readonly property: string; readonly of: (row: T) => string | null } | null;
  /** The largest page; also the one when the gateway has to look for some itself. */
  readonly maxTop: number;
  /** The smallest page: where no page of the documentation prints an order, it takes some rows to see it. */
  readonly leastTop?: number;
  /**
   * Whether a short page without a link is the last one: not before a link was seen, or another question proved it for a
   * page as long, for a service may give fewer rows than `$top` and no link.
   */
  readonly shortIsLast: boolean;
  /** How a page is had, where that takes more than its operation. */
  readonly ask?: (page: PageOptions) => Promise<AskedPage<W>>;
  /** How a link is followed, where that may fail in a way that another question does not; `null`: ask by place. */
  readonly follow?: (link: string) => Promise<AskedPage<W> | null>;
}

/** What a source is opened for. */
export interface SourceAsked<F, T> {
  readonly tenant: Tenant;
  readonly scope: CallScope;
  readonly filter: F;
  readonly rows: FilterRows<F, T>;
  readonly opening: ListOpening;
  /** Conditions that the source meets by itself. */
  readonly answered?: readonly (keyof F)[];
}

/** IIS takes 2,048 bytes of query unless it is told otherwise; some are left for a time to go on from. */
const maxUrlBytes = 1900;

/** Places of a list without an order count other rows when nothing is pushed: their offsets begin here. */
const bareOffsets = 2 ** 40;

const isUpstreamStatus = (error: unknown, statuses: readonly number[]): boolean =>
  error instanceof UpstreamError && statuses.includes(error.details.upstreamStatus ?? 0);

/** 501 is OData's own word for a query option that a service does not have (OData 4.01 Protocol, 9.3.1). */
const isRefused = (error: unknown): boolean => isUpstreamStatus(error, [400, 501]);

/**
 * A service may break on a condition instead of refusing it; that it is the condition, only an answer without it proves. One
 * that asks for time is busy.
 */
const isBroken = (error: unknown): boolean =>
  isUpstreamStatus(error, [500, 502, 503, 504]) &&
  error instanceof UpstreamError &&
  error.details.retryAfterSeconds === undefined;

/** How services answer a `$skiptoken` that they no longer know. */
const staleLink: readonly number[] = [400, 404, 410];

interface Chosen {
  readonly name: string;
  readonly forms: readonly Condition[];
  readonly form: number;
}

/** The name of the boundary among what was learned about conditions. */
const timeCondition = '(time)';

/**
 * Opens a list of one API in one tenant. Conditions that it takes are pushed; one that it answers with 400 or 501, or with
 * 5xx while it answers the rest, is found, left to the gateway's own check, and not sent again for some minutes.
 *
 * Calls: one a page of rows; one more at the end of a list of Graph without links, once in ten minutes for pages as long;
 * for a condition that is refused, once in ten minutes, at most two for each pushed condition.
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
  const formOf = (name: string): number => Number(learned.recall(fact(name)) ?? 0);
  const pushed = pushedTo(api, filter, rows, answered);
  const matches = rowMatcher(filter, rows, answered);

  const { from } = opening;
  const isBareOffset = from.kind === 'skip' && from.skip >= bareOffsets;
  let chosen: readonly Chosen[] = pushed.conditions
    .map(({ name, forms }) => ({ name, forms, form: formOf(name) }))
    .filter(({ forms, form }) => form < forms.length);
  const guesses = new Set(pushed.conditions.flatMap(({ name, isGuess }) => (isGuess ? [name] : [])));
  if (isBareOffset || (time === null && chosen.length < pushed.conditions.length)) chosen = [];

  const isWhole = (): boolean => pushed.whole && chosen.length === pushed.conditions.length;
  const wanted = opening.top + (from.kind === 'time' ? from.given.length : 0) + (source.shortIsLast ? 0 : 1);
  const top = (): number =>
    isWhole() && opening.thinned !== true && !(from.kind === 'time' && formOf(timeCondition) > 0)
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
    top: top(),
    skip: place.skip === 0 ? undefined : place.skip,
  });
  const fits = (some: readonly Chosen[], place: PagePlace): boolean =>
    urlOf('', source.list(pageOf(some, place))).length <= maxUrlBytes;

  const askWith = async (some: readonly Chosen[], place: PagePlace): Promise<AskedPage<T>> => {
    const page = pageOf(some, place);
    const answer = await (source.ask?.(page) ?? send(tenant, source.list(page), scope));
    return { ...answer, items: answer.items.map(source.toDomain) };
  };

  /** The first page, by as many of the conditions as are taken. What was refused is learned when something was not. */
  const askFirst = async (place: PagePlace): Promise<AskedPage<T>> => {
    while (!fits(chosen, place)) chosen = withoutLongest(chosen);
    const all = chosen;
    let answer: { readonly some: readonly Chosen[]; readonly page: AskedPage<T> } | undefined;
    const refused: Chosen[] = [];
    let refusal: unknown;
    const askedWith = async (some: readonly Chosen[]): Promise<void> => {
      chosen = some;
      answer = { some, page: await askWith(some, place) };
    };
    /** Each alone, once an answer without any proved that the service is well; none where it is only their number. */
    const takenWithoutFault = async (fault: unknown): Promise<readonly Chosen[]> => {
      await askedWith([]).catch(() => {
        throw fault;
      });
      const kept: Chosen[] = [];
      for (const one of all.length === 1 ? [] : all) {
        try {
          await askedWith([one]);
          kept.push(one);
        } catch (error) {
          if (!isRefused(error) && !isBroken(error)) throw error;
        }
      }
      if (kept.length === all.length) return [];
      refused.push(...all.filter((one) => !kept.includes(one)).map((one) => ({ ...one, form: one.forms.length })));
      return kept;
    };
    const taken = async (some: readonly Chosen[]): Promise<readonly Chosen[]> => {
      try {
        await askedWith(some);
        return some;
      } catch (error) {
        if (isBroken(error) && some === all && all.length > 0) return takenWithoutFault(error);
        if (!isRefused(error)) throw error;
        refusal ??= error;
      }
      const [only] = some;
      if (only === undefined) throw refusal;
      if (some.length > 1) {
        const middle = Math.ceil(some.length / 2);
        const halves = [await taken(some.slice(0, middle)), await taken(some.slice(middle))];
        return halves.flat();
      }
      const other = { ...only, form: only.form + 1 };
      if (other.form < only.forms.length) {
        const found = await taken([other]);
        refused.push(...found);
        return found;
      }
      refused.push({ ...only, form: only.forms.length });
      return [];
    };

    let some = await taken(all);
    if (time === null && some.length < all.length) some = [];
    while (answer === undefined || answer.some !== some) {
      if (answer !== undefined && sameChoice(answer.some, some)) break;
      chosen = some;
      try {
        answer = { some, page: await askWith(some, place) };
      } catch (error) {
        // Each is taken alone, together they are too much.
        if (!isRefused(error) || some.length === 0) throw some.length === 0 ? (refusal ?? error) : error;
        some = some.slice(0, -1);
        answer = undefined;
      }
    }
    chosen = some;
    for (const { name, form } of refused) learned.note(fact(name), String(form));
    return answer.page;
  };

  let isOpen = false;
  let isTimeTaken = false;
  /** A page of the list; `null` where the API refuses what is to go on from, which is learned. */
  const ask = async (place: PagePlace): Promise<AskedPage<T> | null> => {
    const isTimed = place.notAfter !== null;
    if (isTimed && formOf(timeCondition) > 0) return null;
    const before = chosen;
    try {
      const page = await (isOpen ? askWith(chosen, place) : askFirst(place));
      isOpen = true;
      isTimeTaken ||= isTimed;
      return page;
    } catch (error) {
      if (!isRefused(error) || !isTimed || isTimeTaken) throw error;
      chosen = before;
      learned.note(fact(timeCondition), '1');
      return null;
    }
  };

  const read = () => {
    const skip = isBareOffset && from.kind === 'skip' ? from.skip - bareOffsets : null;
    return readCollection<T>(
      {
        ask,
        follow: async (link) => {
          const listed = source.list(pageOf(chosen, { notAfter: null, before: false, skip: 0 }));
          const answer = await followed(source.follow?.(link) ?? send.follow(tenant, listed, link, scope));
          return answer === null ? null : { ...answer, items: answer.items.map(source.toDomain) };
        },
        idOf: source.idOf,
        timeOf: time?.of ?? null,
        top,
        shortIsLast: source.shortIsLast && ((rows) => rows <= Number(learned.recall(wholePage) ?? 0)),
        onProof: (rows) => {
          const proven = Number(learned.recall(wholePage) ?? 0);
          if (source.shortIsLast && (rows < 0 || (proven >= 0 && rows > proven))) learned.note(wholePage, String(rows));
        },
      },
      skip === null || from.kind !== 'skip' ? from : { ...from, skip },
    );
  };

  let opened = await read();
  const guessed = chosen.some(({ name }) => guesses.has(name));
  if (guessed && from.kind === 'start' && opened.page.items.length === 0 && opened.page.next === null) {
    chosen = time === null ? [] : chosen.filter(({ name }) => !guesses.has(name));
    opened = await read();
  }

  const isBare = time === null && pushed.conditions.length > 0 && chosen.length === 0;
  const page = isBare ? shifted(opened.page, bareOffsets) : opened.page;
  const rowsOpened = {
    api,
    order: opened.order,
    page,
    scans: !isWhole(),
    ...(matches === undefined ? {} : { matches }),
  };
  // Said when it is known, which may be pages later.
  return Object.defineProperty(rowsOpened, 'remark', { enumerable: true, get: opened.remark });
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

const withoutLongest = (some: readonly Chosen[]): readonly Chosen[] => {
  const length = ({ forms, form }: Chosen): number => forms[form]?.text.length ?? 0;
  const longest = Math.max(...some.map(length));
  return some.filter((one) => length(one) < longest);
};

const sameChoice = (a: readonly Chosen[], b: readonly Chosen[]): boolean =>
  a.length === b.length && a.every(({ name, form }, index) => b[index]?.name === name && b[index].form === form);

const shifted = <T>({ items, offsets, next }: OpenedRows<T>['page'], by: number): OpenedRows<T>['page'] => ({
  items,
  offsets: offsets.map((offset) => offset + by),
  next: next === null ? null : async () => shifted(await next(), by),
});
