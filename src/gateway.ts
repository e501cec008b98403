import type { GraphQLSchema } from 'graphql';
import { type AccessOf, createAccess } from './access/access.ts';
import { createAuthenticator } from './access/authenticate.ts';
import type { Caller } from './access/caller.ts';
import type { SigningKeys } from './access/entra-tokens.ts';
import { createAuditBudget } from './access/limits/audit-budget.ts';
import { shareKeyOf } from './access/limits/share-key.ts';
import { createRequestRates } from './access/limits.ts';
import { createRights } from './access/rights.ts';
import { createActions } from './actions/index.ts';
import { createApprovableActions } from './approvals/action.ts';
import { createApprovals } from './approvals/approvals.ts';
import { createApprovalMemory } from './approvals/memory.ts';
import { heardAudit } from './audit/heard.ts';
import { observedAudit } from './audit/observed.ts';
import { keepsKey, openAuditLog } from './audit/open.ts';
import { watchAudit } from './audit/watch.ts';
import { checkTrustedDocuments } from './check-documents.ts';
import { packageVersion } from './cli/version.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import type { Tenant } from './config/tenants.ts';
import type { Context } from './context.ts';
import { createContexts } from './contexts.ts';
import { createOpenFile } from './downloads/open.ts';
import { createEntityReads } from './entities/table.ts';
import { createAssessmentExports } from './exports/assessment-exports.ts';
import { createExports } from './exports/exports.ts';
import { createHuntExport } from './exports/hunt.ts';
import { createListExports } from './exports/lists.ts';
import { createRecordExport } from './exports/record.ts';
import { createFiles } from './files/files.ts';
import { createHunting } from './hunting/run.ts';
import { lateTokens, lateUserSignIn } from './identity/late.ts';
import { createSignIns } from './identity/sign-ins.ts';
import { connectionOfArray, type PageOf } from './lists/array.ts';
import { createAuditList } from './lists/audit.ts';
import { createAuditInputs } from './lists/audit-inputs.ts';
import { createAllCounts } from './lists/counts/counts.ts';
import { createCursors, questionOf } from './lists/cursor.ts';
import { createGatewayCallers } from './lists/gateway-callers.ts';
import { createAllRows, createLists } from './lists/lists.ts';
import { connectionOfMembers, type MembersOf } from './lists/members.ts';
import { pageArguments } from './lists/page-arguments.ts';
import { createEdgeReads } from './loaders/edges.ts';
import { createLoaders } from './loaders/loaders.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { mde } from './microsoft/mde/index.ts';
import { createReadiness } from './readiness.ts';
import { createMachineActions } from './routing/actions.ts';
import { createConnectivity } from './routing/connectivity.ts';
import { createHuntingReads } from './routing/hunting.ts';
import { createIndicatorActions } from './routing/indicator-actions.ts';
import { createLearned } from './routing/learned.ts';
import { createLibraryActions } from './routing/library.ts';
import { createChangeMachines } from './routing/machine-changes.ts';
import { createMachineNames } from './routing/machine-names.ts';
import { createReadMachineStates } from './routing/machine-states.ts';
import { createNewAlerts } from './routing/new-alerts.ts';
import { createRouting } from './routing/route.ts';
import { createScanActions } from './routing/scan-actions.ts';
import { createTenantSignIns } from './routing/tenant-sign-in.ts';
import { createTriageActions } from './routing/triage.ts';

import { freshnessOf } from './scope/freshness.ts';
import { longestPatienceMs, longestQuotaWaitMs, maxWaitSecondsOf } from './scope/patience.ts';
import { type AppDeps, createApp } from './server/app.ts';
import { fieldCosts } from './server/costs.ts';
import { docsRoutes } from './server/docs.ts';
import type { Executor } from './server/execution/executor.ts';
import type { Example } from './server/graphiql/page.ts';
import { startServer } from './server/lifecycle.ts';
import { createLoad } from './server/load.ts';
import { pointsOfHeap, processReadings, usableMemoryBytes, watchLoad } from './server/load-readings.ts';
import { asksForPlan, type ContextInput } from './server/request-context.ts';
import { createSchema } from './server/schema.ts';
import { asksUpstream, readSdl } from './server/sdl.ts';
import { createToldFailures } from './server/told-failures.ts';
import { givenUp, givenUpBeforeMs } from './stopping.ts';
import { createOwnGenerations, createSharedGenerations } from './store/generations.ts';
import { namespaces } from './store/namespaces.ts';
import { quietOutages } from './store/quiet-log.ts';
import { openStore } from './store/store.ts';
import { watchStore } from './store/watch.ts';
import { createTenantService } from './tenant-service.ts';
import { createTenantsInForce } from './tenants-in-force.ts';
import { createHttpClient } from './upstream/http/agent.ts';
import { createCircuits } from './upstream/http/circuit.ts';
import { createQuotas } from './upstream/http/quotas.ts';
import { createSend } from './upstream/http/send.ts';
import { createSingleFlight } from './upstream/http/single-flight.ts';
import { createStandings, observedTokens } from './upstream/http/standing.ts';

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
  /** When a document may be answered past Apollo's pipeline: `learned` without it (`server/app.ts`). */
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
  const audit = heardAudit(observedLog.audit, generations.change);
  const ca = [config.upstream.caPem, options.caPem].flatMap((pem) => (pem == null ? [] : [pem]));
  const { connections, proxy } = config.upstream;
  const http = createHttpClient({ ca, connections, proxy, bytesUnderWay: limits.bytesUnderWay });
  /** Fires at the signal to stop: nobody waits for the end of an action any more. */
  const ending = new AbortController();
  const stopping = new AbortController();
  /** Fires shortly before a stop cuts what is left. */
  const lastMoment = new AbortController();

  const quotas = createQuotas({
    space: store.isShared ? store.space('quotas', namespaces.quotas) : null,
    clock,
    isKept: config.upstream.keepQuotas,
    maxWaitMs: longestQuotaWaitMs,
    stopping: stopping.signal,
    waits: metrics.waitingForQuota,
  });
  const signIns = createSignIns(store);
  const standings = createStandings({
    ...{ log, metrics },
    counts: (tenant) => tenantsInForce.current().directory.get(tenant) !== undefined,
  });
  const ownTokens = lateTokens({
    ...{ store, signIns, clock, http: http.request, proxy, log, metrics },
    timeoutMs: limits.upstreamTimeoutMs,
  });
  const tokens = observedTokens(ownTokens, standings);
  const userSignIn = lateUserSignIn({ signIns, http: http.request, now: clock.now });
  const tenantSignIns = createTenantSignIns({ store, signIns, userSignIn, clock, log });
  const circuits = createCircuits();
  const send = createSend({
    http: http.request,
    tokens,
    clock,
    quotas,
    circuits,
    flights: createSingleFlight(),
    log,
    metrics,
    cache:
      config.cache.maxSeconds === 0
        ? undefined
        : {
            ...{ generations, now: clock.now, usualSeconds: config.cache.usualSeconds },
            maxMs: config.cache.maxSeconds * 1000,
            maxBytes: config.cache.bytes,
            maxEntries: config.cache.entries,
          },
    standings,
    timeouts: { normal: limits.upstreamTimeoutMs, hunting: limits.huntingTimeoutMs },
    maxBytes: { normal: limits.answerBytes, hunting: limits.huntingAnswerBytes },
    connections,
    maxWaitMs: longestPatienceMs,
    random: Math.random,
    stopping: stopping.signal,
  });

  const routing = createRouting({ tokens, standings, clock });
  const connectivity = createConnectivity({ tokens, probe: ownTokens, http: http.request, clock, proxies: proxy });
  const idsPerCall = limits.idsPerCall;
  const learned = createLearned({ clock, log, report: metrics.learnedFacts });
  const parts = { routing, send, clock, learned, quotas, stopping: stopping.signal };
  const machineNames = createMachineNames(parts);
  const reads = createEntityReads({ ...parts, idsPerCall, machineNames });
  const huntingReads = createHuntingReads(parts);
  const edgeReads = createEdgeReads({ ...parts, hunting: huntingReads, idsPerCall, machineNames });

  const tenantsInForce = createTenantsInForce({
    config,
    log,
    onChanged: (gone) => {
      for (const { name } of gone) {
        learned.forgetTenant(name);
        circuits.forget(name);
        standings.forget(name);
      }
    },
  });
  const accessNow = tenantsInForce.made(({ directory }) => createAccess(directory, limits.tenantsPerQuery));
  const rightsNow = tenantsInForce.made(({ access }) => createRights(access, clock));
  /** Roles name tenants: what they name are those of the moment at which the caller was let in, however late their body comes. */
  const accessAtEntry = new WeakMap<Caller, AccessOf>();
  const accessOf: AccessOf = (caller) => (accessAtEntry.get(caller) ?? accessNow())(caller);
  const cursors = createCursors(store.deriveKey('cursors'));
  const lists = createLists({ reads, cursors, limits, clock, log });
  const allRows = createAllRows({ reads, limits, clock, log });
  const counts = createAllCounts({ reads, limits, clock, log });
  const auditLog = createAuditList({ audit, missing: observedLog.missing, cursors, limits });
  const auditInput = createAuditInputs({ audit });
  const gatewayCallerOf = createGatewayCallers({ audit });
  const hunting = createHunting({ reads: huntingReads, clock, log });
  const actions = createActions({
    accessOf,
    store,
    audit,
    auditBudget: createAuditBudget({ store, bytesPerMinute: config.audit.bytesPerMinute }),
    metrics,
    tenantNamed: tenantsInForce.known,
    clock,
    log: quietLog,
    actions: createMachineActions(parts),
    triageActions: createTriageActions({ ...parts, idsPerCall }),
    library: createLibraryActions(parts),
    indicatorActions: createIndicatorActions(parts),
    scanActions: createScanActions(parts),
    createAlert: createNewAlerts(parts),
    changeMachines: createChangeMachines(parts),
    reads,
    stopping: ending.signal,
    settings: {
      targetsPerMutation: limits.targetsPerMutation,
      indicatorsPerMutation: limits.indicatorsPerMutation,
      liveResponse: {
        sessions: limits.liveResponseSessions,
        paceMs: (tenant) => quotas.waitMs(tenant, mde.runLiveResponse),
      },
      switches: config.actions,
      guardrails: () => tenantsInForce.current().guardrails,
      ...(options.watchIntervalMs === undefined ? {} : { pollIntervalMs: options.watchIntervalMs }),
    },
  });

  const approvals = createApprovals({
    ...{
      accessOf,
      clock,
      log: quietLog,
      limits: config.approvals,
      rights: { today: (earlier) => rightsNow().today(earlier) },
    },
    ...{
      idempotency: actions.idempotency,
      records: actions.records,
      actions: createApprovableActions(actions.performAs),
    },
    memory: createApprovalMemory({ store, limits: config.approvals, clock, log: quietLog }),
  });
  const { downloadHosts } = config.upstream;
  const files = createFiles({
    ...{ reads, records: actions.records, hashBytes: limits.fileHashBytes, log: quietLog },
    openFile: createOpenFile({ open: http.open, downloadHosts, clock, operation: 'mde.downloadLiveResponseResult' }),
  });

  const pageOf: PageOf = (rows, asked, idOf, ...question) => {
    const page = pageArguments(asked, limits.pageSize);
    return connectionOfArray(rows, { page, cursors, idOf, question: () => questionOf(...question) });
  };

  const membersOf: MembersOf = (read, asked, ...question) => {
    const page = pageArguments(asked, limits.pageSize);
    return connectionOfMembers(read, { page, cursors, question: questionOf(...question) });
  };

  const tenants = createTenantService({
    ...{ routing, connectivity, signIns: tenantSignIns, quotas, clock },
    faults: tenantsInForce.faults,
  });
  const machineStates = createReadMachineStates({ reads: reads.machineActions, clock });
  const loaderReads = { entities: reads, edges: edgeReads, machineStates };
  const contextOf = createContexts({
    accessOf,
    reads: loaderReads,
    services: {
      ...{ lists, counts, auditLog, auditInput, gatewayCallerOf, pageOf, membersOf, hunting },
      ...{ actions, approvals, files, tenants },
    },
    clock,
    limits,
  });

  const sdl = readSdl();
  const openExportFile = createOpenFile({
    ...{ open: http.open, downloadHosts, clock, idleMs: limits.fileIdleMs },
    operation: 'mde.exportFile',
  });
  const exports = createExports({
    sources: new Map([
      ...createListExports({
        ...{ schema, allRows, pageSize: limits.pageSize, log },
        isCostly: (coordinate) => asksUpstream(sdl.costs.get(coordinate)),
        forBatch: (context) => ({ ...context, ...createLoaders(loaderReads, context.access, context.scope) }),
      }),
      ...createAssessmentExports({ routing, send, openFile: openExportFile, clock, log }),
      ['hunt', createHuntExport(schema)],
    ]),
    limits,
    clock,
    record: createRecordExport({ records: actions.records, log: quietLog }),
    callerKey: shareKeyOf,
  });

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
    createAuthenticator(access, { clock, http: http.request, signingKeys }),
  );
  const docs = config.server.graphiql ? docsRoutes() : null;
  const rates = createRequestRates({ store, limits, metrics, log });
  const app = await createApp<Caller, Context>({
    schema,
    executor: options.executorOf?.(schema),
    shortWay: options.shortWay,
    toldFailures,
    authenticate: async (headers) => {
      const access = accessNow();
      const caller = await authenticatorNow().authenticate(headers);
      accessAtEntry.set(caller, access);
      return caller;
    },
    lastMoment: lastMoment.signal,
    createContext: ({ headers, ...request }: ContextInput<Caller>) =>
      contextOf({
        ...request,
        explain: headers['x-gateway-explain'] === '1',
        plan: asksForPlan(headers['x-gateway-plan']),
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
    tenantSignIns.stop();
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
