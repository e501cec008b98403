import { type GraphQLError, locatedError } from 'graphql';
import { type Path, pathToArray } from 'graphql/jsutils/Path.js';
import type { FieldPlan, Plan, Variables } from './plan.ts';

/** One operation that is being answered. */
export interface Run {
  readonly plan: Plan;
  readonly variables: Variables;
  readonly context: unknown;
  readonly errors: Errors;
  /** Arguments of fields, which are the same for all objects of one request. */
  readonly argumentsOf: Map<FieldPlan, { readonly [argument: string]: unknown }>;
}

/** Errors of an answer; none is noted below a place that became null for an error already. */
export interface Errors {
  readonly list: readonly GraphQLError[];
  add(error: GraphQLError, path: Path | undefined): void;
}

/** Nothing is noted yet. */
export const createErrors = (): Errors => {
  const list: GraphQLError[] = [];
  const places = new Set<Path | undefined>();
  const isBelowNull = (from: Path | undefined): boolean => {
    for (let path = from; path !== undefined; path = path.prev) if (places.has(path)) return true;
    return places.has(undefined);
  };
  return {
    list,
    add: (error, path) => {
      if (isBelowNull(path)) return;
      places.add(path);
      list.push(error);
    },
  };
};

/** Whether it is to be waited for. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/**
 * A whole, once each of its parts that was waited for is there, and stands in it. One part alone, as objects mostly have, needs no
 * promise besides.
 */
export const whenSettled = <Whole>(
  waited: readonly unknown[],
  whole: Whole,
  place: (index: number, value: unknown) => void,
): Promise<Whole> => {
  const [only] = waited;
  if (waited.length === 1 && only instanceof Promise)
    return only.then((value: unknown) => {
      place(0, value);
      return whole;
    });
  return Promise.all(waited).then((values) => {
    for (const [index, value] of values.entries()) place(index, value);
    return whole;
  });
};

/** What a field is that failed: null, and its error noted; where null must not be, the error goes on to the object above. */
export const fieldError = (
  { errors }: Run,
  { nodes }: FieldPlan,
  path: Path,
  isNonNull: boolean,
  thrown: unknown,
): null => {
  const error = locatedError(thrown, nodes, pathToArray(path));
  if (isNonNull) throw error;
  errors.add(error, path);
  return null;
};
