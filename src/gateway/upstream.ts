import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { TenantIdentity } from '../config/tenant-keys.ts';
import { createEntityReads } from '../entities/table.ts';
import { lateTokens, lateUserSignIn } from '../identity/late.ts';
import { createSignIns } from '../identity/sign-ins.ts';
import { createEdgeReads } from '../loaders/edges.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createConnectivity } from '../routing/connectivity.ts';
import { createHuntingReads } from '../routing/hunting.ts';
import { createLearned } from '../routing/learned.ts';
import { createMachineNames } from '../routing/machine-names.ts';
import { createRouting } from '../routing/route.ts';
import { createTenantSignIns } from '../routing/tenant-sign-in.ts';
import { longestPatienceMs, longestQuotaWaitMs } from '../scope/patience.ts';
import type { Generations } from '../store/generations.ts';
import { namespaces } from '../store/namespaces.ts';
import type { Store } from '../store/store.ts';
import { createHttpClient } from '../upstream/http/agent.ts';
import { createCircuits } from '../upstream/http/circuit.ts';
import { createQuotas } from '../upstream/http/quotas.ts';
import { createSend } from '../upstream/http/send.ts';
import { createSingleFlight } from '../upstream/http/single-flight.ts';
import { createStandings, observedTokens } from '../upstream/http/standing.ts';

/** What the way to Microsoft is made of. */
interface UpstreamParts {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly generations: Generations;
  /** Trusted besides the system's authorities and those of the settings. */
  readonly caPem: string | undefined;
  /** Whether the tenant is in force as it is. */
  readonly isInForce: (tenant: TenantIdentity) => boolean;
  /** Fires when the gateway stops. */
  readonly stopping: AbortSignal;
}

/** The way to Microsoft, and what is read on it: tokens, the policies of a call, routing, entities, edges, hunting. */
export const createUpstream = (given: UpstreamParts) => {
  const { config, log, clock, metrics, store, generations, caPem, isInForce, stopping } = given;
  const { limits } = config;
  const ca = [config.upstream.caPem, caPem].flatMap((pem) => (pem == null ? [] : [pem]));
  const { connections, proxy } = config.upstream;
  const http = createHttpClient({ ca, connections, proxy, bytesUnderWay: limits.bytesUnderWay });
  const quotas = createQuotas({
    space: store.isShared ? store.space('quotas', namespaces.quotas) : null,
    clock,
    isKept: config.upstream.keepQuotas,
    maxWaitMs: longestQuotaWaitMs,
    stopping,
    waits: metrics.waitingForQuota,
  });
  const signIns = createSignIns(store);
  const standings = createStandings({
    ...{ log, metrics },
    counts: isInForce,
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
    stopping,
  });

  const routing = createRouting({ tokens, standings, clock });
  const connectivity = createConnectivity({ tokens, probe: ownTokens, http: http.request, clock, proxies: proxy });
  const idsPerCall = limits.idsPerCall;
  const learned = createLearned({ clock, log, report: metrics.learnedFacts });
  const parts = { routing, send, clock, learned, quotas, stopping };
  const machineNames = createMachineNames(parts);
  const reads = createEntityReads({ ...parts, idsPerCall, machineNames });
  const huntingReads = createHuntingReads(parts);
  const edgeReads = createEdgeReads({ ...parts, hunting: huntingReads, idsPerCall, machineNames });

  return {
    ...{ http, standings, quotas, connectivity, tenantSignIns, reads, huntingReads, edgeReads },
    /** What reads and actions of every kind are made of. */
    parts,
  };
};

/** What `createUpstream` makes. */
export type Upstream = ReturnType<typeof createUpstream>;
