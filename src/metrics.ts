import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Buckets in seconds: from a cached answer to the longest deadline that a caller may be given. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** One HTTP request answered. `route` is a fixed name, never a raw path. */
export interface HttpRequestSample {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

/** One GraphQL operation answered. `outcome` is `OK` or the first error's code. */
export interface GraphqlOperationSample {
  readonly type: 'query' | 'mutation' | 'subscription' | 'unknown';
  readonly outcome: string;
  readonly seconds: number;
}

/** One call to Microsoft, however it ended. `outcome` is `OK` or an error code. */
export interface UpstreamCallSample {
  readonly api: string;
  readonly operation: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** One need of an access token: taken from memory, read from the store, or asked of Entra. */
export interface TokenSample {
  readonly api: string;
  readonly source: 'memory' | 'store' | 'entra';
  readonly outcome: string;
}

/** One wait for a quota of Microsoft's. `outcome` is `OK` or the code it failed with. */
export interface QuotaWaitSample {
  readonly api: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** One export that was asked for. `outcome`: `OK`, the code of its refusal or of its first failure, `TRUNCATED`, `LEFT` (by its caller) or `BROKEN`. */
export interface ExportSample {
  /** As its path names it; `none`: there is no such export. */
  readonly export: string;
  /** `none`: what was asked is not known. */
  readonly format: string;
  readonly outcome: string;
  readonly rows: number;
}

/** Why there was no room for a request. */
export type ShedReason = 'lag' | 'memory' | 'bodies' | 'queries';

/** What there was too much of in a minute: operations of a caller, their points, wrong credentials of an address. */
export type RateKind = 'caller' | 'cost' | 'sign-in';

/**
 * The gateway's counters. No label ever names a tenant, or holds its data, a path or an id: `/metrics` asks for no credential,
 * and cardinality stays bounded.
 */
export interface Metrics {
  httpRequest(sample: HttpRequestSample): void;
  graphqlOperation(sample: GraphqlOperationSample): void;
  upstreamCall(sample: UpstreamCallSample): void;
  token(sample: TokenSample): void;
  quotaWait(sample: QuotaWaitSample): void;
  /** A read that joined an equal one in flight. */
  coalescedRead(operation: string): void;
  /** A read was answered from the short cache. */
  cachedRead(operation: string): void;
  /** An export that ended, however it did. */
  exported(sample: ExportSample): void;
  /** Connections to Microsoft that are in use now. */
  usedConnections(count: number): void;
  /** Calls that wait for a connection now. */
  waitingCalls(count: number): void;
  /** Calls that wait for a quota of Microsoft's now. */
  waitingForQuota(count: number): void;
  /** How many tenants' APIs stand so, by standing. */
  apiStandings(api: string, counts: Readonly<Record<string, number>>): void;
  /** Actions that were interrupted and whose outcome is not known yet. */
  openActions(count: number): void;
  /** Whether mutations under an `idempotencyKey` are refused because the store lost entries. */
  storeLost(isLost: boolean): void;
  /** What was refused for its rate: a caller's operations or their points (`cost`), or an address's wrong credentials. */
  rateLimited(kind: RateKind): void;
  /** What was refused for want of room: of the event loop, of memory, for bodies, or for queries that are being answered. */
  shed(reason: ShedReason): void;
  /** What the process has too much of; `null`: nothing. */
  overloaded(reason: Exclude<ShedReason, 'bodies' | 'queries'> | null): void;
  /** What was found out about an upstream and is remembered for some minutes, by kind of fact. */
  learnedFacts(sample: { api: string; fact: string; known: number }): void;
  /** Content type of `render`'s text. */
  readonly contentType: string;
  /** All counters in the Prometheus text format. */
  render(): Promise<string>;
}

/** What is counted beside the gateway's own work. */
export interface MetricsOptions {
  /** Adds CPU, memory, event loop and garbage collection of this process. */
  readonly processMetrics?: boolean;
}

/** Counters in a registry of their own: two gateways in one process never share. */
export const createMetrics = ({ processMetrics = false }: MetricsOptions = {}): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  if (processMetrics) collectDefaultMetrics({ register: registry });

  const httpSeconds = new Histogram({
    name: 'gateway_http_request_duration_seconds',
    help: 'HTTP requests answered, by route, method and status',
    labelNames: ['route', 'method', 'status'],
    buckets: durationBuckets,
    registers,
  });
  const graphqlSeconds = new Histogram({
    name: 'gateway_graphql_operation_duration_seconds',
    help: 'GraphQL operations answered, by type and outcome (OK or the first error code)',
    labelNames: ['type', 'outcome'],
    buckets: durationBuckets,
    registers,
  });
  const upstreamSeconds = new Histogram({
    name: 'gateway_upstream_call_duration_seconds',
    help: 'Calls to Microsoft, by API, operation and outcome (OK or an error code)',
    labelNames: ['api', 'operation', 'outcome'],
    buckets: durationBuckets,
    registers,
  });
  const quotaSeconds = new Histogram({
    name: 'gateway_quota_wait_duration_seconds',
    help: "Waits for Microsoft's quotas, by API and outcome",
    labelNames: ['api', 'outcome'],
    buckets: durationBuckets,
    registers,
  });
  const tokens = new Counter({
    name: 'gateway_tokens_total',
    help: 'Access tokens needed, by API, where they came from and outcome',
    labelNames: ['api', 'source', 'outcome'],
    registers,
  });
  const coalescedReads = new Counter({
    name: 'gateway_coalesced_reads_total',
    help: 'Reads that joined an equal one in flight, or went together with others, by operation',
    labelNames: ['operation'],
    registers,
  });
  const cachedReads = new Counter({
    name: 'gateway_cached_reads_total',
    help: 'Reads that were answered from the short cache, by operation',
    labelNames: ['operation'],
    registers,
  });
  const exports = new Counter({
    name: 'gateway_exports_total',
    help: 'Exports that ended, by name, format and outcome (OK, the first failure code, TRUNCATED, LEFT or BROKEN)',
    labelNames: ['export', 'format', 'outcome'],
    registers,
  });
  const exportRows = new Counter({
    name: 'gateway_export_rows_total',
    help: 'Rows that exports gave, by name',
    labelNames: ['export'],
    registers,
  });
  const usedConnections = new Gauge({
    name: 'gateway_upstream_connections_in_use',
    help: 'Connections to Microsoft that are in use (upstream.connections), of all hosts',
    registers,
  });
  const waitingCalls = new Gauge({
    name: 'gateway_upstream_waiting_calls',
    help: 'Calls to Microsoft that wait for a connection (upstream.connections)',
    registers,
  });
  const waitingForQuota = new Gauge({
    name: 'gateway_quota_waiting_calls',
    help: "Calls that wait for a quota of Microsoft's",
    registers,
  });
  const standing = new Gauge({
    name: 'gateway_tenant_apis',
    help: 'APIs of tenants by how they stand: works, throttled, unavailable, timed_out, forbidden, breaker_open, not_microsoft, no_token',
    labelNames: ['api', 'standing'],
    registers,
  });
  const rateRefusals = new Counter({
    name: 'gateway_rate_limited_total',
    help: 'Refused for a rate, by kind: operations of a caller, their points (cost), or wrong credentials of an address (sign-in)',
    labelNames: ['kind'],
    registers,
  });
  const shed = new Counter({
    name: 'gateway_shed_total',
    help: 'Refused for want of room, by reason: lag of the event loop, memory, bodies or queries under way',
    labelNames: ['reason'],
    registers,
  });
  const overloaded = new Gauge({
    name: 'gateway_overloaded',
    help: '1 while what costs much is refused, by reason: lag of the event loop, memory',
    labelNames: ['reason'],
    registers,
  });
  const learnedFacts = new Gauge({
    name: 'gateway_learned_facts',
    help: 'What was found out about an upstream and is remembered for some minutes, by API and kind of fact',
    labelNames: ['api', 'fact'],
    registers,
  });
  const interruptedActions = new Gauge({
    name: 'gateway_interrupted_actions',
    help: 'Actions that were interrupted and whose outcome is not known yet',
    registers,
  });
  const storeLost = new Gauge({
    name: 'gateway_store_lost_entries',
    help: '1 while mutations under an idempotencyKey are refused because the store lost entries',
    registers,
  });

  // Reasons and kinds are few and known: a rate is seen from the first refusal on.
  for (const reason of ['lag', 'memory', 'bodies', 'queries'] satisfies ShedReason[]) shed.inc({ reason }, 0);
  for (const kind of ['caller', 'cost', 'sign-in'] satisfies RateKind[]) rateRefusals.inc({ kind }, 0);
  for (const reason of ['lag', 'memory'] satisfies ShedReason[]) overloaded.set({ reason }, 0);

  return {
    storeLost: (isLost) => storeLost.set(isLost ? 1 : 0),
    rateLimited: (kind) => rateRefusals.inc({ kind }),
    shed: (reason) => shed.inc({ reason }),
    overloaded: (state) => {
      for (const reason of ['lag', 'memory'] as const) overloaded.set({ reason }, state === reason ? 1 : 0);
    },
    openActions: (count) => interruptedActions.set(count),
    httpRequest: ({ seconds, route, method, status }) => httpSeconds.observe({ route, method, status }, seconds),
    graphqlOperation: ({ seconds, ...labels }) => graphqlSeconds.observe(labels, seconds),
    upstreamCall: ({ seconds, ...labels }) => upstreamSeconds.observe(labels, seconds),
    quotaWait: ({ seconds, ...labels }) => quotaSeconds.observe(labels, seconds),
    token: (labels) => tokens.inc({ ...labels }),
    coalescedRead: (operation) => coalescedReads.inc({ operation }),
    cachedRead: (operation) => cachedReads.inc({ operation }),
    exported: ({ rows, ...labels }) => {
      exports.inc(labels);
      exportRows.inc({ export: labels.export }, rows);
    },
    usedConnections: (count) => usedConnections.set(count),
    waitingCalls: (count) => waitingCalls.set(count),
    waitingForQuota: (count) => waitingForQuota.set(count),
    apiStandings: (api, counts) => {
      for (const [name, count] of Object.entries(counts)) standing.set({ api, standing: name }, count);
    },
    learnedFacts: ({ known, ...labels }) => learnedFacts.set(labels, known),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
};
