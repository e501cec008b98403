import { UpstreamError } from '../errors.ts';
import type { Condition } from '../upstream/http/odata.ts';

/** Whether Microsoft answered with one of these. */
export const isUpstreamStatus = (error: unknown, statuses: readonly number[]): boolean =>
  error instanceof UpstreamError && statuses.includes(error.details.upstreamStatus ?? 0);

/** 501 is OData's own word for a query option that a service does not have (OData 4.01 Protocol, 9.3.1). */
export const isRefused = (error: unknown): boolean => isUpstreamStatus(error, [400, 501]);

/**
 * A service may break on a condition instead of refusing it; that it is the condition, only an answer without it proves. One
 * that asks for time is busy.
 */
const isBroken = (error: unknown): boolean =>
  isUpstreamStatus(error, [500, 502, 503, 504]) &&
  error instanceof UpstreamError &&
  error.details.retryAfterSeconds === undefined;

/** A condition that is pushed, and in which of its forms. */
export interface Chosen {
  readonly name: string;
  readonly forms: readonly Condition[];
  readonly form: number;
}

/** The condition in the form to be tried behind its own; `null`: there is none that differs. */
export const nextForm = (chosen: Chosen): Chosen | null => {
  const { forms, form } = chosen;
  const next = forms.findIndex(({ text }, place) => place > form && text !== forms[form]?.text);
  return next === -1 ? null : { ...chosen, form: next };
};

/** A page, the conditions by which it was had, and those that were not taken as they were asked. */
export interface Taken<P> {
  readonly page: P;
  readonly chosen: readonly Chosen[];
  /** With the form to begin with from now on; as many as there are: none. */
  readonly refused: readonly Chosen[];
  /** Those that are taken each alone, and not together; absent: none. */
  readonly tooMany?: readonly Chosen[];
}

/**
 * A page by as many of the conditions as are taken. Halves of them are tried until those are found that are refused, which are
 * asked in their next form. A service that breaks is asked without any, then by each alone.
 *
 * `isAllOrNone`: without all of them the page is asked with none. Throws the first refusal where it is not about the conditions.
 */
export const askByTaken = async <P>(
  all: readonly Chosen[],
  askWith: (some: readonly Chosen[]) => Promise<P>,
  { isAllOrNone }: { readonly isAllOrNone: boolean },
): Promise<Taken<P>> => {
  let answer: { readonly some: readonly Chosen[]; readonly page: P } | undefined;
  const refused: Chosen[] = [];
  let refusal: unknown;
  const askedWith = async (some: readonly Chosen[]): Promise<void> => {
    answer = { some, page: await askWith(some) };
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
    const other = nextForm(only);
    if (other !== null) {
      const found = await taken([other]);
      refused.push(...found);
      return found;
    }
    refused.push({ ...only, form: only.forms.length });
    return [];
  };

  let some = await taken(all);
  let tooMany: readonly Chosen[] | undefined;
  if (isAllOrNone && some.length < all.length) some = [];
  while (answer === undefined || answer.some !== some) {
    if (answer !== undefined && sameChoice(answer.some, some)) break;
    try {
      await askedWith(some);
    } catch (error) {
      // Each is taken alone, together they are too much.
      if (!isRefused(error) || some.length === 0) throw some.length === 0 ? (refusal ?? error) : error;
      tooMany ??= some;
      some = isAllOrNone ? [] : some.slice(0, -1);
      answer = undefined;
    }
  }
  return { page: answer.page, chosen: some, refused, ...(tooMany === undefined ? {} : { tooMany }) };
};

const sameChoice = (a: readonly Chosen[], b: readonly Chosen[]): boolean =>
  a.length === b.length && a.every(({ name, form }, index) => b[index]?.name === name && b[index].form === form);
