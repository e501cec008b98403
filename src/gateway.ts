import type { GraphQLSchema } from 'graphql';
import { type AccessOf, createAccess } from './access/access.ts';
import { createAuthenticator } from './access/authenticate.ts';
import type { Caller } from './access/caller.ts';
import type { SigningKeys } from './access/entra-tokens.ts';
import { shareKeyOf } from './access/limits/share-key.ts';
import { createRequestRates } from './access/limits.ts';
import { heardAudit } from './audit/heard.ts';
import { observedAudit } from './audit/observed.ts';
import { keepsKey, openAuditLog } from './audit/open.ts';
import { watchAudit } from './audit/watch.ts';
import { checkTrustedDocuments } from './check-documents.ts';
import { packageVersion } from './cli/version.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import { directoryKey } from './config/tenant-keys.ts';
import type { Tenant } from './config/tenants.ts';
import type { Context } from './context.ts';
import { createServices } from './gateway/services.ts';
import { createUpstream } from './gateway/upstream.ts';
import { createLoaders } from './loaders/loaders.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createReadiness } from './readiness.ts';
import { freshnessOf } from './scope/freshness.ts';
import { maxWaitSecondsOf } from './scope/patience.ts';
import { createApp } from './server/app.ts';
import type { AppDeps } from './server/app-deps.ts';
import { fieldCosts } from './server/costs.ts';
import { docsRoutes } from './server/docs.ts';
import type { Executor } from './server/execution/executor.ts';
import type { Example } from './server/graphiql/page.ts';
import { startServer } from './server/lifecycle.ts';
import { createLoad } from './server/load.ts';
import { pointsOfHeap, processReadings, usableMemoryBytes, watchLoad } from './server/load-readings.ts';
import { isOn } from './server/passed-headers.ts';
import type { ContextInput } from './server/request-context.ts';
import { createSchema } from './server/schema.ts';
import { readSdl } from './server/sdl.ts';
import { createToldFailures } from './server/told-failures.ts';
import { whenThere } from './soon.ts';
import { givenUp, givenUpBeforeMs } from './stopping.ts';
import { createOwnGenerations, createSharedGenerations } from './store/generations.ts';
import { namespaces } from './store/namespaces.ts';
import { quietOutages } from './store/quiet-log.ts';
import { openStore } from './store/store.ts';
import { watchStore } from './store/watch.ts';
import { createTenantsInForce } from './tenants-in-force.ts';
import { keepObjectsYoung } from './young-objects.ts';

/** What a gateway is started with. */
export interface GatewayOptions {
  readonly config: Config;
  readonly log: Log;
  readonly clock?: Clock;
  /** Trusted besides the system's authorities and `upstream.caFile`. */
  readonly caPem?: string;
  /** Tabs of GraphiQL. */
  readonly examples?: readonly Example[];
  /** Milliseconds between two looks at running actions. */
  readonly watchIntervalMs?: number;
  /** Milliseconds that one command of Redis may take. */
  readonly redisLimitMs?: number;
  /** Answers operations of the schema; by plans of their documents without it. */
  readonly executorOf?: (schema: GraphQLSchema) => Executor;
  /** When a document may be answered past Apollo's pipeline: `learned` without it (`server/app-deps.ts`). */
  readonly shortWay?: AppDeps<Caller, Context>['shortWay'];
}

/** The whole gateway, listening. */
export interface Gateway {
  /** e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Reads the folder of tenants again, where there is one; what is wrong with it goes to the log. Never rejects. */
  reloadTenants(): Promise<void>;
  /**
   * Says that it is not ready, and accepts requests for `server.drainSeconds` (`atOnce`: no longer); then answers what waits with
   * what is known and finishes what was accepted. All of it takes `graceMs` at most; a second call waits for the same end.
   */
  stop(graceMs?: number, options?: { readonly atOnce?: boolean }): Promise<void>;
}

/** Builds every part, in the order in which a request passes them backwards: upstream first, server last. */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  keepObjectsYoung();
  const { config, log, clock = systemClock } = options;
  const { limits } = config;
  const toldFailures = createToldFailures();
  const schema = createSchema(toldFailures);
  checkTrustedDocuments(config, schema);
  const metrics = createMetrics({ processMetrics: true });
  const { redisLimitMs } = options;
  const store = await openStore({
    ...config.store,
    clock,
    log,
    operationLimitMs: redisLimitMs,
    onLoss: (loss) => metrics.storeLost(loss !== null),
  });
  // For what asks the store every few seconds.
  const quietLog = quietOutages(log);
  const observedLog = observedAudit(
    await openAuditLog(config.audit, {
      clock,
      log: quietLog,
      store: keepsKey(config.store) ? store : null,
      redisLimitMs,
    }).catch(async (error: unknown) => {
      // Its connections would keep the process alive.
      await store.close();
      throw error;
    }),
    log,
  );
  const generations = store.isShared
    ? createSharedGenerations(store.space('read-generations', namespaces['read-generations']), {
        now: clock.now,
        log: quietLog,
      })
    : createOwnGenerations();
  const audit = heardAudit(observedLog.audit, async ({ tenant: name, tenantId }) => {
    const tenant = tenantsInForce.known(name, tenantId);
    if (tenant !== undefined) await generations.change(directoryKey(tenant));
  });
  /** Fires at the signal to stop: nobody waits for the end of an action any more. */
  const ending = new AbortController();
  const stopping = new AbortController();
  /** Fires shortly before a stop cuts what is left. */
  const lastMoment = new AbortController();

  const tenantsInForce = createTenantsInForce({
    config,
    log,
    onChanged: (gone) => {
      for (const tenant of gone) upstream.standings.forget(tenant);
    },
  });
  const upstream = createUpstream({
    ...{ config, log, clock, metrics, store, generations },
    caPem: options.caPem,
    isInForce: tenantsInForce.isInForce,
    stopping: stopping.signal,
  });
  const { http } = upstream;
  const accessNow = tenantsInForce.made((snapshot) => createAccess(snapshot, limits.tenantsPerQuery));
  /** Roles name tenants: what they name are those of the moment at which the caller was let in, however late their body comes. */
  const accessAtEntry = new WeakMap<Caller, AccessOf>();
  const accessOf: AccessOf = (caller) => (accessAtEntry.get(caller) ?? accessNow())(caller);
  const sdl = readSdl();
  const services = createServices({
    ...{ config, log, quietLog, clock, metrics, store, schema, audit, tenantsInForce, accessOf, upstream },
    ...{ costs: sdl.costs, missing: observedLog.missing },
    watchIntervalMs: options.watchIntervalMs,
    ending: ending.signal,
  });
  const { actions, contextOf, exports, loaderReads } = services;

  const readings = processReadings();
  const load = createLoad({
    readings: readings.read,
    limits: {
      ...limits,
      memoryBytes: limits.memoryBytes || usableMemoryBytes(),
      costUnderWay: limits.costUnderWay || pointsOfHeap(),
    },
    metrics,
    log,
  });
  const signingKeys: SigningKeys = new Map();
  const authenticatorNow = tenantsInForce.made(({ access }) =>
    createAuthenticator(access, { clock, http: http.request, signingKeys, log }),
  );
  const docs = config.server.graphiql ? docsRoutes() : null;
  const rates = createRequestRates({ store, limits, metrics, log });
  const app = await createApp<Caller, Context>({
    schema,
    executor: options.executorOf?.(schema),
    shortWay: options.shortWay,
    toldFailures,
    authenticate: (headers) => {
      const access = accessNow();
      return whenThere(authenticatorNow().authenticate(headers), (caller) => {
        accessAtEntry.set(caller, access);
        return caller;
      });
    },
    lastMoment: lastMoment.signal,
    createContext: ({ headers, ...request }: ContextInput<Caller>) =>
      contextOf({
        ...request,
        explain: isOn('x-gateway-explain', headers),
        plan: isOn('x-gateway-plan', headers),
        freshness: freshnessOf(headers['cache-control']),
        maxWaitSeconds: maxWaitSecondsOf(headers['x-gateway-max-wait-seconds']),
      }),
    isPlan: ({ plan }) => plan,
    planOf: ({ cost, calls }) => ({
      gateway: { cost, costLimit: limits.cost, calls, callsLimit: limits.upstreamCalls },
    }),
    responseExtensions: ({ access: { findTenant, holds }, explain, plan, scope }, price) => {
      if (!explain || plan) return undefined;
      const isExplained = (tenant: Tenant | null): boolean => tenant !== null && holds('explain', tenant);
      const upstreamCalls = scope.calls
        .filter((call) => isExplained(findTenant(call.tenant)))
        .map((call) => ({ ...call, cached: call.ageSeconds !== undefined, ageSeconds: call.ageSeconds ?? 0 }));
      return { gateway: { cost: price?.cost ?? null, upstreamCalls } };
    },
    ageOf: ({ scope: { freshness } }) => freshness?.ageSeconds ?? null,
    openFile: (context, question) => {
      // A link to a file ends.
      context.scope.freshness?.readAnew();
      return context.files.stream(context, question);
    },
    openExport: exports.open,
    exportNames: exports.names,
    partFailure: ({ scope }) => scope.failures[0],
    limits,
    load,
    callerKey: shareKeyOf,
    callerId: ({ access }) => access.caller.id,
    onClosed: ({ scope: { bytes } }) => {
      if (bytes !== undefined) http.release(bytes);
    },
    mayUpload: (caller) => accessOf(caller).mayInPart('library:write'),
    costs: fieldCosts(schema, sdl),
    tenantsOf: ({ access }) => access.visibleTenants().length,
    server: config.server,
    log,
    metrics,
    permits: ({ access }, permission) => access.mayInPart(permission),
    mutationContext: ({ access, scope }) => createLoaders(loaderReads, access, scope),
    rates,
    spend: ({ access: { caller }, scope: { remoteAddress = '' } }, points) =>
      rates.spend(caller, remoteAddress, points),
    readiness: createReadiness({ store, audit: observedLog, tenantFaults: tenantsInForce.faults }),
    ...(options.examples === undefined ? {} : { examples: options.examples }),
    ways: {
      anonymous: config.access.anonymous !== null,
      keys: config.access.apiKeys.length > 0,
      tokens: config.access.entra.length > 0,
      signIn: config.server.graphiqlSignIn,
    },
    ...(docs === null ? {} : { routes: { '/docs': docs } }),
  });

  // Before the first action, so that no other replica takes one of this process for left behind.
  await actions.start();
  const unwatched = new AbortController();
  const watching = watchAudit({ audit, clock, log }, unwatched.signal);
  const stopWatching = (): Promise<void> => {
    unwatched.abort();
    return watching;
  };
  const close = async (): Promise<void> => {
    upstream.tenantSignIns.stop();
    await tenantsInForce.stop();
    await actions.stop();
    await http.close();
    await stopWatching();
    await audit.close();
    await store.close();
    readings.stop();
  };
  const server = await startServer(app, config.server).catch(async (error: unknown) => {
    await app.close();
    await close();
    throw error;
  });
  // Not before it listens: a start that fails leaves nothing running.
  const stopLooking = watchLoad(load);
  watchStore(store, { log, clock, signal: stopping.signal });
  for (const warning of config.warnings) log.warn(warning);
  tenantsInForce.start();
  log.info('the gateway listens', { url: server.url, version: packageVersion(), tenants: config.tenants.length });

  const stop = async (graceMs: number, atOnce: boolean): Promise<void> => {
    ending.abort();
    let timer: NodeJS.Timeout | undefined;
    const onDrained = (leftMs: number, requests: number): void => {
      if (requests > 0) log.info('waiting for answers that are due', { requests, secondsAtMost: leftMs / 1000 });
      stopping.abort();
      timer = setTimeout(() => lastMoment.abort(givenUp()), leftMs - givenUpBeforeMs(leftMs));
    };
    const onCut = (requests: number): void => log.warn('requests were left without an answer', { requests });
    await server.stop(graceMs, { atOnce, onDrained, onCut }).finally(() => clearTimeout(timer));
    stopLooking();
    await close();
  };
  let stopped: Promise<void> | undefined;
  return {
    url: server.url,
    reloadTenants: tenantsInForce.reload,
    stop: (graceMs = 30_000, { atOnce = false } = {}) => {
      stopped ??= stop(graceMs, atOnce);
      return stopped;
    },
  };
};
