import { tooExpensive } from './too-expensive.ts';

/** What an operation may make the gateway do, before anything is done. */
export interface Price {
  /** Points: objects, calls that cannot be gathered, rows. */
  readonly cost: number;
  /** Calls to Microsoft that nothing gathers; those that are gathered come to a few more. */
  readonly calls: number;
  /** Objects of the schema itself. */
  readonly schema: number;
}

/** Costs nothing. */
export const free: Price = { cost: 0, calls: 0, schema: 0 };

/** One object of the schema. */
export const introspected: Price = { ...free, schema: 1 };

/** The price with these parts; what is left out costs nothing. */
export const priceOf = (parts: Partial<Price>): Price => ({ ...free, ...parts });

/** Both. */
export const plus = (a: Price, b: Price): Price => ({
  cost: a.cost + b.cost,
  calls: a.calls + b.calls,
  schema: a.schema + b.schema,
});

/** So many. */
export const times = (price: Price, count: number): Price => ({
  cost: price.cost * count,
  calls: price.calls * count,
  schema: price.schema * count,
});

/** One of them, whichever it is. */
export const atMost = (a: Price, b: Price): Price => ({
  cost: Math.max(a.cost, b.cost),
  calls: Math.max(a.calls, b.calls),
  schema: Math.max(a.schema, b.schema),
});

/** How much an operation may cost. */
export type MostOf = Pick<Price, 'cost' | 'schema'>;

/** Throws `QUERY_TOO_EXPENSIVE` when an operation, and what stands besides in its request, costs more than `most`. */
export const checkPrice = (price: Price, besides: Price, most: MostOf): void => {
  const all = plus(price, besides);
  if (all.schema > most.schema && price.schema > 0) {
    const advice = 'read the schema once a request, as GraphiQL does';
    throw tooExpensive('a number of objects of the schema of', Math.ceil(all.schema), Math.floor(most.schema), advice);
  }
  if (all.cost <= most.cost) return;
  const what = besides.cost === 0 ? 'a cost of' : `with the others of its request (${besides.cost}) a cost of`;
  throw tooExpensive(what, all.cost, most.cost, 'ask for fewer items (first) or fewer levels of lists');
};
