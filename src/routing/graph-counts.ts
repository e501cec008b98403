import type { Tenant } from '../config/tenants.ts';
import { NotFoundError, UpstreamError } from '../errors.ts';
import type { Fact } from '../microsoft/operation.ts';
import type { CallScope } from '../scope.ts';
import { type Counted, countRows } from '../upstream/graph/counts.ts';
import { allOf, type Condition } from '../upstream/http/odata.ts';
import { urlOf } from '../upstream/http/url.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { type FilterRows, pushedTo } from './filters/rows.ts';
import { createGraphReads } from './graph-batch.ts';
import type { FactPlace } from './learned.ts';
import { isUpstreamStatus } from './taken-conditions.ts';

/**
 * How many rows of a tenant's list meet each of some filters, as Microsoft counts them. `null`: it is not known so, and the rows
 * have to be read. Errors are the tenant's own.
 */
export type CountRows<F> = (
  tenant: Tenant,
  filters: readonly F[],
  scope: CallScope,
) => Promise<readonly number[] | null>;

/** A list of Graph's, and how its filters are pushed. */
export interface CountedList<F, T> {
  readonly fact: Fact<string>;
  /** A condition that no row meets. */
  readonly never: Condition;
  readonly rows: FilterRows<F, T>;
}

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
 * and all of them. That it heeds the filter is proven by a condition that no row meets, which counts none; that it does not count
 * those of the page alone by a count that is larger than the page, or by a page that has room left and no link. A service that was
 * seen to do otherwise is not asked again for some minutes.
 *
 * Calls: 1 for each 20 filters (`$batch`, whose parts count one each against Graph's quota), 19 until the above is proven; one more
 * for filters that one row alone meets, until then.
 */
export const createGraphCounts = (
  parts: Pick<RoutingDependencies, 'send' | 'clock' | 'throttle' | 'stopping' | 'learned'>,
) => {
  const { learned } = parts;
  const readEach = createGraphReads(parts);

  /** The filter as Graph takes it, whole; `null`: some condition is left to the gateway. */
  const pushedWhole = <F extends object, T>(
    filter: F,
    rows: FilterRows<F, T>,
    refused: (condition: string) => FactPlace,
  ): readonly Condition[] | null => {
    const { conditions, whole } = pushedTo('graph', filter, rows);
    const taken = conditions.flatMap(({ name, forms, isGuess }) => {
      const form = forms[Number(learned.recall(refused(name)) ?? 0)];
      return form === undefined || isGuess ? [] : [form];
    });
    return whole && taken.length === conditions.length ? taken : null;
  };

  return async <F extends object, T>(
    { fact, never, rows }: CountedList<F, T>,
    ...[tenant, filters, scope]: Parameters<CountRows<F>>
  ): Promise<readonly number[] | null> => {
    const place = { tenant, api: 'graph', operation: fact.id } as const;
    const isProven = (): boolean => learned.recall({ ...place, fact: 'count' }) === 'whole';
    if (learned.recall({ ...place, fact: 'count' }) === 'none') return null;
    const texts: (string | undefined)[] = [];
    for (const filter of filters) {
      const pushed = pushedWhole(filter, rows, (of) => ({ ...place, fact: 'refusedCondition', of }));
      if (pushed === null) return null;
      texts.push(allOf(pushed));
    }
    if (texts.some((filter) => urlOf('', countRows(fact, { filter, top: 1 })).length > maxUrlBytes)) return null;

    const none = (): null => {
      learned.note({ ...place, fact: 'count' }, 'none');
      return null;
    };
    /** Each distinct filter once. `null`: they are not counted. */
    const ask = async (some: readonly (string | undefined)[], top: number): Promise<Map<string, Counted> | null> => {
      const asked = [...new Set(some.map((filter) => filter ?? ''))];
      const read = (filter: string) => countRows(fact, { filter: filter === '' ? undefined : filter, top });
      const answers = new Map<string, Counted>();
      try {
        const found = await readEach(tenant, asked, read, scope);
        for (const filter of asked) {
          const answer = found.get(filter);
          if (answer instanceof Error) throw answer;
          if (answer === undefined) return null;
          answers.set(filter, answer);
        }
      } catch (error) {
        if (isRefused(error)) return none();
        if (isBroken(error)) return null;
        throw error;
      }
      return answers;
    };

    const answers = await ask(isProven() ? texts : [never.text, ...texts], 1);
    if (answers === null) return null;
    const probe = answers.get(never.text);
    if (probe !== undefined && (probe.count !== 0 || probe.rows > 0)) return none();
    if ([...answers.values()].some(({ count, rows: came }) => count !== null && count > came))
      learned.note({ ...place, fact: 'count' }, 'whole');
    const isDoubtful = ({ count, rows: came }: Counted): boolean => count === came && came > 0;
    const doubtful = [...answers].filter(([, answer]) => isDoubtful(answer)).map(([filter]) => filter);
    if (!isProven() && doubtful.length > 0) {
      const again = await ask(doubtful, 2);
      if (again === null) return null;
      for (const [filter, answer] of again) {
        if (isDoubtful(answer) && (answer.rows > 1 || answer.hasLink)) return none();
        answers.set(filter, answer);
      }
    }
    const counts = texts.map((filter) => answers.get(filter ?? ''));
    return counts.every(isTold) ? counts.map(({ count }) => count) : none();
  };
};

/** Whether a count is one, and what came with it does not speak against it. */
const isTold = (answer: Counted | undefined): answer is Counted & { count: number } => {
  if (answer === undefined || answer.count === null || answer.count < answer.rows) return false;
  const isMore = answer.count > answer.rows;
  return answer.hasLink ? isMore : !(isMore && answer.rows === 0);
};
