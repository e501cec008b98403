import type { IncomingHttpHeaders } from 'node:http';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type Express, type RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import { createOperationLimits, type FieldCosts, type QueryLimits } from '../access/limits.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createApollo } from './apollo.ts';
import { cors } from './cors.ts';
import { createErrorFormat } from './error-format.ts';
import type { Example } from './graphiql/page.ts';
import { graphiqlRoutes } from './graphiql/routes.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { answerError, notFound } from './http-errors.ts';
import { httpMetrics } from './http-metrics.ts';
import { costPlugin, extensionsPlugin, recordPlugin } from './operation-plugins.ts';
import { type ContextInput, createRequestContext } from './request-context.ts';
import { createRequestIds } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

/** What the server shows of itself, and to whom. */
export interface ServerSettings {
  /** GraphiQL at `/`. */
  readonly graphiql: boolean;
  /** Whether callers may read the schema. */
  readonly introspection: boolean;
  /** Origins whose pages may call; none by default. */
  readonly cors?: readonly string[];
}

/** How large and how long one request may be. */
export interface RequestLimits extends QueryLimits {
  readonly requestTimeoutMs: number;
  readonly bodyBytes: number;
}

export interface AppDeps<TCaller, TContext extends object> {
  readonly schema: GraphQLSchema;
  /** Who calls, by the headers; throws `AccessError` when that cannot be told. */
  authenticate(headers: IncomingHttpHeaders): Promise<TCaller>;
  /** What resolvers get, made anew for each request. */
  createContext(input: ContextInput<TCaller>): TContext | Promise<TContext>;
  /** Additions to the answer's `extensions`, asked for after execution. */
  responseExtensions?(context: TContext): Readonly<Record<string, unknown>> | undefined;
  readonly limits: RequestLimits;
  /** Fields that cost other than the default. */
  readonly costs?: FieldCosts;
  readonly server: ServerSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readiness(): Promise<Readiness>;
  /** Tabs of GraphiQL at its first opening. */
  readonly examples?: readonly Example[];
  /** Further routes by path prefix, e.g. `/export`: behind request id and security headers, without authentication. */
  readonly routes?: Readonly<Record<string, RequestHandler>>;
}

/** The HTTP side of the gateway, not yet listening. */
export interface GatewayApp {
  readonly handler: Express;
  /** From now on `/readyz` says no; everything else goes on. */
  drain(): void;
  /** Stops Apollo; to be called once no request is left. */
  close(): Promise<void>;
}

const endpoint = '/graphql';

/** Everything a request passes, in the order in which it passes it. */
export const createApp = async <TCaller, TContext extends object>(
  deps: AppDeps<TCaller, TContext>,
): Promise<GatewayApp> => {
  const { schema, limits, server, log, metrics, costs = {}, examples = [], routes = {} } = deps;
  const requestIds = createRequestIds();
  const requestId = requestIds.current;
  const formatError = createErrorFormat({ log, requestId });
  const operationLimits = createOperationLimits({ schema, limits, costs, introspection: server.introspection });
  const apollo = createApollo<TContext>({
    schema,
    limits: operationLimits,
    introspection: server.introspection,
    formatError,
    plugins: [
      costPlugin(operationLimits),
      ...(deps.responseExtensions === undefined ? [] : [extensionsPlugin(deps.responseExtensions)]),
      recordPlugin({ metrics, log, requestId }),
    ],
    log,
  });
  await apollo.start();
  let draining = false;

  const app = express();
  app.set('etag', false);
  app.use(requestIds.middleware);
  app.use(
    httpMetrics(metrics, ['/', endpoint, '/graphiql', '/healthz', '/readyz', '/metrics', ...Object.keys(routes)]),
  );
  app.use(securityHeaders());
  if (server.cors !== undefined && server.cors.length > 0) app.use(cors(server.cors));
  app.use(healthRoutes({ readiness: deps.readiness, isDraining: () => draining, metrics, log }));
  if (server.graphiql) app.use(graphiqlRoutes({ endpoint, examples }));
  app.all(
    endpoint,
    express.json({ limit: limits.bodyBytes }),
    expressMiddleware(apollo, {
      context: createRequestContext<TCaller, TContext>({
        authenticate: deps.authenticate,
        createContext: deps.createContext,
        requestTimeoutMs: limits.requestTimeoutMs,
        requestId,
      }),
    }),
  );
  for (const [path, handler] of Object.entries(routes)) app.use(path, handler);
  app.use(notFound);
  app.use(answerError(formatError));

  return {
    handler: app,
    drain: () => {
      draining = true;
    },
    close: () => apollo.stop(),
  };
};
