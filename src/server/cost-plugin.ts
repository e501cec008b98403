import type { ApolloServerPlugin, HTTPGraphQLHead } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { free, type OperationLimits, type Price, plus } from '../access/limits.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { Charge } from './charge.ts';
import { withHttpStatus } from './request-context.ts';
import { variableFault } from './variable-fault.ts';

/** Prices of the operations under way, by their context: Apollo makes one for each. */
export type Prices = WeakMap<object, Price>;

/** What refused requests on their short way, by the request as Apollo has it: what was taken there is not taken twice. */
export type Refusals = WeakMap<object, { readonly thrown: unknown }>;

/** What the plugin needs of limits and of the process. */
export interface CostPluginDeps<TContext> {
  readonly limits: Pick<OperationLimits, 'priceOf' | 'checkPrice'>;
  /** Where the price of each operation is written down. */
  readonly prices: Prices;
  /** Tenants that the caller sees. */
  readonly tenantsOf: (context: TContext) => number;
  /** Whether the caller asks for the price alone. */
  readonly isPlan: (context: TContext) => boolean;
  readonly charge: Charge<TContext>;
  /** What refused a request that was charged on the short way. */
  readonly refusals: Refusals;
  /** What an answer that was priced and not run says in `extensions`. */
  readonly planOf: (price: Price) => Readonly<Record<string, unknown>>;
}

/** A fault of a variable, told as Apollo tells it. */
const inputFault = (error: GraphQLError): GraphQLError =>
  new GraphQLError(variableFault(error), {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode, http: { status: 400 } },
  });

const refused = (thrown: unknown): unknown => {
  if (thrown instanceof GatewayError) return withHttpStatus(thrown);
  return thrown instanceof GraphQLError ? inputFault(thrown) : thrown;
};

/**
 * Prices each operation once its variables are known: documents are cached, variables are not. The operations of one request
 * are priced together; of all that Apollo gives to each of them, the head of the answer is what they share. One that is to be
 * priced alone is not run.
 */
export const costPlugin = <TContext extends object>(deps: CostPluginDeps<TContext>): ApolloServerPlugin<TContext> => {
  const { limits, prices, tenantsOf, isPlan, charge, refusals, planOf } = deps;
  const ends = new WeakMap<object, () => void>();
  const spent = new WeakMap<HTTPGraphQLHead, Price>();
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({
        document,
        operation,
        operationName,
        request,
        response: { http },
        contextValue,
      }) => {
        if (operation === undefined) return;
        try {
          const { variables } = request;
          const price = limits.priceOf({ document, operationName, variables, tenants: tenantsOf(contextValue) });
          prices.set(contextValue, price);
          if (isPlan(contextValue)) return;
          const besides = spent.get(http) ?? free;
          limits.checkPrice(price, besides);
          const known = request.http === undefined ? undefined : refusals.get(request.http);
          if (known !== undefined) throw known.thrown;
          spent.set(http, plus(besides, price));
          await charge(operation.operation, price, contextValue, (end) => ends.set(contextValue, end));
        } catch (thrown) {
          throw refused(thrown);
        }
      },
      willSendResponse: async ({ contextValue }) => ends.get(contextValue)?.(),
      responseForOperation: async ({ contextValue, response: { http } }) => {
        if (!isPlan(contextValue)) return null;
        const extensions = planOf(prices.get(contextValue) ?? free);
        return { http, body: { kind: 'single', singleResult: { data: null, extensions } } };
      },
    }),
  };
};
