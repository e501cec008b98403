import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import express, { type RequestHandler } from 'express';
import { type GraphQLSchema, OperationTypeNode } from 'graphql';
import {
  createOperationLimits,
  type FieldCosts,
  free,
  type Price,
  type QueryLimits,
  type RequestRates,
} from '../access/limits.ts';
import { AccessError } from '../errors.ts';
import type { ExportQuestion, RunningExport } from '../exports/exports.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Soon } from '../soon.ts';
import { admissionByHeaders, createAdmission } from './admission.ts';
import { createApollo } from './apollo.ts';
import { batchPlugin } from './batch.ts';
import { createBodyBudget } from './body-budget.ts';
import { chained, type Handler, type HttpRequest } from './chain.ts';
import { createCharge } from './charge.ts';
import { cors } from './cors.ts';
import { costPlugin, type Prices, type Refusals } from './cost-plugin.ts';
import { createRequestSignals } from './deadline.ts';
import { createErrorFormat } from './error-format.ts';
import { createPlanned, type Executor } from './execution/executor.ts';
import { exportRoutes } from './exports/routes.ts';
import { type FileQuestion, fileRoutes, type ServedFile } from './files/routes.ts';
import type { Ways } from './graphiql/greeting.ts';
import { pageLinks } from './graphiql/links.ts';
import type { Example } from './graphiql/page.ts';
import { graphiqlRoutes } from './graphiql/routes.ts';
import { graphqlHandler } from './graphql.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { answerDirectly, answerError, notFound } from './http-errors.ts';
import { httpMetrics } from './http-metrics.ts';
import { type JsonBodyDeps, jsonBody, uploadHeader } from './json-body.ts';
import type { Load } from './load.ts';
import { agePlugin, createRecord, extensionsPlugin, recordPlugin, stoppingPlugin } from './operation-plugins.ts';
import { createRemoteAddress } from './remote-address.ts';
import { type ContextInput, createContextOf, createRequestContext } from './request-context.ts';
import { createRequestIds } from './request-id.ts';
import { schemaSecrecyPlugin } from './schema-secrecy.ts';
import { schemaPath, schemaText } from './schema-text.ts';
import { securityHeaders } from './security-headers.ts';
import { createKnownDocuments, eagerDocuments, learningPlugin } from './short-way/known.ts';
import { createContentTypes } from './short-way/media.ts';
import { createShortWay } from './short-way/short-way.ts';
import { jsonOnly, notStored, strictUrl } from './strict.ts';
import { createToldErrors, type ToldFailures, toldFailuresPlugin } from './told-failures.ts';
import { createTrustedText, type TrustedDocument, trustedDocumentsPlugin } from './trusted-documents.ts';
import { wellFormedPlugin } from './well-formed.ts';

/** What the server shows of itself, and to whom. */
export interface ServerSettings {
  /** GraphiQL at `/`. */
  readonly graphiql: boolean;
  /** Whether callers may read the schema. */
  readonly introspection: boolean;
  /** Origins whose pages may call; none by default. */
  readonly cors?: readonly string[];
  /** What may stand for a query's text; `apq` by default: the hash of one that was sent before. */
  readonly persistedQueries?: 'apq' | 'off' | 'trusted';
  /** The documents that `trusted` runs. */
  readonly trustedDocuments?: readonly TrustedDocument[];
  /** Names of the gateway besides addresses and local ones, where callers need no credential. */
  readonly hosts?: readonly string[];
  /** Proxies whose word on a caller's address is believed, by number or by address; none by default. */
  readonly trustProxy?: number | readonly string[];
}

/** How large and how long one request may be. */
export interface RequestLimits extends QueryLimits {
  readonly requestTimeoutMs: number;
  readonly bodyBytes: number;
  /** Bytes of a body with a file; as any other by default. */
  readonly uploadBytes?: number;
  /** Bytes of all bodies that are being read or worked on; as one body by default. */
  readonly bodyBytesUnderWay?: number;
  /** Values of JSON in a body; 20,000 by default. */
  readonly values?: number;
  /** Milliseconds that a file may stand still on its way; as a request by default. */
  readonly fileIdleMs?: number;
  /** Milliseconds that an export may take, or wait for a row; as a request by default. */
  readonly exportTimeoutMs?: number;
  /** Points from which on an operation costs much, which an export does; 5,000 by default. */
  readonly expensiveCost?: number;
  /** Operations that one request may hold; 1 by default, without lists. */
  readonly batchSize?: number;
}

/** What a caller may be allowed to do with the graph itself, whatever is in it. */
export type ServerPermission = 'schema:read' | 'document:any';

/** The parts that a request passes. What is left out is unlimited, allowed or absent, as said at each. */
export interface AppDeps<TCaller, TContext extends object> {
  readonly schema: GraphQLSchema;
  /** Answers operations; by plans of their documents without it. */
  readonly executor?: Executor | undefined;
  /**
   * When a document may be answered past Apollo's pipeline: once Apollo has answered it (`learned`, the default), from its first
   * request (`atOnce`, for tests), or never (`off`). With an `executor` of its own never.
   */
  readonly shortWay?: 'learned' | 'atOnce' | 'off' | undefined;
  /** Failures of parts of an operation that the schema told of; none by default. */
  readonly toldFailures?: Pick<ToldFailures, 'errorsOf' | 'codeOf'>;
  /** Who calls, by the headers; throws `AccessError` when that cannot be told. */
  authenticate(headers: IncomingHttpHeaders): Soon<TCaller>;
  /** What resolvers get, made anew for each request. */
  createContext(input: ContextInput<TCaller>): Soon<TContext>;
  /** Additions to the answer's `extensions`, asked for after execution; with the price, where there is one. */
  responseExtensions?(context: TContext, price: Price | undefined): Readonly<Record<string, unknown>> | undefined;
  /** Whether the caller of a request asks for its price alone; nobody does by default. */
  isPlan?(context: TContext): boolean;
  /** What the answer to them says in `extensions`. */
  planOf?(price: Price): Readonly<Record<string, unknown>>;
  /** Refuses what costs much while there is no room for it, and lets it begin one after the other; by default there is room for all. */
  readonly load?: Pick<Load, 'begin' | 'checkRoom' | 'turn'>;
  /** Who a caller is, for their share of what is limited; all are one by default. */
  callerKey?(caller: TCaller, remoteAddress: string): string;
  /** Counts the points of a query to its caller; throws when they are too many. Mutations are not brought. */
  spend?(context: TContext, points: number): Soon<void>;
  /** Whether a caller may send files, for which a body may be larger when it says so; nobody may by default. */
  mayUpload?(caller: TCaller): boolean;
  /** The connection of a request's answer is done with, however it ended. */
  onClosed?(context: TContext): void;
  /** The code of a failure among the data of an answer, for log and metrics. */
  partFailure?(context: TContext): string | undefined;
  /** Ends the work of all requests: shortly before a stop cuts what is left. */
  readonly lastMoment?: AbortSignal;
  readonly limits: RequestLimits;
  /** How often callers may ask; as often as they like without it. */
  readonly rates?: RequestRates<TCaller>;
  /** Whether the caller of a request has the permission; everybody has it by default. */
  permits?(context: TContext, permission: ServerPermission): boolean;
  /** What of the context a mutation beside other operations has of its own; by default nothing. */
  mutationContext?(context: TContext): Partial<TContext>;
  /** Whole seconds of the oldest thing that was shown from a cache; `null`: nothing was. */
  ageOf?(context: TContext): number | null;
  /** Fields that cost other than the default. */
  readonly costs?: FieldCosts;
  /** Tenants that the caller of a request sees, for questions that name none; 1 by default. */
  tenantsOf?(context: TContext): number;
  readonly server: ServerSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readiness(): Promise<Readiness>;
  /** Tabs of GraphiQL at its first opening. */
  readonly examples?: readonly Example[];
  /** How callers of GraphiQL's page say who they are; nobody is asked by default. */
  readonly ways?: Ways;
  /** Opens a file of `/files`, or throws; without it there are none. Behind the same authentication as `/graphql`. */
  openFile?(context: TContext, question: FileQuestion): Promise<ServedFile>;
  /** Opens an export of `/export`, or throws; without it there are none. Behind the same authentication as `/graphql`. */
  openExport?(context: TContext, question: ExportQuestion): Promise<RunningExport>;
  /** Names of exports, for the metric. */
  readonly exportNames?: ReadonlySet<string>;
  /** Further routes by path prefix, e.g. `/console`: behind request id and security headers, without authentication. */
  readonly routes?: Readonly<Record<string, RequestHandler>>;
}

/** The HTTP side of the gateway, not yet listening. */
export interface GatewayApp {
  readonly handler: RequestListener;
  /** From now on `/readyz` says no; everything else goes on. */
  drain(): void;
  /** From now on mutations are refused with `UPSTREAM_UNAVAILABLE`; what was begun goes on. */
  refuseMutations(): void;
  /** Stops Apollo; to be called once no request is left. */
  close(): Promise<void>;
}

const endpoint = '/graphql';

/** Everything a request passes, in the order in which it passes it. */
export const createApp = async <TCaller, TContext extends object>(
  deps: AppDeps<TCaller, TContext>,
): Promise<GatewayApp> => {
  const { schema, limits, server, log, metrics, costs = {}, examples = [], routes = {} } = deps;
  const { permits = () => true, mutationContext = () => ({}), tenantsOf = () => 1 } = deps;
  const { isPlan = () => false, planOf = () => ({}), callerKey = () => '', mayUpload = () => false, load } = deps;
  const { spend = () => {} } = deps;
  const { batchSize = 1, bodyBytes, bodyBytesUnderWay = bodyBytes, values = 20_000 } = limits;
  const largestBody = Math.max(bodyBytes, limits.uploadBytes ?? 0);
  const { persistedQueries = 'apq', trustedDocuments = [] } = server;
  const requestIds = createRequestIds();
  const requestId = requestIds.current;
  let draining = false;
  let refusing = false;
  const formatError = createErrorFormat({ log, requestId });
  const operationLimits = createOperationLimits({ schema, limits, costs, introspection: server.introspection });
  const prices: Prices = new WeakMap();
  const mayReadSchema = (context: TContext): boolean => server.introspection && permits(context, 'schema:read');
  const refusals: Refusals = new WeakMap();
  const planned = createPlanned(schema);
  const textFor =
    persistedQueries === 'trusted'
      ? createTrustedText<TContext>(trustedDocuments, (context) => permits(context, 'document:any'))
      : null;
  const charge = createCharge<TContext>({
    spend: (context, price) => spend(context, price.cost),
    begin: (type, price) => {
      load?.checkRoom(type, price);
      return load?.begin(type, price) ?? (() => {});
    },
    turn: (price) => load?.turn(price),
  });
  const toldErrors = deps.toldFailures === undefined ? () => [] : createToldErrors(deps.toldFailures, formatError);
  const responseExtensions = (context: TContext, price: Price | undefined) => deps.responseExtensions?.(context, price);
  const ageOf = (context: TContext): number | null => deps.ageOf?.(context) ?? null;
  const record = createRecord<TContext>({
    metrics,
    log,
    requestId,
    partFailure: (context) => deps.toldFailures?.codeOf(context) ?? deps.partFailure?.(context),
  });
  const known = createKnownDocuments();
  const documents = deps.shortWay === 'atOnce' ? eagerDocuments(known, schema, operationLimits) : known;
  const contentTypes = createContentTypes();
  const apollo = createApollo<TContext>({
    schema,
    executor: deps.executor ?? planned.execute,
    limits: operationLimits,
    introspection: server.introspection,
    automaticPersistedQueries: persistedQueries === 'apq',
    batches: batchSize > 1,
    formatError,
    // Before each other step is added here, see whether the short way has to take it, too.
    plugins: [
      ...(textFor === null ? [] : [trustedDocumentsPlugin<TContext>(textFor)]),
      schemaSecrecyPlugin<TContext>(operationLimits, mayReadSchema),
      wellFormedPlugin,
      stoppingPlugin<TContext>(() => refusing),
      costPlugin<TContext>({ limits: operationLimits, prices, tenantsOf, isPlan, planOf, charge, refusals }),
      batchPlugin(mutationContext),
      toldFailuresPlugin<TContext>(toldErrors),
      extensionsPlugin<TContext>((context) => responseExtensions(context, prices.get(context))),
      agePlugin<TContext>(ageOf),
      learningPlugin<TContext>(known, operationLimits),
      recordPlugin<TContext>(record),
    ],
    log,
  });
  await apollo.start();

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', server.trustProxy ?? 0);
  // What every request passes, whichever way it comes to its route.
  const first: readonly Handler[] = [
    requestIds.middleware,
    httpMetrics(metrics, [
      '/',
      endpoint,
      '/graphiql',
      schemaPath,
      '/healthz',
      '/readyz',
      '/metrics',
      '/files',
      '/export',
      ...Object.keys(routes),
    ]),
    securityHeaders(),
    ...(server.cors !== undefined && server.cors.length > 0 ? [cors(server.cors)] : []),
  ];
  app.use(...first);
  app.use(healthRoutes({ readiness: deps.readiness, isDraining: () => draining, metrics, log }));
  if (server.graphiql) {
    const { introspection } = server;
    const isTrusted = persistedQueries === 'trusted';
    const shown = pageLinks({ introspection, isTrusted, routes: Object.keys(routes) });
    app.use(graphiqlRoutes({ endpoint, examples, ways: deps.ways, ...shown }));
  }
  const admission = createAdmission({
    authenticate: deps.authenticate,
    addressOf: createRemoteAddress(app),
    rates: deps.rates,
    hosts: server.hosts ?? [],
    batchSize,
    tokens: limits.tokens,
  });
  const contextOf = createContextOf<TCaller, TContext>({
    admit: admission.admit,
    createContext: deps.createContext,
    requestId,
  });
  const requestSignal = createRequestSignals(deps.lastMoment);
  const signalOf = (response: ServerResponse): AbortSignal => requestSignal(response, limits.requestTimeoutMs);
  /** Of an answer that has a time of its own. */
  const untilLastMoment = (signal: AbortSignal): AbortSignal =>
    deps.lastMoment === undefined ? signal : AbortSignal.any([signal, deps.lastMoment]);
  const bodies: JsonBodyDeps = {
    values,
    bodyOf: (request) => {
      const admitted = admission.callerOf(request);
      if (admitted === null) return { caller: '', bytes: bodyBytes };
      const caller = callerKey(admitted.caller, admitted.remoteAddress);
      const isUpload = request.headers[uploadHeader] === '1' && mayUpload(admitted.caller);
      // A file on its way does not keep its caller from asking.
      return isUpload ? { caller: `${caller} upload`, bytes: largestBody } : { caller, bytes: bodyBytes };
    },
    budget: createBodyBudget({ bytes: bodyBytesUnderWay, onRefused: () => metrics.shed('bodies') }),
  };
  const isShort = deps.executor === undefined && deps.shortWay !== 'off';
  const shortWay = createShortWay<TContext>({
    ...{
      endpoint,
      documents,
      limits: operationLimits,
      tenantsOf,
      isPlan,
      charge,
      formatError,
      toldErrors,
      ageOf,
      record,
    },
    prepare: planned.prepare,
    contentTypeOf: (accept) => (isShort ? contentTypes.of(accept) : undefined),
    isTrusted: (query, context) => textFor === null || textFor({ query }, context) === query,
    responseExtensions,
  });
  const graph: readonly Handler[] = [
    notStored,
    strictUrl,
    admissionByHeaders(admission),
    jsonOnly,
    jsonBody(
      bodies,
      graphqlHandler<TContext>({
        apollo,
        contextOf: createRequestContext(contextOf, signalOf, deps.onClosed),
        shortWay,
        onAnswered: contentTypes.learn,
        refusals,
      }),
    ),
  ];
  app.all(endpoint, ...graph);
  app.get(
    schemaPath,
    notStored,
    admissionByHeaders(admission),
    schemaText({
      schema,
      contextOf,
      mayRead: (context) =>
        mayReadSchema(context) && (persistedQueries !== 'trusted' || permits(context, 'document:any')),
      signalOf,
    }),
  );
  if (deps.openFile !== undefined) {
    const { requestTimeoutMs: firstMs, fileIdleMs: idleMs = firstMs } = limits;
    const contextOfFile = (request: HttpRequest, signal: AbortSignal) => contextOf(request, untilLastMoment(signal));
    app.use(fileRoutes({ contextOf: contextOfFile, open: deps.openFile, firstMs, idleMs, requestId, log }));
  }
  if (deps.openExport !== undefined) {
    const { requestTimeoutMs, exportTimeoutMs: firstMs = requestTimeoutMs, expensiveCost = 5000 } = limits;
    const { fileIdleMs: idleMs = requestTimeoutMs } = limits;
    const price = { ...free, cost: expensiveCost };
    app.use(
      exportRoutes({
        contextOf: createContextOf<TCaller, TContext>({
          admit: admission.admit,
          createContext: (input) =>
            deps.createContext({ ...input, signal: untilLastMoment(input.signal), isExport: true }),
          requestId,
        }),
        open: deps.openExport,
        names: deps.exportNames ?? new Set(),
        withBody: (handle) => [admissionByHeaders(admission), jsonBody(bodies, handle)],
        begin: async (context) => {
          if (persistedQueries === 'trusted' && !permits(context, 'document:any')) {
            throw new AccessError(
              'FORBIDDEN',
              'While only trusted documents are run, an export needs the permission "document:any"',
            );
          }
          load?.checkRoom(OperationTypeNode.QUERY, price);
          await spend(context, price.cost);
          return load?.begin(OperationTypeNode.QUERY, price) ?? (() => {});
        },
        ...{ firstMs, idleMs, requestId, log, metrics },
      }),
    );
  }
  for (const [path, handler] of Object.entries(routes)) app.use(path, handler);
  app.use(notFound);
  app.use(answerError(formatError));

  const direct = chained([...first, ...graph], answerDirectly(formatError));
  const query = `${endpoint}?`;
  return {
    // The graph's own address does not go through the tables of Express: each other way to write it does, to the same steps.
    handler: (request, response) =>
      request.url === endpoint || request.url?.startsWith(query) ? direct(request, response) : app(request, response),
    drain: () => {
      draining = true;
    },
    refuseMutations: () => {
      refusing = true;
    },
    close: () => apollo.stop(),
  };
};
