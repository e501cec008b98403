import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { UpstreamError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { GraphqlOperationSample, Metrics } from '../metrics.ts';
import { backInSeconds } from '../stopping.ts';
import { withHttpStatus } from './request-context.ts';

/** Refuses mutations while the gateway stops: what they began could not be finished in time. */
export const stoppingPlugin = <TContext extends object>(isStopping: () => boolean): ApolloServerPlugin<TContext> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation }) => {
      if (operation?.operation !== 'mutation' || !isStopping()) return;
      throw withHttpStatus(
        new UpstreamError('UPSTREAM_UNAVAILABLE', 'The gateway is stopping, so nothing was begun: ask again', {
          retryAfterSeconds: backInSeconds,
          sent: 'no',
        }),
      );
    },
  }),
});

/** Where operations are counted and logged. */
export interface OperationRecordDeps<TContext> {
  readonly metrics: Metrics;
  readonly log: Log;
  readonly requestId: () => string | undefined;
  /** The id of who asked, as the audit log has it; absent: nobody is told. */
  readonly callerId?: ((context: TContext) => string) | undefined;
  /** The code of a failure that is a part of the data, e.g. of a tenant; `undefined`: there is none. */
  readonly partFailure?: ((context: TContext) => string | undefined) | undefined;
}

/** An operation that was answered. */
export interface AnsweredOperation<TContext> {
  readonly type: GraphqlOperationSample['type'];
  readonly operationName: string | null | undefined;
  readonly errors: readonly GraphQLFormattedError[] | undefined;
  readonly context: TContext;
  /** By `performance.now()`. */
  readonly startedMs: number;
}

/** Counts and logs an operation by its first error's code, else by that of a failed part of its answer. */
export const createRecord =
  <TContext>({ metrics, log, requestId, callerId, partFailure = () => undefined }: OperationRecordDeps<TContext>) =>
  ({ type, operationName, errors, context, startedMs }: AnsweredOperation<TContext>): void => {
    const code = errors?.[0]?.extensions?.code;
    const outcome = (code === undefined ? undefined : String(code)) ?? partFailure(context) ?? 'OK';
    const seconds = (performance.now() - startedMs) / 1000;
    metrics.graphqlOperation({ type, outcome, seconds });
    log.info('GraphQL operation', {
      requestId: requestId(),
      callerId: callerId?.(context),
      operation: operationName?.slice(0, 100),
      type,
      outcome,
      milliseconds: Math.round(seconds * 1000),
    });
  };

/** Records each operation when its answer is made. */
export const recordPlugin = <TContext extends object>(
  record: (answered: AnsweredOperation<TContext>) => void,
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async () => {
    const startedMs = performance.now();
    return {
      willSendResponse: async ({ operation, operationName, response: { body }, contextValue: context }) => {
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        record({ type: operation?.operation ?? 'unknown', operationName, errors, context, startedMs });
      },
    };
  },
});

/**
 * Says in `Age` how old the oldest thing is that was shown from the short cache, in whole seconds (RFC 9111 5.1); `null`: all was read
 * for this request, and there is no header. The operations of a batch have one age, that of the last to end.
 */
export const agePlugin = <TContext extends object>(
  ageOf: (context: TContext) => number | null,
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { http } }) => {
      const seconds = ageOf(contextValue);
      if (seconds !== null) http.headers.set('age', String(seconds));
    },
  }),
});

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
