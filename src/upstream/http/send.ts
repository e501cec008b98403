import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { UnsupportedInCloudError, UpstreamError } from '../../errors.ts';
import type { AccessToken } from '../../identity/access-token.ts';
import { claimsChallengeOf } from '../../identity/challenge.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { type CallScope, identityKey } from '../../scope.ts';
import { parseExactly } from '../exact-json.ts';
import type { Http, HttpAnswer } from './agent.ts';
import type { Circuits } from './circuit.ts';
import { type CallPlace, challengeFailure, failureOf, failureWithoutAnswer, headerRequestId } from './failure.ts';
import type { Operation } from './operation.ts';
import { retryDelayMs } from './retry.ts';
import type { SingleFlight } from './single-flight.ts';
import type { ThrottleMemory } from './throttle.ts';
import { nextUrl, urlOf } from './url.ts';

/** Runs operations against Microsoft. Every policy of an upstream call is in the order of `exchange` below. */
export interface Send {
  /** One operation; errors are `GatewayError`s that name tenant and API. */
  <T>(tenant: Tenant, operation: Operation<T>, scope: CallScope): Promise<T>;
  /** The next page of a collection, by the link of the page before; refused when it leaves the API's origin. */
  follow<T>(tenant: Tenant, operation: Operation<T>, nextLink: string, scope: CallScope): Promise<T>;
}

/** The policies of an upstream call and what they need. */
export interface SendParts {
  readonly http: Http;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly throttle: ThrottleMemory;
  readonly circuits: Circuits;
  readonly flights: SingleFlight<ReadAnswer>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds that one exchange may take. */
  readonly timeouts: { readonly normal: number; readonly hunting: number };
  /** The longest wait for a `Retry-After`; beyond it the caller is told instead. */
  readonly maxWaitMs: number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

/** An answer whose body is parsed once, however many share it; they only read it. */
interface ReadAnswer {
  readonly status: number;
  /** Throws a `SyntaxError` for what is no JSON. */
  readonly json: () => unknown;
}

const readOnce = ({ status, body }: HttpAnswer): ReadAnswer => {
  let parsed: { readonly json: unknown } | undefined;
  return {
    status,
    json: () => {
      parsed ??= { json: body === '' ? undefined : parseExactly(body) };
      return parsed.json;
    },
  };
};

/** Puts the policies in their order. */
export const createSend = (parts: SendParts): Send => {
  const { clock, circuits, throttle, tokens } = parts;
  /** Acts that have come to their end, by tenant: a read that begins after one must not join a read that began before it. */
  const acts = new Map<string, number>();

  /** One HTTP exchange with a token and a deadline; any status is an answer. */
  const exchangeOnce = async (
    tenant: Tenant,
    operation: Operation<unknown>,
    url: string,
    scope: CallScope,
    token: AccessToken,
  ): Promise<HttpAnswer> => {
    const place: CallPlace = { tenant: tenant.name, operation };
    const timeout = AbortSignal.timeout(
      Math.max(1, Math.ceil(Math.min(parts.timeouts[operation.pace ?? 'normal'], scope.deadline - clock.now()))),
    );
    const started = clock.now();
    let outcome = 'none';
    try {
      const answer = await parts.http(url, {
        method: operation.method,
        headers: {
          accept: 'application/json',
          'client-request-id': scope.requestId,
          ...operation.headers,
          ...(operation.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
          authorization: `Bearer ${token.value}`,
        },
        ...(operation.body === undefined ? {} : { body: JSON.stringify(operation.body) }),
        signal: AbortSignal.any([scope.signal, timeout]),
      });
      outcome = String(answer.status);
      return answer;
    } catch (thrown) {
      scope.signal.throwIfAborted();
      const error = failureWithoutAnswer(place, thrown, timeout.aborted);
      outcome = error.code;
      throw error;
    } finally {
      const elapsedMs = clock.now() - started;
      parts.metrics.upstreamCall({ api: operation.api, operation: operation.id, outcome, seconds: elapsedMs / 1000 });
      parts.log.debug('upstream call', {
        tenant: tenant.name,
        operation: operation.id,
        outcome,
        elapsedMs,
        requestId: scope.requestId,
      });
    }
  };

  /**
   * An exchange whose bad statuses are errors. A 401 did nothing, so that even an act is sent once more with another token,
   * one that meets the API's claims challenge if there is one. A challenge of a call on behalf of the caller is his: only
   * he can sign in with the claims.
   */
  const exchange = async (
    tenant: Tenant,
    operation: Operation<unknown>,
    url: string,
    scope: CallScope,
  ): Promise<HttpAnswer> => {
    const common = { signal: scope.signal, callerToken: scope.callerToken };
    const token = await tokens.get(tenant, operation.api, common);
    let answer = await exchangeOnce(tenant, operation, url, scope, token);
    const claims = answer.status === 401 ? claimsChallengeOf(answer.headers['www-authenticate']) : undefined;
    if (claims !== undefined && tenant.auth.kind === 'onBehalfOf') {
      throw challengeFailure({ tenant: tenant.name, operation }, answer, claims);
    }
    if (answer.status === 401) {
      const other = await tokens.get(tenant, operation.api, {
        ...common,
        refused: token,
        ...(claims === undefined ? {} : { claims }),
      });
      if (other.value !== token.value) answer = await exchangeOnce(tenant, operation, url, scope, other);
    }
    if (answer.status < 400 || (answer.status === 404 && operation.whenNotFound !== undefined)) return answer;
    const error = failureOf({ tenant: tenant.name, operation }, answer, clock.now());
    if (error.code === 'UPSTREAM_THROTTLED')
      throttle.note({ tenant: tenant.name, operation }, error.details.retryAfterSeconds ?? 1);
    throw error;
  };

  /** Budget, known throttling, breaker, exchange; again while `retry` says so. */
  const persist = async (
    tenant: Tenant,
    operation: Operation<unknown>,
    url: string,
    scope: CallScope,
  ): Promise<HttpAnswer> => {
    const place: CallPlace = { tenant: tenant.name, operation };
    for (let attempt = 1; ; attempt += 1) {
      scope.spend();
      const waitedMs = await throttle.pass(place, scope);
      const started = clock.now();
      const record = (outcome: string, upstreamRequestId: string | undefined): void =>
        scope.record({
          tenant: tenant.name,
          api: operation.api,
          operation: operation.id,
          outcome,
          elapsedMs: clock.now() - started,
          waitedMs,
          coalesced: false,
          ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
        });
      try {
        const answer = await circuits.run(place, () => exchange(tenant, operation, url, scope));
        record('OK', headerRequestId(answer));
        return answer;
      } catch (thrown) {
        const failure = failureWithoutAnswer(place, thrown, false);
        record(failure.code, failure.details.upstreamRequestId);
        scope.signal.throwIfAborted();
        const delayMs = retryDelayMs(failure, attempt, operation.repeatable, parts.random);
        if (delayMs === null || delayMs > parts.maxWaitMs || clock.now() + delayMs >= scope.deadline) throw failure;
        await clock.sleep(delayMs, scope.signal);
      }
    }
  };

  const run = async <T>(tenant: Tenant, operation: Operation<T>, url: string, scope: CallScope): Promise<T> => {
    const place: CallPlace = { tenant: tenant.name, operation };
    let answer: ReadAnswer;
    if (operation.method === 'GET') {
      const key = [
        tenant.name,
        identityKey(tenant, scope.callerToken),
        operation.api,
        url,
        operation.headers?.prefer ?? '',
        acts.get(tenant.name) ?? 0,
      ].join('\n');
      const flight = await parts.flights.run(key, scope.signal, async (signal) =>
        readOnce(await persist(tenant, operation, url, { ...scope, signal })),
      );
      answer = flight.value;
      if (flight.shared) {
        const { id, api } = operation;
        scope.record({
          tenant: tenant.name,
          api,
          operation: id,
          outcome: 'OK',
          elapsedMs: 0,
          waitedMs: 0,
          coalesced: true,
        });
      }
    } else {
      try {
        answer = readOnce(await persist(tenant, operation, url, scope));
      } finally {
        if (!operation.repeatable) acts.set(tenant.name, (acts.get(tenant.name) ?? 0) + 1);
      }
    }
    if (answer.status === 404 && operation.whenNotFound !== undefined) return operation.whenNotFound();
    try {
      return operation.parse(answer.json());
    } catch (thrown) {
      throw failureWithoutAnswer(place, thrown, false);
    }
  };

  const originOf = (tenant: Tenant, operation: Operation<unknown>): string => {
    const endpoint = tenant.apis[operation.api];
    if (endpoint !== null) return endpoint.baseUrl;
    throw new UnsupportedInCloudError(`The cloud of ${tenant.name} (${tenant.cloud}) has no ${operation.api} API`, {
      tenant: tenant.name,
      api: operation.api,
    });
  };

  const send = <T>(tenant: Tenant, operation: Operation<T>, scope: CallScope): Promise<T> =>
    run(tenant, operation, urlOf(originOf(tenant, operation), operation), scope);

  const follow = <T>(tenant: Tenant, operation: Operation<T>, nextLink: string, scope: CallScope): Promise<T> => {
    const url = nextUrl(originOf(tenant, operation), nextLink);
    if (url === null) {
      const place = { tenant: tenant.name, api: operation.api };
      throw new UpstreamError(
        'UPSTREAM_REJECTED',
        `${operation.id} pointed to a next page on another host; it was not followed`,
        place,
      );
    }
    return run(tenant, operation, url, scope);
  };

  return Object.assign(send, { follow });
};
