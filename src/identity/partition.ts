import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import { GatewayError, UpstreamError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type AccessToken, readAccessToken } from './access-token.ts';
import { pauseAfter, tokenFailure } from './failure.ts';
import { askPatiently } from './patience.ts';
import type { PauseKeys, Pauses } from './pauses.ts';
import {
  createScopeState,
  keepIn,
  lackAgain,
  lackNoMore,
  type Obtained,
  type ScopeState,
  usableMs,
} from './scope-state.ts';
import type { Acquire } from './source.ts';

/** One token as it is asked for. */
export interface TokenRequest {
  /** Name of the tenant, for errors. */
  readonly tenant: string;
  readonly api: ApiName;
  readonly scope: string;
  /** From Entra, though a token may be at hand. */
  readonly fresh: boolean;
  /** This one was refused by the API: any other will do. */
  readonly refused: AccessToken | undefined;
  /** Ask Entra though it refused a moment ago. */
  readonly despiteRefusal: boolean;
  /** A claims challenge of the API, decoded. */
  readonly claims: string | undefined;
  /** The token at hand lacks a permission that may have been granted since. */
  readonly lacking: boolean;
  /** Nobody waits for it: the token at hand serves meanwhile. */
  readonly ahead?: boolean;
}

/** The tokens of one identity in one tenant with one credential; nothing in it is shared with another. */
export interface Partition {
  get(request: TokenRequest): Promise<AccessToken>;
  /** The token in memory, as long as it is not to be renewed; else undefined. */
  atHand(request: Pick<TokenRequest, 'api' | 'scope'>): AccessToken | undefined;
}

/** How the tokens of one identity are had, and when Entra is not asked. */
export interface PartitionParts {
  readonly acquire: Acquire;
  readonly pauses: Pauses;
  /** What a pause of Entra may concern; of those who ask for a scope with a claims challenge, or without. */
  readonly pauseKeys: (scope: string, claims: string | undefined) => Promise<PauseKeys>;
  /** Whether Entra may be asked for a scope despite a refusal: not often, by all replicas together. */
  readonly mayBypass: (scope: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  readonly metrics?: Pick<Metrics, 'token'> | undefined;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

/** While Entra is down a token serves until nearly its end. */
const lastResortMs = 60_000;
/** A refresh ahead that failed is not tried again at once. */
const refreshPauseMs = 30_000;
/** An API that refuses even the new token is not helped by a third. */
const renewalPauseMs = 30_000;
/**
 * Tokens by scope, in memory. One that has less than ten minutes to live is renewed beside the work that uses it, one with less
 * than five is not handed out; tokens that live for minutes have smaller margins. While Entra does not answer, a token serves
 * until its last minute. `get` rejects with the codes of `Tokens.get`, but for `NOT_AVAILABLE_IN_CLOUD`.
 */
export const createPartition = (parts: PartitionParts): Partition => {
  const { acquire: acquireOnce, pauses, pauseKeys, mayBypass, clock, log, metrics, random } = parts;
  const states = new Map<string, ScopeState>();
  const flights = new Map<string, Promise<AccessToken>>();

  const stateOf = (scope: string): ScopeState => {
    const state = states.get(scope) ?? createScopeState();
    states.set(scope, state);
    return state;
  };

  const leftMs = (token: AccessToken | undefined): number =>
    token === undefined ? 0 : token.expiresAtMs - clock.now();

  /** MSAL has no single flight of its own for most ways; the caller has. */
  const askMsal = async (
    { scope, claims, ahead }: TokenRequest,
    fresh: boolean,
    correlationId: string,
  ): Promise<Obtained> => {
    const ask = async (skipCache: boolean): Promise<Obtained> => {
      const asked = { scope, fresh: skipCache, claims, correlationId };
      const acquired = () => acquireOnce(asked);
      const result = await (ahead === true ? acquired() : askPatiently(acquired, { clock, random }));
      // MSAL takes an answer without a token for one with an empty token.
      if (result === null || result.accessToken === '')
        throw new UpstreamError('UPSTREAM_REJECTED', 'Entra gave no token', { sent: 'no' });
      const expiresAtMs = result.expiresOn?.getTime() ?? clock.now();
      return { token: readAccessToken(result.accessToken, expiresAtMs), fromCache: result.fromCache };
    };
    const obtained = await ask(fresh);
    return obtained.fromCache && leftMs(obtained.token) < usableMs ? ask(true) : obtained;
  };

  const currentPause = async (keys: PauseKeys, request: TokenRequest): Promise<GatewayError | undefined> => {
    const current = pauses.current(keys, false);
    if (current === undefined || !request.despiteRefusal) return current;
    return pauses.current(keys, true) ?? ((await mayBypass(request.scope)) ? undefined : current);
  };

  /** The token from Entra, or the error that stands for its answer. */
  const obtain = async (request: TokenRequest, state: ScopeState): Promise<AccessToken | GatewayError> => {
    const { api, scope, claims, refused } = request;
    const correlationId = randomUUID();
    let keys: PauseKeys | undefined;
    try {
      keys = await pauseKeys(scope, claims);
      const current = await currentPause(keys, request);
      if (current !== undefined) return current;
      const isRenewal = refused !== undefined || claims !== undefined;
      const obtained = await askMsal(request, request.fresh || isRenewal, correlationId);
      keepIn(state, obtained, clock.now());
      metrics?.token({ api, source: obtained.fromCache ? 'store' : 'entra', outcome: 'OK' });
      if (isRenewal) state.renewal = { atMs: clock.now(), claims };
      pauses.end(keys);
      return obtained.token;
    } catch (thrown) {
      const error = tokenFailure(thrown, { ...request, correlationId });
      metrics?.token({ api, source: 'entra', outcome: error.code });
      const pause = pauseAfter(thrown);
      return keys === undefined || pause === undefined ? error : pauses.begin(keys, pause, error);
    }
  };

  const acquire = async (request: TokenRequest): Promise<AccessToken> => {
    const state = stateOf(request.scope);
    const result = await obtain(request, state);
    if (!(result instanceof GatewayError)) return result;
    const { fresh, refused, claims } = request;
    const spare = fresh || refused !== undefined || claims !== undefined ? undefined : state.token;
    if (spare === undefined || leftMs(spare) < lastResortMs || !(result instanceof UpstreamError)) throw result;
    log?.warn('Entra does not answer: a token near its end serves on', {
      tenant: request.tenant,
      api: request.api,
      err: result,
    });
    return spare;
  };

  const flightOf = ({ scope, fresh, refused, despiteRefusal, claims }: TokenRequest): string =>
    JSON.stringify([scope, fresh || refused !== undefined, despiteRefusal, claims ?? null]);

  const join = (request: TokenRequest): Promise<AccessToken> => {
    const key = flightOf(request);
    const underWay = flights.get(key);
    if (underWay !== undefined) return underWay;
    const flight = acquire(request).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };

  const refreshAhead = (request: TokenRequest, state: ScopeState): void => {
    if (clock.now() < state.refreshNotBeforeMs) return;
    state.refreshNotBeforeMs = clock.now() + refreshPauseMs;
    join({ ...request, fresh: true, ahead: true }).catch((error: unknown) =>
      log?.warn('A token could not be renewed ahead of its end', {
        tenant: request.tenant,
        api: request.api,
        err: error,
      }),
    );
  };

  const fromMemory = (api: ApiName, token: AccessToken): AccessToken => {
    metrics?.token({ api, source: 'memory', outcome: 'OK' });
    return token;
  };

  /** A new token in place of one that lacks a permission, when it is time for one; the one at hand, where none can be had. */
  const completed = async (request: TokenRequest, state: ScopeState, token: AccessToken): Promise<AccessToken> => {
    const asked = { ...request, fresh: true, ahead: true };
    if (!flights.has(flightOf(asked))) {
      if (clock.now() < state.lackNotBeforeMs) return fromMemory(request.api, token);
      lackAgain(state, clock.now());
    }
    const renewed = await join(asked).catch(() => token);
    if (String(renewed.permissions) !== String(token.permissions)) lackNoMore(state);
    return renewed;
  };

  /** Whether the token at hand answers a request for another than the one that the API refused. */
  const standsForRefused = (state: ScopeState, { refused, claims }: TokenRequest): boolean => {
    const { token, renewal } = state;
    if (refused === undefined || token === undefined || leftMs(token) < state.usableMs) return false;
    if (token.value !== refused.value) return true;
    return renewal !== undefined && renewal.claims === claims && clock.now() - renewal.atMs < renewalPauseMs;
  };

  return {
    atHand: ({ api, scope }) => {
      const state = states.get(scope);
      return state?.token === undefined || leftMs(state.token) < state.refreshAheadMs
        ? undefined
        : fromMemory(api, state.token);
    },
    get: async (request) => {
      const state = stateOf(request.scope);
      const { token } = state;
      if (token !== undefined && standsForRefused(state, request)) return fromMemory(request.api, token);
      const another = request.fresh || request.refused !== undefined || request.claims !== undefined;
      if (another || token === undefined || leftMs(token) < state.usableMs) return join(request);
      if (request.lacking) return completed(request, state, token);
      if (leftMs(token) < state.refreshAheadMs) refreshAhead(request, state);
      return fromMemory(request.api, token);
    },
  };
};
