import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse, HTTPGraphQLHead } from '@apollo/server';
import type { OperationLimits } from '../access/limits.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { withHttpStatus } from './request-context.ts';

/**
 * Prices each operation once its variables are known: documents are cached, variables are not. The operations of one request
 * are priced together; of all that Apollo gives to each of them, the head of the answer is what they share.
 */
export const costPlugin = ({ checkCost }: Pick<OperationLimits, 'checkCost'>): ApolloServerPlugin => {
  const spent = new WeakMap<HTTPGraphQLHead, number>();
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, operationName, request: { variables }, response: { http } }) => {
        const besides = spent.get(http) ?? 0;
        try {
          spent.set(http, besides + checkCost({ document, operationName, variables }, besides));
        } catch (thrown) {
          throw thrown instanceof GatewayError ? withHttpStatus(thrown) : thrown;
        }
      },
    }),
  };
};

export interface OperationRecordDeps {
  readonly metrics: Metrics;
  readonly log: Log;
  readonly requestId: () => string | undefined;
  /** The code of a failure that the operation's data tells of. */
  failureOf(context: object): string | undefined;
}

/** Counts and logs each operation by its first error's code, or that of a part which failed. */
export const recordPlugin = ({ metrics, log, requestId, failureOf }: OperationRecordDeps): ApolloServerPlugin => ({
  requestDidStart: async () => {
    const startedMs = performance.now();
    return {
      willSendResponse: async (answered) => {
        const type = answered.operation?.operation ?? 'unknown';
        const outcome = outcomeOf(answered) ?? failureOf(answered.contextValue) ?? 'OK';
        const seconds = (performance.now() - startedMs) / 1000;
        metrics.graphqlOperation({ type, outcome, seconds });
        log.info('GraphQL operation', {
          requestId: requestId(),
          operation: answered.operationName?.slice(0, 100),
          type,
          outcome,
          milliseconds: Math.round(seconds * 1000),
        });
      },
    };
  },
});

const outcomeOf = ({ response }: GraphQLRequestContextWillSendResponse<object>): string | undefined => {
  const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
  return errors === undefined ? undefined : String(errors[0]?.extensions?.code ?? 'OK');
};

/** Adds what the context has to say about the request to the answer's `extensions`; `undefined` adds nothing. */
export const extensionsPlugin = <TContext extends object>(
  responseExtensions: (context: TContext) => Readonly<Record<string, unknown>> | undefined,
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body } }) => {
      const added = responseExtensions(contextValue);
      if (added === undefined || body.kind !== 'single') return;
      body.singleResult.extensions = { ...body.singleResult.extensions, ...added };
    },
  }),
});
