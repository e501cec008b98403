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

/** One wait for quota. `outcome` is `OK` or the code it failed with. */
export interface QueueWaitSample {
  readonly api: string;
  readonly priority: string;
  readonly outcome: string;
  readonly seconds: number;
}

/** One look into a cache of upstream answers. */
export interface CacheReadSample {
  readonly operation: string;
  readonly outcome: 'hit' | 'miss' | 'coalesced';
}

/** The gateway's counters. No label ever holds a tenant's data, a path or an id: cardinality stays bounded. */
export interface Metrics {
  httpRequest(sample: HttpRequestSample): void;
  graphqlOperation(sample: GraphqlOperationSample): void;
  upstreamCall(sample: UpstreamCallSample): void;
  token(sample: TokenSample): void;
  queueWait(sample: QueueWaitSample): void;
  cacheRead(sample: CacheReadSample): void;
  /** Acts that were interrupted and whose truth is not known yet. */
  openActs(count: number): void;
  /** A request refused for its rate: a caller's, or an address's wrong credentials. */
  rateLimited(kind: 'caller' | 'sign-in'): void;
  /** Live subscriptions by name; `change` is +1 or -1. */
  subscriptions(name: string, change: 1 | -1): void;
  /** What was found out about an upstream and is remembered for some minutes, by kind of fact. */
  learnedFacts(sample: { tenant: string; api: string; fact: string; known: number }): void;
  /** Content type of `render`'s text. */
  readonly contentType: string;
  /** All counters in the Prometheus text format. */
  render(): Promise<string>;
}

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
  const queueSeconds = new Histogram({
    name: 'gateway_quota_wait_duration_seconds',
    help: 'Waits for upstream quota, by API, priority and outcome',
    labelNames: ['api', 'priority', 'outcome'],
    buckets: durationBuckets,
    registers,
  });
  const tokens = new Counter({
    name: 'gateway_tokens_total',
    help: 'Access tokens needed, by API, where they came from and outcome',
    labelNames: ['api', 'source', 'outcome'],
    registers,
  });
  const cacheReads = new Counter({
    name: 'gateway_cache_reads_total',
    help: 'Looks into the cache of upstream answers, by operation and outcome',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const rateRefusals = new Counter({
    name: 'gateway_rate_limited_total',
    help: "Requests refused for their rate, by kind: a caller's requests, or an address's wrong credentials (sign-in)",
    labelNames: ['kind'],
    registers,
  });
  const learnedFacts = new Gauge({
    name: 'gateway_learned_facts',
    help: 'What was found out about an upstream and is remembered for some minutes, by tenant, API and kind of fact',
    labelNames: ['tenant', 'api', 'fact'],
    registers,
  });
  const liveSubscriptions = new Gauge({
    name: 'gateway_subscriptions',
    help: 'Live GraphQL subscriptions, by field',
    labelNames: ['name'],
    registers,
  });

  const interruptedActs = new Gauge({
    name: 'gateway_interrupted_acts',
    help: 'Acts that were interrupted and whose truth is not known yet',
    registers,
  });

  return {
    rateLimited: (kind) => rateRefusals.inc({ kind }),
    openActs: (count) => interruptedActs.set(count),
    httpRequest: ({ seconds, route, method, status }) => httpSeconds.observe({ route, method, status }, seconds),
    graphqlOperation: ({ seconds, ...labels }) => graphqlSeconds.observe(labels, seconds),
    upstreamCall: ({ seconds, ...labels }) => upstreamSeconds.observe(labels, seconds),
    queueWait: ({ seconds, ...labels }) => queueSeconds.observe(labels, seconds),
    token: (labels) => tokens.inc({ ...labels }),
    cacheRead: (labels) => cacheReads.inc({ ...labels }),
    learnedFacts: ({ known, ...labels }) => learnedFacts.set(labels, known),
    subscriptions: (name, change) => liveSubscriptions.inc({ name }, change),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
};
