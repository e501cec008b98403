import { type DocumentNode, type GraphQLSchema, type ParseOptions, type ValidationRule, validate } from 'graphql';
import { type OperationToCheck, operationPrice } from './limits/cost.ts';
import type { FieldCosts } from './limits/field-costs.ts';
import { introspectionRules } from './limits/introspection.ts';
import { mostOfSchema, schemaSizes } from './limits/introspection-price.ts';
import { createKnownPrices } from './limits/known-prices.ts';
import { checkPrice, free, type Price } from './limits/price.ts';
import { shapeRule } from './limits/shape.ts';

export type { OperationToCheck } from './limits/cost.ts';
export type { FieldCost, FieldCosts } from './limits/field-costs.ts';
export { free, type Price, plus } from './limits/price.ts';
export {
  createRequestRates,
  type RatedCaller,
  type RateLimits,
  type RequestRates,
} from './limits/request-rates.ts';
export { isTokenLimitError } from './limits/tokens.ts';

/** How large one operation may be. Introspection is exempt from `depth` and `cost`, as GraphiQL's own query is deep: it has a limit of its own. */
export interface QueryLimits {
  /** Levels of fields, the root's fields being the first. */
  readonly depth: number;
  /** Objects that the operation may make the gateway resolve, by `FieldCosts`; with lists at their asked-for size. */
  readonly cost: number;
  /** Aliased fields in the document. */
  readonly aliases: number;
  /** Directives in the document; 60 when not said. */
  readonly directives?: number;
  /** Lexical tokens in the document, counted before it is parsed in full; GraphiQL's introspection has some 400. */
  readonly tokens: number;
}

/** Directives that suffice for any query written by hand or by a client library. */
const usualDirectives = 60;

/** The limits in the three forms in which a GraphQL server takes them. */
export interface OperationLimits {
  /** For the parser: stops at the first token too many. */
  readonly parseOptions: ParseOptions;
  /** For validation: what the document alone decides. */
  readonly validationRules: readonly ValidationRule[];
  /** What the operation costs with these variables. Throws the `GraphQLError` of the first variable that does not fit its type. */
  priceOf(operation: OperationToCheck): Price;
  /** Throws `QUERY_TOO_EXPENSIVE` when that is too much, beside what other operations of the same request cost. */
  checkPrice(price: Price, besides: Price): void;
  /** Whether a valid document asks for the schema. */
  readsSchema(document: DocumentNode): boolean;
}

/** A schema, and how large operations on it may be. */
export interface OperationLimitsOptions {
  readonly schema: GraphQLSchema;
  readonly limits: QueryLimits;
  /** Fields that cost other than the default. */
  readonly costs?: FieldCosts;
  /** Whether callers may ask for the schema. */
  readonly introspection: boolean;
}

/** Limits for one schema, for any transport: HTTP, WebSocket and SSE share them. */
export const createOperationLimits = (options: OperationLimitsOptions): OperationLimits => {
  const { schema, limits, introspection } = options;
  const costs = { ...schemaSizes(schema), ...options.costs };
  const known = createKnownPrices();
  const most = { cost: limits.cost, schema: mostOfSchema(schema, costs) };
  return {
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [shapeRule({ directives: usualDirectives, ...limits }), ...introspectionRules(introspection)],
    priceOf: (operation) => operationPrice({ schema, costs, known, ...operation }) ?? free,
    checkPrice: (price, besides) => checkPrice(price, besides, most),
    readsSchema: (document) => validate(schema, document, introspectionRules(false), { maxErrors: 1 }).length > 0,
  };
};
