import type { Clock } from '../clock.ts';
import { type ApiName, apiNames } from '../clouds/endpoints.ts';
import type { ProxySettings } from '../clouds/proxy.ts';
import { otherScopes } from '../clouds/resource-names.ts';
import type { Tenant, TenantAuth } from '../config/tenants.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { AccessToken } from '../identity/access-token.ts';
import { credentialEnd } from '../identity/credential.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { CallScope } from '../scope.ts';
import type { Http } from '../upstream/http/http.ts';
import { type HostState, reach } from './reach.ts';

/** How the gateway signs in, and until when it can. */
export interface SignInState {
  readonly kind: TenantAuth['kind'];
  /** The app registration, or the user-assigned identity. */
  readonly clientId: string | null;
  /** ISO 8601; `null` where the end cannot be seen from here: a secret tells only out of Key Vault. */
  readonly expiresAt: string | null;
  readonly problem: string | null;
}

/** Why there is no token. */
export interface TokenError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Entra's own, e.g. `AADSTS7000222`; `null`: it named none. */
  readonly upstreamCode: string | null;
}

/** One API of a tenant's cloud. */
export interface ApiConnectivity extends HostState {
  readonly api: ApiName;
  /** Whether a token could be had; it may carry no permission all the same. */
  readonly token: boolean;
  /** ISO 8601: when it ends; `null`: there is none. */
  readonly tokenExpiresAt: string | null;
  /** Why not. */
  readonly tokenError: TokenError | null;
  /** Why Entra gives no new one, though the one at hand is good until its end; `null`: it gave one, or was not asked. */
  readonly renewalError: TokenError | null;
  /** Scopes to try in `endpoints.scopes`, where Entra does not know the resource in the tenant; else empty. */
  readonly otherScopes: readonly string[];
  /** What the token carries, sorted; `null`: no token, or one that cannot be read. */
  readonly permissions: readonly string[] | null;
}

/** What stands between the gateway and a tenant. */
export interface Connectivity {
  readonly signIn: SignInState;
  /** The login host. */
  readonly login: HostState;
  /** The APIs that the tenant's cloud has. */
  readonly apis: readonly ApiConnectivity[];
}

export interface ConnectivityDeps {
  readonly tokens: Tokens;
  /** Asks whether Entra gives a new token, of which nothing is told elsewhere; absent: it is not asked while one is at hand. */
  readonly probe?: Pick<Tokens, 'get'>;
  readonly http: Http;
  readonly clock: Clock;
  /** Those that `http` goes by, to be told; absent: none. */
  readonly proxies?: ProxySettings;
}

export interface LookOptions {
  /** Ask Entra for new tokens, so that a consent of a minute ago shows; else for those that are not at hand. */
  readonly freshTokens?: boolean;
}

/** Entra has no resource of that name in the tenant. */
const resourceUnknown = 'AADSTS500011';

/** A credential should be replaced before its end is news. */
const warnAheadMs = 14 * 24 * 3_600_000;

/** What ends. */
const credentialName = (auth: TenantAuth): string => {
  if (auth.kind === 'onBehalfOf') return credentialName(auth.app);
  return auth.kind === 'certificate' ? 'certificate' : 'client secret';
};

const signInState = async ({ auth }: Tenant, now: number): Promise<SignInState> => {
  const base = { kind: auth.kind, clientId: auth.clientId };
  try {
    const endMs = await credentialEnd(auth);
    if (endMs === null) return { ...base, expiresAt: null, problem: null };
    const expiresAt = new Date(endMs).toISOString();
    const ended = endMs <= now;
    const near = endMs - now < warnAheadMs;
    return {
      ...base,
      expiresAt,
      problem: near ? `the ${credentialName(auth)} ${ended ? 'has ended' : 'ends'} on ${expiresAt}: replace it` : null,
    };
  } catch (thrown) {
    if (!(thrown instanceof GatewayError)) throw thrown;
    return { ...base, expiresAt: null, problem: thrown.message };
  }
};

/** A token that Entra gave so recently need not be asked for again to know that it does: it takes equal requests for a loop. */
const renewedForMs = 10_000;

/** Rethrows what is none of ours. */
const tokenErrorOf = (thrown: unknown): TokenError => {
  if (!(thrown instanceof GatewayError)) throw thrown;
  return { code: thrown.code, message: thrown.message, upstreamCode: thrown.details.upstreamCode ?? null };
};

/** Looks at a tenant from here: four calls without a credential and at most three token requests, none of an API. */
export const createConnectivity = ({ tokens, probe, http, clock, proxies }: ConnectivityDeps) => {
  const renewed = new WeakMap<Tenant, Map<ApiName, number>>();

  /**
   * A new token, where it is time to ask for one; or why there is none. What Entra gave a moment ago it gives now, and what it
   * refused is remembered by the tokens.
   */
  const renew = async (tenant: Tenant, api: ApiName, scope: CallScope): Promise<AccessToken | TokenError | null> => {
    const known = renewed.get(tenant) ?? new Map<ApiName, number>();
    renewed.set(tenant, known);
    const lastMs = known.get(api);
    // Those of callers are theirs: with each of them another one is had.
    if (probe === undefined || tenant.auth.kind === 'onBehalfOf') return null;
    if (lastMs !== undefined && clock.now() - lastMs < renewedForMs) return null;
    try {
      const token = await probe.get(tenant, api, { signal: scope.signal, fresh: true, despiteRefusal: true });
      known.set(api, clock.now());
      return token;
    } catch (thrown) {
      return tokenErrorOf(thrown);
    }
  };

  return async (tenant: Tenant, scope: CallScope, { freshTokens = false }: LookOptions = {}): Promise<Connectivity> => {
    const look = (origin: string): Promise<HostState> => {
      scope.spend();
      return reach(origin, { http, clock, signal: scope.signal, proxies });
    };

    const tokenState = async (api: ApiName): Promise<Omit<ApiConnectivity, keyof HostState>> => {
      const asked = freshTokens ? null : await renew(tenant, api, scope);
      const renewalError = asked !== null && 'message' in asked ? asked : null;
      try {
        const { permissions, expiresAtMs } =
          asked !== null && 'value' in asked
            ? asked
            : await tokens.get(tenant, api, {
                signal: scope.signal,
                callerToken: scope.callerToken,
                fresh: freshTokens,
                // Who looks here has fixed something, or wants to know whether somebody did. What was refused right now is not asked twice.
                despiteRefusal: renewalError === null,
              });
        return {
          api,
          token: true,
          tokenExpiresAt: new Date(expiresAtMs).toISOString(),
          tokenError: null,
          renewalError,
          otherScopes: [],
          permissions: permissions === null ? null : [...permissions].sort(),
        };
      } catch (thrown) {
        const tokenError = tokenErrorOf(thrown);
        const isUnknown = tokenError.upstreamCode === resourceUnknown;
        return {
          ...{ api, token: false, tokenExpiresAt: null, tokenError, renewalError: null },
          otherScopes: isUnknown ? otherScopes(api, tenant.apis[api]?.scope ?? '') : [],
          permissions: null,
        };
      }
    };

    const present = apiNames.flatMap((api) => {
      const endpoint = tenant.apis[api];
      return endpoint === null ? [] : [{ api, endpoint }];
    });
    const [signIn, login, ...apis] = await Promise.all([
      signInState(tenant, clock.now()),
      look(tenant.authority),
      ...present.map(async ({ api, endpoint }) => {
        const [state, host] = await Promise.all([tokenState(api), look(endpoint.baseUrl)]);
        return { ...host, ...state };
      }),
    ]);
    return { signIn, login, apis };
  };
};
