import type { Clock } from '../../clock.ts';
import { usualConnections } from '../../clouds/call-bounds.ts';
import type { Tenant } from '../../config/tenants.ts';
import { asGatewayError, UnsupportedInCloudError, UpstreamError } from '../../errors.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { isOutOfCalls } from '../../scope/call-budget.ts';
import type { CallScope } from '../../scope.ts';
import { createReadCache, invalidating, type Read, type ReadCacheParts } from './cached.ts';
import { type Answer, type Call, placeOf, through } from './call.ts';
import { type Circuits, guarded, spared } from './circuit.ts';
import { coalesced, type SharedReads } from './coalesced.ts';
import { connected, createConnectionPool } from './connections.ts';
import { createExchange } from './exchange.ts';
import { failureWithoutAnswer } from './failure.ts';
import { gathered } from './gathered.ts';
import type { Http } from './http.ts';
import { createKeptAnswers } from './kept-answers.ts';
import type { Operation } from './operation.ts';
import type { Quotas } from './quotas.ts';
import { readKey } from './read-key.ts';
import { budgeted, recorded } from './recorded.ts';
import { mayRepeat, retried } from './retry.ts';
import { observed, type Standings } from './standing.ts';
import { throttled } from './throttle.ts';
import { authorized, understood } from './understood.ts';
import { nextUrl, urlOf } from './url.ts';

/** Runs operations against Microsoft. Every policy of an upstream call is in the list below. */
export interface Send {
  /** One operation; errors are `GatewayError`s that name tenant and API. */
  <T>(tenant: Tenant, operation: Operation<T>, scope: CallScope): Promise<T>;
  /** The next page of a collection, by the link of the page before; refused when it leads away from the service. */
  follow<T>(tenant: Tenant, operation: Operation<T>, nextLink: string, scope: CallScope): Promise<T>;
}

/** The policies of an upstream call and what they need. */
export interface SendParts {
  readonly http: Http;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly quotas: Quotas;
  readonly circuits: Circuits;
  readonly flights: SharedReads;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What is kept of reads; absent: nothing. */
  readonly cache?: ReadCacheParts | undefined;
  /** How each tenant's APIs stand; absent: nobody watches. */
  readonly standings?: Standings;
  /** Milliseconds that one exchange may take. */
  readonly timeouts: { readonly normal: number; readonly hunting: number };
  /** Bytes of one answer; by default 32 MiB, of hunting 128 MiB. */
  readonly maxBytes?: { readonly normal: number; readonly hunting: number };
  /** Connections to one origin; as usual by default. */
  readonly connections?: number;
  /** The longest wait for a `Retry-After`, milliseconds; beyond it the caller is told instead. */
  readonly maxWaitMs: number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Fires when the gateway stops; by default never. */
  readonly stopping?: AbortSignal;
}

/** Puts the policies in their order, the first outermost. */
export const createSend = (parts: SendParts): Send => {
  const { cache, circuits, clock, metrics, tokens } = parts;
  const connections = createConnectionPool(parts.connections ?? usualConnections, {
    waits: metrics.waitingCalls,
    uses: metrics.usedConnections,
  });
  const kept = cache === undefined ? null : createKeptAnswers(cache);
  const pass = through(
    [
      ...(cache === undefined ? [] : [invalidating(cache.generations)]),
      coalesced({
        ...{ flights: parts.flights, clock, joined: metrics.coalescedRead },
        generationOf: (tenant) => cache?.generations.known(tenant),
      }),
      gathered({ ...parts, joined: metrics.coalescedRead }),
      authorized(tokens, clock),
      ...(parts.standings === undefined ? [] : [observed(parts.standings, circuits)]),
      retried(parts),
      spared(circuits),
      budgeted,
      throttled(parts),
      recorded(clock),
      connected({ connections, circuits, clock, timeouts: parts.timeouts }),
      guarded(circuits),
    ],
    understood({ exchange: createExchange(parts), tokens, clock, kept }),
  );

  const callOf = (
    tenant: Tenant,
    operation: Operation<unknown>,
    scope: CallScope,
    urlOn: (origin: string) => string,
  ): Call => {
    const endpoint = tenant.apis[operation.api];
    if (endpoint === null)
      throw new UnsupportedInCloudError(`The cloud of ${tenant.name} (${tenant.cloud}) has no ${operation.api} API`, {
        tenant: tenant.name,
        api: operation.api,
      });
    const call = { tenant, endpoint, operation, scope, url: urlOn(endpoint.baseUrl) };
    return operation.method === 'GET' ? { ...call, readKey: readKey(call) } : call;
  };

  const read = <T>(call: Call, operation: Operation<T>, answer: Answer): T => {
    if (answer.none && operation.whenNotFound !== undefined) return operation.whenNotFound();
    try {
      return operation.parse(answer.json, answer.permissions, answer.made);
    } catch (thrown) {
      throw failureWithoutAnswer(placeOf(call), thrown, false, answer);
    }
  };

  /** JSON that is not of the documented shape may be a proxy's that passes: a read is tried once more. */
  const fresh = async <T>(call: Call, operation: Operation<T>): Promise<Read<T>> => {
    const answer = await pass(call);
    try {
      return { answer, value: read(call, operation, answer) };
    } catch (thrown) {
      if (
        !mayRepeat(operation) ||
        operation.isBegun?.() === true ||
        asGatewayError(thrown).code !== 'UPSTREAM_UNAVAILABLE'
      )
        throw thrown;
      const again = await pass(call).catch((second: unknown) => {
        throw isOutOfCalls(asGatewayError(second)) ? thrown : second;
      });
      return { answer: again, value: read(call, operation, again) };
    }
  };

  const reads = cache === undefined || kept === null ? null : createReadCache(cache, kept, metrics.cachedRead);
  const run = async <T>(call: Call, operation: Operation<T>): Promise<T> => {
    if (reads === null) return (await fresh(call, operation)).value;
    return reads.read(
      call,
      (answer) => read(call, operation, answer),
      () => fresh(call, operation),
    );
  };

  const send = async <T>(tenant: Tenant, operation: Operation<T>, scope: CallScope): Promise<T> =>
    run(
      callOf(tenant, operation, scope, (origin) => urlOf(origin, operation)),
      operation,
    );

  const follow = async <T>(tenant: Tenant, operation: Operation<T>, nextLink: string, scope: CallScope): Promise<T> => {
    const call = callOf(tenant, operation, scope, (origin) => {
      const url = nextUrl(origin, nextLink, operation);
      if (url !== null) return url;
      throw new UpstreamError(
        'UPSTREAM_REJECTED',
        `${operation.id} pointed to a next page on another host; it was not followed`,
        { tenant: tenant.name, api: operation.api },
      );
    });
    return run(call, operation);
  };

  return Object.assign(send, { follow });
};
