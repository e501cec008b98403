import type { RequestListener, ServerResponse } from 'node:http';
import express from 'express';
import { OperationTypeNode } from 'graphql';
import { createOperationLimits, free, type Price } from '../access/limits.ts';
import { AccessError } from '../errors.ts';
import { admissionByHeaders, createAdmission } from './admission.ts';
import { createApollo } from './apollo.ts';
import type { AppDeps } from './app-deps.ts';
import { batchPlugin } from './batch.ts';
import { createBodyBudget } from './body-budget.ts';
import { chained, type Handler, type HttpRequest } from './chain.ts';
import { createCharge } from './charge.ts';
import { cors } from './cors.ts';
import { costPlugin, type Prices, type Refusals } from './cost-plugin.ts';
import { createRequestSignals } from './deadline.ts';
import { createErrorFormat } from './error-format.ts';
import { createPlanned } from './execution/executor.ts';
import { exportRoutes } from './exports/routes.ts';
import { fileRoutes } from './files/routes.ts';
import { pageLinks } from './graphiql/links.ts';
import { graphiqlRoutes } from './graphiql/routes.ts';
import { graphqlHandler } from './graphql.ts';
import { healthRoutes } from './health.ts';
import { answerDirectly, answerError } from './http-errors.ts';
import { httpMetrics } from './http-metrics.ts';
import { type JsonBodyDeps, jsonBody, uploadHeader } from './json-body.ts';
import { notFound } from './not-found.ts';
import { agePlugin, createRecord, extensionsPlugin, recordPlugin, stoppingPlugin } from './operation-plugins.ts';
import { createRemoteAddress } from './remote-address.ts';
import { createContextOf, createRequestContext } from './request-context.ts';
import { createRequestIds } from './request-id.ts';
import { schemaSecrecyPlugin } from './schema-secrecy.ts';
import { schemaPath, schemaText } from './schema-text.ts';
import { securityHeaders } from './security-headers.ts';
import { createKnownDocuments, eagerDocuments, learningPlugin } from './short-way/known.ts';
import { createContentTypes } from './short-way/media.ts';
import { createShortWay } from './short-way/short-way.ts';
import { jsonOnly, notStored, strictUrl } from './strict.ts';
import { createToldErrors, toldFailuresPlugin } from './told-failures.ts';
import { createTrustedText, trustedDocumentsPlugin } from './trusted-documents.ts';
import { wellFormedPlugin } from './well-formed.ts';

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
    callerId: deps.callerId,
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
  app.use(notFound(server.graphiql));
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
