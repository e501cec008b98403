import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import type { EntraHttp } from '../clouds/entra-http.ts';
import { noProxy, type ProxySettings, proxyFor } from '../clouds/proxy.ts';
import { tenantKey } from '../config/tenant-keys.ts';
import type { Tenant } from '../config/tenants.ts';
import { UnsupportedInCloudError, UpstreamError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { createRecent } from '../recent.ts';
import type { Lateness } from '../scope/lateness.ts';
import { timeLimit } from '../scope/time-left.ts';
import type { CallerToken } from '../scope.ts';
import { namespaces } from '../store/namespaces.ts';
import type { Store } from '../store/store.ts';
import type { AccessToken } from './access-token.ts';
import { tokenFailure } from './failure.ts';
import { createNetwork, identityHost } from './network.ts';
import { createPartition, type Partition } from './partition.ts';
import { createPauses, pauseKeysOf } from './pauses.ts';
import { createSignIns, type SignIns } from './sign-ins.ts';
import type { Source } from './source.ts';
import { createSourceOf } from './sources/source-of.ts';
import { tokenCacheKey } from './token-cache.ts';

/**
 * How a token is asked for. `fresh`, `refused` and `claims` pass over the token at hand. `signal` rejects with its own reason, and
 * `waitMs` with `UPSTREAM_TIMEOUT`; the request to Entra goes on for whoever else waits.
 */
export interface TokenOptions {
  /** From Entra, though a token may be at hand: permissions of a minute ago show. */
  readonly fresh?: boolean;
  /**
   * The API has refused this token: any other will do. One that was had since serves; after a renewal that the API refused
   * too it may be the very same, and calling again is of no use.
   */
  readonly refused?: AccessToken;
  /**
   * Ask Entra though it refused a moment ago, to see whether the cause was removed; heard once in 30 seconds for an API of a
   * tenant. Its `Retry-After` counts all the same.
   */
  readonly despiteRefusal?: boolean;
  /** A claims challenge of the API, decoded to JSON text. */
  readonly claims?: string;
  /**
   * The token at hand lacks a permission, which may have been granted since: a new one, when it is old enough for that, else
   * the same.
   */
  readonly lacking?: boolean;
  /** Ends the wait, not the request: others may wait for the same token. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the wait ends with `UPSTREAM_TIMEOUT`, if the time of a sign-in is not over before. */
  readonly waitMs?: number;
  /** What the tenant has cost the request already by not answering, and what it costs by this. */
  readonly lateness?: Lateness | undefined;
  /** Whose token is exchanged in a tenant that is used on behalf of its callers. */
  readonly callerToken?: CallerToken | undefined;
}

/** Access tokens for the APIs of the tenants. */
export interface Tokens {
  /**
   * The token for `api` in `tenant`: from memory, else from the store, else from Entra by one request however many wait.
   * Rejects with
   * - `TENANT_SIGN_IN_REQUIRED`: an operator must fix the sign-in (secret, certificate, app, consent, cloud), a user has
   *   to sign in, or the caller has to satisfy a challenge (`details.claims`);
   * - `MISSING_PERMISSION`: the tenant does not have the API;
   * - `UNAUTHENTICATED`: Entra does not exchange the caller's token (expired, not for this app);
   * - `UPSTREAM_THROTTLED`, `UPSTREAM_UNAVAILABLE`, `UPSTREAM_TIMEOUT`: Entra refuses for now, fails, is not reached, or hangs;
   * - `UPSTREAM_REJECTED`: Entra answered without a token;
   * - `NOT_AVAILABLE_IN_CLOUD`: the tenant's cloud does not have the API;
   * - `INTERNAL`: the store does not answer, or a fault of the gateway's own.
   * What Entra refused is not asked again for `details.retryAfterSeconds`: 30 seconds, doubled each time up to 5 minutes. A
   * changed credential, a new sign-in and a new caller's token are tried at once.
   */
  get(tenant: Tenant, api: ApiName, options?: TokenOptions): Promise<AccessToken>;
}

/** What tokens are had by, and kept in. */
export interface TokensDeps {
  readonly store: Store;
  readonly signIns?: SignIns;
  readonly clock: Clock;
  readonly http: EntraHttp;
  /** Milliseconds that one wait for a token may take; 20 s by default, as long as Entra itself is waited for. */
  readonly timeoutMs?: number;
  /** Those that `http` goes by, to be told; absent: none. */
  readonly proxy?: ProxySettings;
  readonly log?: Log | undefined;
  readonly metrics?: Pick<Metrics, 'token'> | undefined;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
  /** Most MSAL applications in memory; tokens of others are in the store. */
  readonly maxPartitions?: number;
}

/** Somebody who looks again and again sees no more by it, and Entra blocks an app that asks so. */
const bypassEveryMs = 30_000;

/** An app's credential is read again so long after it was read, milliseconds, for calls whose token is in memory. */
const credentialServesMs = 1000;

/** `work`, or the signal's reason as soon as it aborts; `work` goes on for others. */
const abortable = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort));
};

/** Under which name the time that a tenant's sign-in took counts beside that of its APIs. */
const signIn = 'sign-in';

const timedOut = ({ name, authority }: Tenant, api: ApiName, proxy: ProxySettings, cause: unknown): UpstreamError => {
  const way = proxyFor(proxy, new URL(authority)) === null ? '' : ' (asked through the proxy of HTTPS_PROXY)';
  return new UpstreamError(
    'UPSTREAM_TIMEOUT',
    `No token for ${api} in tenant "${name}": the sign-in at Entra gave no answer in time${way}`,
    { tenant: name, api, sent: 'no' },
    cause,
  );
};

/** Tokens in memory and in the store, over MSAL; one partition for each identity, credential and tenant. */
export const createTokens = ({
  store,
  clock,
  http,
  log,
  metrics,
  random = Math.random,
  signIns = createSignIns(store),
  maxPartitions = 1000,
  timeoutMs = 20_000,
  proxy = noProxy,
}: TokensDeps): Tokens => {
  const space = store.space<string>('msal', namespaces.msal);
  const sourceOf = createSourceOf({
    network: createNetwork(http, clock.now),
    identityNetwork: createNetwork(http, clock.now, identityHost),
    signIns,
    space,
    log,
  });
  const bypasses = store.space('token-bypass', namespaces['token-bypass']);
  const partitions = createRecent<Partition>(maxPartitions);
  const pauses = createPauses(clock);

  const partitionKey = (tenant: Tenant, key: string): string => `${tenantKey(tenant)}\n${key}`;

  /** A changed credential or identity is another partition: what was made with the old one is left behind. */
  const partitionOf = (tenant: Tenant, source: Source): Partition =>
    partitions.getOrCreate(partitionKey(tenant, source.key), () =>
      createPartition({
        acquire: source.create(),
        pauses,
        mayBypass: (scope) => takeBypass(tenant, scope),
        pauseKeys: (scope, claims) => pauseKeysOf(partitionKey(tenant, ''), source, scope, claims),
        clock,
        log,
        metrics,
        random,
      }),
    );

  /**
   * Whether Entra may be asked despite a refusal: once in a while for an API of a tenant, by all callers and replicas together. A
   * store that does not answer allows none.
   */
  const takeBypass = async (tenant: Tenant, scope: string): Promise<boolean> =>
    (await bypasses.take(JSON.stringify([tokenCacheKey(tenant), scope]), 1, [{ limit: 1, ms: bypassEveryMs }]))
      ?.waitMs === 0;

  /** By tenant, whose user was seen last: tokens of one who has signed out do not stay in memory. */
  const usersSeen = new Map<string, string>();
  const forgetOtherUsers = (tenant: Tenant, current: string | undefined): void => {
    const key = tenantKey(tenant);
    const last = usersSeen.get(key);
    if (last !== undefined && last !== current) partitions.delete(partitionKey(tenant, last));
    if (current === undefined) usersSeen.delete(key);
    else usersSeen.set(key, current);
  };

  /** Of a tenant that is read as an app: where its tokens are, with the credential as it was a moment ago. */
  const inUse = new WeakMap<Tenant, { readonly partition: Partition; readonly readAtMs: number }>();
  const atHand = (tenant: Tenant, api: ApiName, scope: string): AccessToken | undefined => {
    const last = inUse.get(tenant);
    const ageMs = last === undefined ? credentialServesMs : clock.now() - last.readAtMs;
    return ageMs < 0 || ageMs >= credentialServesMs ? undefined : last?.partition.atHand({ api, scope });
  };

  return {
    get: async (tenant, api, options = {}) => {
      const { fresh = false, refused, despiteRefusal = false, claims, lacking = false } = options;
      const { signal, callerToken, lateness } = options;
      signal?.throwIfAborted();
      const endpoint = tenant.apis[api];
      if (endpoint === null) {
        throw new UnsupportedInCloudError(`The cloud "${tenant.cloud}" of tenant "${tenant.name}" has no ${api}`, {
          tenant: tenant.name,
          api,
        });
      }
      const isPlain = !fresh && refused === undefined && !despiteRefusal && claims === undefined && !lacking;
      const token = isPlain ? atHand(tenant, api, endpoint.scope) : undefined;
      if (token !== undefined) return token;
      const had = async (): Promise<AccessToken> => {
        const readAtMs = clock.now();
        const source = await sourceOf(tenant, callerToken).catch((error: unknown) => {
          if (tenant.auth.kind === 'user') forgetOtherUsers(tenant, undefined);
          throw tokenFailure(error, { tenant: tenant.name, api, correlationId: '' });
        });
        if (tenant.auth.kind === 'user') forgetOtherUsers(tenant, source.key);
        const { scope } = endpoint;
        const request = { tenant: tenant.name, api, scope, fresh, refused, despiteRefusal, claims, lacking };
        const partition = partitionOf(tenant, source);
        if (tenant.auth.kind !== 'user' && tenant.auth.kind !== 'onBehalfOf')
          inUse.set(tenant, { partition, readAtMs });
        return partition.get(request);
      };
      // A vault that keeps the secret may hang as Entra may.
      const startedMs = clock.now();
      const mostMs = lateness?.timeoutFor(tenant.name, signIn, timeoutMs) ?? timeoutMs;
      const waitMs = Math.min(options.waitMs ?? mostMs, mostMs);
      const limit = timeLimit(waitMs, () => startedMs + waitMs, signal);
      try {
        return await abortable(had(), limit.signal);
      } catch (error) {
        const isLate = limit.isOver() && error === limit.signal.reason;
        const failure = isLate ? timedOut(tenant, api, proxy, error) : error;
        if (failure instanceof UpstreamError && failure.code === 'UPSTREAM_TIMEOUT')
          lateness?.note(tenant.name, signIn, { startedMs, endedMs: clock.now(), hung: true });
        throw failure;
      } finally {
        limit.stop();
      }
    },
  };
};
