import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import type { EntraHttp } from '../clouds/entra-http.ts';
import type { AppAuth, Tenant } from '../config/tenants.ts';
import { UnsupportedInCloudError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CallerToken } from '../scope.ts';
import type { Store } from '../store/store.ts';
import type { AccessToken } from './access-token.ts';
import { type ReadAssertion, readCredential } from './credential.ts';
import { tokenFailure } from './failure.ts';
import { createNetwork } from './network.ts';
import { createPartition, type Partition } from './partition.ts';
import { createRecent } from './recent.ts';
import { createSignIns, type SignIns } from './sign-ins.ts';
import type { Source } from './source.ts';
import { appSource, confidentialApp } from './sources/app.ts';
import { identityAssertion, managedIdentitySource } from './sources/managed-identity.ts';
import { onBehalfOfSource } from './sources/on-behalf-of.ts';
import { userSource } from './sources/user.ts';
import { createTokenCache, tokenCacheKey, tokenCacheTtlMs } from './token-cache.ts';

export interface TokenOptions {
  /** The API has refused the token at hand: get another from Entra. Once a call, never in a loop. */
  readonly fresh?: boolean;
  /** A claims challenge of the API, decoded to JSON text. */
  readonly claims?: string;
  /** Ends the wait, not the request: others may wait for the same token. */
  readonly signal?: AbortSignal;
  /** Whose token is exchanged in a tenant that is used on behalf of its callers. */
  readonly callerToken?: CallerToken | undefined;
}

/** Access tokens for the APIs of the tenants. */
export interface Tokens {
  /**
   * The token for `api` in `tenant`: from memory, else from the store, else from Entra by one request however many wait.
   * Rejects with
   * - `TENANT_SIGN_IN_REQUIRED`: an operator must mend the sign-in (secret, certificate, app, consent, cloud), a user has
   *   to sign in, or the caller has to satisfy a challenge (`details.claims`);
   * - `MISSING_PERMISSION`: the tenant does not have the API;
   * - `UPSTREAM_THROTTLED`, `UPSTREAM_UNAVAILABLE`: Entra refuses for now, fails, or is not reached;
   * - `NOT_AVAILABLE_IN_CLOUD`: the tenant's cloud does not have the API.
   */
  get(tenant: Tenant, api: ApiName, options?: TokenOptions): Promise<AccessToken>;
}

export interface TokensDeps {
  readonly store: Store;
  readonly signIns?: SignIns;
  readonly clock: Clock;
  readonly http: EntraHttp;
  readonly log?: Log | undefined;
  /** Most MSAL applications in memory; tokens of others are in the store. */
  readonly maxPartitions?: number;
}

/** `work`, or the signal's reason as soon as it aborts; `work` goes on for others. */
const abortable = async <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', onAbort));
};

export const createTokens = ({
  store,
  clock,
  http,
  log,
  signIns = createSignIns(store),
  maxPartitions = 1000,
}: TokensDeps): Tokens => {
  const space = store.space<string>('msal', { encrypted: true, cache: true, ttlMs: tokenCacheTtlMs });
  const network = createNetwork(http, clock.now);
  const identityNetwork = createNetwork(http, clock.now, 'The endpoint of managed identities');
  const partitions = createRecent<Partition>(maxPartitions);

  const credentialOf = (tenant: Tenant, auth: AppAuth) => {
    const readAssertion: ReadAssertion = (assertion) =>
      assertion.kind === 'tokenFile'
        ? assertion.read()
        : identityAssertion(assertion.clientId, tenant.cloud, identityNetwork);
    return readCredential(auth, readAssertion);
  };

  /** Who the tokens of this call are for. */
  const sourceOf = async (tenant: Tenant, callerToken: CallerToken | undefined): Promise<Source> => {
    const { auth } = tenant;
    switch (auth.kind) {
      case 'managedIdentity':
        return managedIdentitySource(auth.clientId, identityNetwork);
      case 'user':
        return userSource(tenant, auth.clientId, await signIns.of(tenant), auth.userName, { network, signIns });
      case 'onBehalfOf': {
        const credential = await credentialOf(tenant, auth.app);
        return onBehalfOfSource(credential, callerToken, () =>
          confidentialApp(tenant, auth.clientId, credential, network),
        );
      }
      default: {
        const credential = await credentialOf(tenant, auth);
        const cache = createTokenCache(space, tokenCacheKey(tenant), log);
        return appSource(credential, () => confidentialApp(tenant, auth.clientId, credential, network, cache));
      }
    }
  };

  /** A changed credential or identity is another partition: what was made with the old one is left behind. */
  const partitionOf = (tenant: Tenant, { key, create }: Source): Partition =>
    partitions.getOrCreate(JSON.stringify([tenant.name, tenant.auth.kind, tokenCacheKey(tenant), key]), () =>
      createPartition({ acquire: create(), clock, log }),
    );

  return {
    get: async (tenant, api, { fresh = false, claims, signal, callerToken } = {}) => {
      signal?.throwIfAborted();
      const endpoint = tenant.apis[api];
      if (endpoint === null) {
        throw new UnsupportedInCloudError(`The cloud "${tenant.cloud}" of tenant "${tenant.name}" has no ${api}`, {
          tenant: tenant.name,
          api,
        });
      }
      const source = await sourceOf(tenant, callerToken).catch((error: unknown) => {
        throw tokenFailure(error, { tenant: tenant.name, api, correlationId: '' });
      });
      const request = { tenant: tenant.name, api, scope: endpoint.scope, fresh, claims };
      return abortable(partitionOf(tenant, source).get(request), signal);
    },
  };
};
