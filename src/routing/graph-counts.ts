import type { Tenant } from '../config/tenants.ts';
import { conditionsOf } from '../domain/filters.ts';
import { asGatewayError, NotFoundError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Counted, CountOptions } from '../upstream/graph/counts.ts';
import { allOf, type Condition, compareText, compareTime } from '../upstream/http/odata.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { urlOf } from '../upstream/http/url.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { type FilterRows, pushedTo, rowMatcher } from './filters/rows.ts';
import { createGraphReads } from './graph-batch.ts';
import type { FactPlace } from './learned.ts';
import { type Chosen, isUpstreamStatus, nextForm } from './taken-conditions.ts';

/**
 * How many rows of a tenant's list meet each of some filters, as Microsoft counts them. `null`: it is not known so, and the rows
 * have to be read. Errors are the tenant's own.
 */
export type CountRows<F> = (
  tenant: Tenant,
  filters: readonly F[],
  scope: CallScope,
) => Promise<readonly number[] | null>;

/** A list of Graph's, how its filters are pushed, and how its rows are read. */
export interface CountedList<F, W, T> {
  readonly count: (options: CountOptions) => Operation<Counted<W>>;
  readonly toDomain: (tenant: Tenant, wire: W) => T;
  readonly rows: FilterRows<F, T>;
  /** For each condition that may be counted by, one on the same property that no row meets. */
  readonly never: Readonly<Partial<Record<keyof F, Condition>>>;
}

/** Before there was a service: no row is as old. */
export const tooOld = (property: string): Condition => compareTime(property, 'lt', '2000-01-01T00:00:00Z');

/** Two words at once: no row has both. */
export const bothOf = (property: string, one: string, other: string): Condition => ({
  text: `${compareText(property, 'eq', one).text} and ${compareText(property, 'eq', other).text}`,
});

/** IIS takes 2,048 bytes of query unless it is told otherwise. */
const maxUrlBytes = 1900;

/** How a service refuses the question; the list itself may be well. */
const refusals: readonly number[] = [400, 404, 405, 501];

const isRefused = (error: unknown): boolean => error instanceof NotFoundError || isUpstreamStatus(error, refusals);

/** It broke on the question, or answered with something else: nothing is learned of that. */
const isBroken = (error: unknown): boolean => error instanceof UpstreamError && error.code === 'UPSTREAM_UNAVAILABLE';

/**
 * Counts rows of Graph's lists by `$count=true`, which their pages document. A number is given only where every condition of the
 * filter is pushed in a form that has not been refused, and where it is proven that the service counts the rows that meet the filter,
 * and all of them. That it heeds a condition is proven by one on the same property that no row meets, which counts none, and by the
 * row that comes with each number; that it does not count those of the page alone by a count that is larger than the page, or by a page that has
 * room left and no link. A service that was seen to do otherwise is not asked again for some minutes.
 *
 * Calls: two more for each form that is refused, once in ten minutes; else 1 for each 20 filters (`$batch`, whose parts count one each against Graph's quota), fewer by the conditions whose proof is
 * not known; one more for filters that one row alone meets, until then.
 */
export const createGraphCounts = (
  parts: Pick<RoutingDependencies, 'send' | 'clock' | 'quotas' | 'stopping' | 'learned'>,
) => {
  const { learned, ...batches } = parts;
  const readEach = createGraphReads(batches);

  /** The filter as Graph takes it, whole; `null`: some condition is left to the gateway. */
  const pushedWhole = <F extends object, T>(
    filter: F,
    rows: FilterRows<F, T>,
    refused: (condition: string) => FactPlace,
  ): readonly Chosen[] | null => {
    const { conditions, whole } = pushedTo('graph', filter, rows);
    const taken = conditions.flatMap(({ name, forms, isGuess }) => {
      const form = Number(learned.recall(refused(name)) ?? 0);
      const condition = forms[form];
      return condition === undefined || condition.isLoose === true || isGuess ? [] : [{ name, forms, form }];
    });
    return whole && taken.length === conditions.length ? taken : null;
  };

  /** `again`: a condition was refused in its form, which is learned; `learnedNow` has what was. */
  const countBy = async <F extends object, W, T>(
    { count, toDomain, rows, never }: CountedList<F, W, T>,
    learnedNow: FactPlace[],
    ...[tenant, filters, scope]: Parameters<CountRows<F>>
  ): Promise<readonly number[] | null | 'again'> => {
    const operationOf = (text: string, top: number) => count({ filter: text === '' ? undefined : text, top });
    const place: FactPlace = { tenant, api: 'graph', operation: operationOf('', 1).id, fact: 'count' };
    const isProven = (): boolean => learned.recall(place) === 'whole';
    const none = (): null => {
      learned.note(place, 'none');
      return null;
    };
    if (learned.recall(place) === 'none') return null;

    /** By the text that is pushed, each once: what a row has to meet. */
    const asked = new Map<string, ((row: T) => boolean) | undefined>();
    const texts: string[] = [];
    const chosenBy = new Map<string, readonly Chosen[]>();
    const refused = (of: string): FactPlace => ({ ...place, fact: 'refusedCondition', of });
    for (const filter of filters) {
      const pushed = pushedWhole(filter, rows, refused);
      if (pushed === null) return null;
      const text = allOf(pushed.flatMap(({ forms, form }) => forms[form] ?? [])) ?? '';
      chosenBy.set(text, pushed);
      if (urlOf('', operationOf(text, 1)).length > maxUrlBytes) return null;
      texts.push(text);
      asked.set(text, rowMatcher(filter, rows));
    }
    const heeded = ({ text }: Condition): FactPlace => ({ ...place, fact: 'heededCondition', of: text });
    const names = new Set(filters.flatMap((filter) => conditionsOf(filter)));
    const probes = [...names].flatMap((name) => never[name] ?? []);
    if (probes.length < names.size) return null;
    const unproven = probes.filter((probe) => learned.recall(heeded(probe)) === undefined);
    for (const { text } of unproven) asked.set(text, () => false);

    const readAll = (some: readonly string[], top: number) => {
      const [only = ''] = some;
      return readEach(tenant, some, (text) => operationOf(text, top), scope).catch((error: unknown) => {
        if (some.length === 1 && isRefused(error)) return new Map([[only, asGatewayError(error)]]);
        throw error;
      });
    };

    /**
     * Of filters that were refused, each condition that has another form is asked alone: which of them is refused is learned.
     * `null`: none is, so that it is their number; `false`: none has another form.
     */
    const areOfForm = async (texts: readonly string[]): Promise<boolean | null> => {
      const open = new Map(
        texts
          .flatMap((text) => chosenBy.get(text) ?? [])
          .flatMap((chosen) => {
            const [text, next] = [chosen.forms[chosen.form]?.text, nextForm(chosen)];
            return text === undefined || next === null ? [] : [[text, next] as const];
          }),
      );
      if (open.size === 0) return false;
      const alone = await readAll([...open.keys()], 1);
      const left = [...open].filter(([text]) => isRefused(alone.get(text)));
      for (const [, { name, form }] of left)
        if (learned.note(refused(name), String(form))) learnedNow.push(refused(name));
      return left.length > 0 ? true : null;
    };
    const refusedWhole = (): null => {
      for (const fact of learnedNow) learned.forget(fact);
      return none();
    };

    /** `null`: they are not counted. */
    const ask = async (some: readonly string[], top: number): Promise<Map<string, Counted<W>> | null | 'again'> => {
      const answers = new Map<string, Counted<W>>();
      try {
        const found = await readAll(some, top);
        const refusedTexts = some.filter((text) => isRefused(found.get(text)));
        if (refusedTexts.length > 0) {
          const isOfForm = await areOfForm(refusedTexts);
          return isOfForm === null ? null : isOfForm ? 'again' : refusedWhole();
        }
        for (const text of some) {
          const answer = found.get(text);
          if (answer instanceof Error) throw answer;
          if (answer === undefined) return null;
          answers.set(text, answer);
        }
      } catch (error) {
        if (isRefused(error)) return refusedWhole();
        if (isBroken(error)) return null;
        throw error;
      }
      return answers;
    };

    const answers = await ask([...asked.keys()], 1);
    if (answers === null || answers === 'again') return answers;
    for (const [text, { items, count: told }] of answers) {
      const meets = asked.get(text);
      const isOther = meets !== undefined && items.some((wire) => !meets(toDomain(tenant, wire)));
      if (isOther || (!texts.includes(text) && told !== 0)) return none();
    }
    for (const probe of unproven) learned.note(heeded(probe), 'yes');
    if ([...answers.values()].some((answer) => (answer.count ?? 0) > rowsIn(answer) && rowsIn(answer) > 0))
      learned.note(place, 'whole');
    const doubtful = [...answers].filter(([, answer]) => isDoubtful(answer)).map(([text]) => text);
    if (!isProven() && doubtful.length > 0) {
      const again = await ask(doubtful, 2);
      if (again === null || again === 'again') return again;
      for (const [text, answer] of again) {
        if (isDoubtful(answer) && (rowsIn(answer) > 1 || answer.nextLink !== null)) return none();
        answers.set(text, answer);
      }
    }
    const counts = texts.flatMap((text) => toldBy(answers.get(text)) ?? []);
    return counts.length === texts.length ? counts : none();
  };

  return async <F extends object, W, T>(
    list: CountedList<F, W, T>,
    ...asked: Parameters<CountRows<F>>
  ): Promise<readonly number[] | null> => {
    const learnedNow: FactPlace[] = [];
    for (;;) {
      const counted = await countBy(list, learnedNow, ...asked);
      if (counted !== 'again') return counted;
    }
  };
};

/** Rows that came. */
const rowsIn = ({ items, unread = 0 }: Counted<unknown>): number => items.length + unread;

/** Whether it may be the page that was counted. */
const isDoubtful = (answer: Counted<unknown>): boolean => rowsIn(answer) > 0 && answer.count === rowsIn(answer);

/** The number that was told; `null`: none, or what came with it speaks against it. */
const toldBy = (answer: Counted<unknown> | undefined): number | null => {
  if (answer === undefined || answer.count === null) return null;
  const more = answer.count - rowsIn(answer);
  const fits = answer.nextLink === null ? more === 0 || rowsIn(answer) > 0 : more > 0;
  return more >= 0 && fits ? answer.count : null;
};
