import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { OperationLimits } from '../access/limits.ts';
import type { Log } from '../log.ts';
import { createExecutor, type Executor } from './execution/executor.ts';

/** What Apollo Server is made of. */
export interface ApolloDeps<TContext extends object> {
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  readonly introspection: boolean;
  /** Whether a query's hash may stand for a text that was sent before. */
  readonly automaticPersistedQueries: boolean;
  /** Whether a request may hold several operations. */
  readonly batches: boolean;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /** Our own plugins, in the order in which they run. */
  readonly plugins: readonly ApolloServerPlugin<TContext>[];
  /** Answers operations; by plans of their documents without it. */
  readonly executor?: Executor | undefined;
  readonly log: Log;
}

/** A day: clients that send a query's hash send its text again when we forgot it. */
const persistedQuerySeconds = 86_400;

/**
 * Parsed queries that are kept, in bytes of their JSON: some thousands. In memory each takes about five times as much, and Apollo's
 * own bound is 30 MiB.
 */
const documentBytes = 6 * 1_048_576;

/** Apollo Server with everything off that talks to Apollo's services, adds headers by guess or shows a page. */
export const createApollo = <TContext extends object>(deps: ApolloDeps<TContext>): ApolloServer<TContext> =>
  new ApolloServer<TContext>({
    gateway: executedBy(deps.schema, deps.executor ?? createExecutor(deps.schema)),
    introspection: deps.introspection,
    formatError: deps.formatError,
    includeStacktraceInErrorResponses: false,
    parseOptions: deps.limits.parseOptions,
    validationRules: [...deps.limits.validationRules],
    // Depth and cost bound what this bounds, and name the limit and the figure.
    maxRecursiveSelections: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: deps.batches,
    // In memory and bounded; persisted queries share it.
    cache: 'bounded',
    documentStore: new InMemoryLRUCache<DocumentNode>({ maxSize: documentBytes }),
    persistedQueries: deps.automaticPersistedQueries ? { ttl: persistedQuerySeconds } : false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: apolloLogger(deps.log),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ...deps.plugins,
    ],
  });

/** Where Apollo takes a schema and who runs its operations: everything before and after stays Apollo's own. */
const executedBy = (schema: GraphQLSchema, run: Executor): ApolloServerOptionsWithGateway<object>['gateway'] => ({
  onSchemaLoadOrUpdate: (loaded) => {
    loaded({ apiSchema: schema, coreSupergraphSdl: '' });
    return () => {};
  },
  load: async () => ({
    executor: ({ document, request: { operationName, variables }, context }) =>
      run({ document, operationName, variables, context }),
  }),
  stop: async () => {},
});

const apolloLogger = (log: Log) => ({
  debug: (message: unknown) => log.debug(String(message)),
  info: (message: unknown) => log.info(String(message)),
  warn: (message: unknown) => log.warn(String(message)),
  error: (message: unknown) => log.error(String(message)),
});
