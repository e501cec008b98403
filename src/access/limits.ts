import { type DocumentNode, type GraphQLSchema, type ParseOptions, type ValidationRule, validate } from 'graphql';
import { checkCost, type OperationToCheck } from './limits/cost.ts';
import type { FieldCosts } from './limits/field-costs.ts';
import { introspectionRules } from './limits/introspection.ts';
import { shapeRule } from './limits/shape.ts';

export type { OperationToCheck } from './limits/cost.ts';
export type { FieldCost, FieldCosts } from './limits/field-costs.ts';
export {
  createRequestRates,
  type RatedCaller,
  type RateLimits,
  type RequestRates,
} from './limits/request-rates.ts';
export { isTokenLimitError } from './limits/tokens.ts';

/** How large one operation may be. Introspection is exempt from `depth` and `cost`, as GraphiQL's own query is deep. */
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
  /**
   * What the operation costs with these variables. Throws `QUERY_TOO_EXPENSIVE` when that is too much, beside what other
   * operations of the same request cost.
   */
  checkCost(operation: OperationToCheck, besides?: number): number;
  /** Whether a valid document asks for the schema. */
  readsSchema(document: DocumentNode): boolean;
}

export interface OperationLimitsOptions {
  readonly schema: GraphQLSchema;
  readonly limits: QueryLimits;
  /** Fields that cost other than the default. */
  readonly costs?: FieldCosts;
  /** Whether callers may ask for the schema. */
  readonly introspection: boolean;
}

/** Limits for one schema, for any transport: HTTP, WebSocket and SSE share them. */
export const createOperationLimits = ({
  schema,
  limits,
  costs = {},
  introspection,
}: OperationLimitsOptions): OperationLimits => ({
  parseOptions: { maxTokens: limits.tokens },
  validationRules: [shapeRule({ directives: usualDirectives, ...limits }), ...introspectionRules(introspection)],
  checkCost: (operation, besides = 0) => checkCost({ schema, costs, limit: limits.cost, besides, ...operation }),
  readsSchema: (document) => validate(schema, document, introspectionRules(false), { maxErrors: 1 }).length > 0,
});
