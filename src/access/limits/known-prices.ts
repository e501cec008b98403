import type { OperationDefinitionNode } from 'graphql';
import type { Price } from './price.ts';

/** Of one operation, prices for so many answers of its variables are kept. */
const mostPrices = 16;

/**
 * What a variable can do to a price: as a condition, a number of items, or a list with so many. Null: it is an object, in which any of
 * these may be.
 */
const weightOf = (value: unknown): string | null => {
  if (typeof value === 'string') return 'text';
  if (Array.isArray(value)) return `[${value.length}]`;
  return typeof value === 'object' && value !== null ? null : String(value);
};

/** All that the price of an operation depends on besides itself; null: it is to be computed. */
const questionOf = (
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  tenants: number,
): string | null => {
  let question = String(tenants);
  for (const { variable } of variableDefinitions) {
    const weight = weightOf(variables[variable.name.value]);
    if (weight === null) return null;
    question += ` ${weight}`;
  }
  return question;
};

/** The price of an operation with coerced variables, for a caller who sees so many tenants: computed, if it was not before. */
export type KnownPrices = (
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  tenants: number,
  compute: () => Price,
) => Price;

/** Prices go with their documents, and hold nothing of a request. */
export const createKnownPrices = (): KnownPrices => {
  const known = new WeakMap<OperationDefinitionNode, Map<string, Price>>();
  return (operation, variables, tenants, compute) => {
    const question = questionOf(operation, variables, tenants);
    if (question === null) return compute();
    const prices = known.get(operation) ?? new Map<string, Price>();
    const there = prices.get(question);
    if (there !== undefined) return there;
    const price = compute();
    if (prices.size < mostPrices) known.set(operation, prices.set(question, price));
    return price;
  };
};
