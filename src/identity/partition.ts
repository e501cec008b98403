import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import { type GatewayError, UpstreamError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type AccessToken, readAccessToken } from './access-token.ts';
import { tokenFailure } from './failure.ts';
import type { Acquire } from './source.ts';

/** One token as it is asked for. */
export interface TokenRequest {
  /** Name of the tenant, for errors. */
  readonly tenant: string;
  readonly api: ApiName;
  readonly scope: string;
  /** Not the token at hand: the API has refused it. */
  readonly fresh: boolean;
  /** A claims challenge of the API, decoded. */
  readonly claims: string | undefined;
}

/** The tokens of one identity in one tenant with one credential; nothing in it is shared with another. */
export interface Partition {
  get(request: TokenRequest): Promise<AccessToken>;
}

export interface PartitionParts {
  readonly acquire: Acquire;
  readonly clock: Clock;
  readonly log?: Log | undefined;
}

/** A token that is about to end is renewed beside the work that uses it. */
const refreshAheadMs = 10 * 60_000;
/** With less than this left a token is not handed out; MSAL draws the same line. */
const usableMs = 5 * 60_000;
/** While Entra is down a token serves until nearly its end. */
const lastResortMs = 60_000;
/** Tokens that live for minutes get smaller margins, or every call would go to Entra. */
const usableShare = 0.1;
const refreshAheadShare = 0.2;
/** A refresh ahead that failed is not tried again at once. */
const refreshPauseMs = 30_000;

interface Obtained {
  readonly token: AccessToken;
  /** From MSAL's cache, not from Entra just now. */
  readonly fromCache: boolean;
}

interface ScopeState {
  token?: AccessToken;
  /** The margins of `token`, in milliseconds before its end. */
  usableMs: number;
  refreshAheadMs: number;
  /** Until then Entra is left alone, and callers get `error`. */
  hold?: { readonly untilMs: number; readonly error: GatewayError };
  refreshNotBeforeMs: number;
}

export const createPartition = ({ acquire: acquireOnce, clock, log }: PartitionParts): Partition => {
  const states = new Map<string, ScopeState>();
  const flights = new Map<string, Promise<AccessToken>>();

  const stateOf = (scope: string): ScopeState => {
    const state = states.get(scope) ?? { usableMs, refreshAheadMs, refreshNotBeforeMs: 0 };
    states.set(scope, state);
    return state;
  };

  const leftMs = (token: AccessToken | undefined): number =>
    token === undefined ? 0 : token.expiresAtMs - clock.now();

  /** MSAL has no single flight of its own for most ways; the caller has. */
  const askMsal = async ({ scope, fresh, claims }: TokenRequest, correlationId: string): Promise<Obtained> => {
    const ask = async (skipCache: boolean): Promise<Obtained> => {
      const result = await acquireOnce({ scope, fresh: skipCache, claims, correlationId });
      if (result === null) throw new UpstreamError('UPSTREAM_REJECTED', 'Entra gave no token');
      const expiresAtMs = result.expiresOn?.getTime() ?? clock.now();
      return { token: readAccessToken(result.accessToken, expiresAtMs), fromCache: result.fromCache };
    };
    const obtained = await ask(fresh);
    return obtained.fromCache && leftMs(obtained.token) < usableMs ? ask(true) : obtained;
  };

  const checkHold = ({ hold }: ScopeState): void => {
    if (hold === undefined || hold.untilMs <= clock.now()) return;
    const retryAfterSeconds = Math.ceil((hold.untilMs - clock.now()) / 1000);
    const { code, message, details } = hold.error;
    if (code === 'UPSTREAM_THROTTLED' || code === 'UPSTREAM_UNAVAILABLE') {
      throw new UpstreamError(code, message, { ...details, retryAfterSeconds }, hold.error);
    }
  };

  const acquire = async (request: TokenRequest): Promise<AccessToken> => {
    const state = stateOf(request.scope);
    const correlationId = randomUUID();
    try {
      checkHold(state);
      const { token, fromCache } = await askMsal(request, correlationId);
      // One from the cache has lived for an unknown while, and MSAL saw to the full margin.
      const lifetimeMs = fromCache ? Number.POSITIVE_INFINITY : leftMs(token);
      state.token = token;
      state.usableMs = Math.min(usableMs, lifetimeMs * usableShare);
      state.refreshAheadMs = Math.min(refreshAheadMs, lifetimeMs * refreshAheadShare);
      delete state.hold;
      return token;
    } catch (thrown) {
      const error = tokenFailure(thrown, { ...request, correlationId });
      const { retryAfterSeconds } = error.details;
      // A hold that is still on came back as it is: setting it anew would never let it end.
      if (retryAfterSeconds !== undefined && error !== thrown)
        state.hold = { untilMs: clock.now() + retryAfterSeconds * 1000, error };
      const spare = request.fresh || request.claims !== undefined ? undefined : state.token;
      if (spare === undefined || leftMs(spare) < lastResortMs || !(error instanceof UpstreamError)) throw error;
      log?.warn('Entra does not answer: a token near its end serves on', {
        tenant: request.tenant,
        api: request.api,
        err: error,
      });
      return spare;
    }
  };

  const join = (request: TokenRequest): Promise<AccessToken> => {
    const key = JSON.stringify([request.scope, request.fresh, request.claims ?? null]);
    const underWay = flights.get(key);
    if (underWay !== undefined) return underWay;
    const flight = acquire(request).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };

  const refreshAhead = (request: TokenRequest, state: ScopeState): void => {
    if (clock.now() < state.refreshNotBeforeMs) return;
    state.refreshNotBeforeMs = clock.now() + refreshPauseMs;
    join({ ...request, fresh: true }).catch((error: unknown) =>
      log?.warn('A token could not be renewed ahead of its end', {
        tenant: request.tenant,
        api: request.api,
        err: error,
      }),
    );
  };

  return {
    get: async (request) => {
      const state = stateOf(request.scope);
      const { token } = state;
      if (request.fresh || request.claims !== undefined || token === undefined || leftMs(token) < state.usableMs)
        return join(request);
      if (leftMs(token) < state.refreshAheadMs) refreshAhead(request, state);
      return token;
    },
  };
};
