import { ConfidentialClientApplication, type NodeAuthOptions } from '@azure/msal-node';
import { readBoundedFile, secretFile } from '../bounded-file.ts';
import { clouds } from '../clouds/endpoints.ts';
import type { EntraHttp, EntraResponse } from '../clouds/entra-http.ts';
import { whyUnreachable } from '../clouds/unreachable.ts';
import type { ReadKeyVault } from '../config/references.ts';
import type { RemoteText } from '../config/secret.ts';
import { GatewayError, TenantAccessError } from '../errors.ts';
import { authorityOptions } from './authority.ts';
import { claimsChallengeOf, clientCapabilities } from './challenge.ts';
import { otherTokenFailure } from './failure.ts';
import { createNetwork, identityHost } from './network.ts';
import { managedIdentitySource } from './sources/managed-identity.ts';

/** Login hosts by the ending of the vaults of their cloud. A token goes to no other host. */
const loginHosts: ReadonlyMap<string, string> = new Map(
  Object.values(clouds).flatMap(({ keyVaultEnding, authority }) =>
    authority === null ? [] : [[keyVaultEnding, authority]],
  ),
);

/** https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
const apiVersion = '7.4';

const timeoutMs = 20_000;

const refuse = (message: string, cause?: unknown) =>
  new TenantAccessError('TENANT_SIGN_IN_REQUIRED', message, {}, cause);

interface VaultPlace {
  readonly origin: string;
  readonly login: string;
  readonly scope: string;
}

/** A vault's name, host or address. */
const placeOf = (vault: string): VaultPlace => {
  const host = vault
    .replace(/^https:\/\//, '')
    .replace(/\/+$/, '')
    .toLowerCase();
  const full = /^[a-z0-9-]+$/.test(host) ? `${host}.${clouds.global.keyVaultEnding}` : host;
  const [, name, ending = ''] = /^([a-z0-9-]+)\.(.+)$/.exec(full) ?? [];
  const login = loginHosts.get(ending);
  if (name === undefined || login === undefined) throw refuse(`"${vault}" is no vault of Azure`);
  return { origin: `https://${full}`, login, scope: `https://${ending}/.default` };
};

/** How vaults are asked, and as whom. */
export interface KeyVaultDeps {
  readonly http: EntraHttp;
  /** `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET` or `AZURE_FEDERATED_TOKEN_FILE`; else managed identity. */
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

type AppCredential = Pick<NodeAuthOptions, 'clientSecret' | 'clientAssertion'>;

/** The app of the environment, by the names that Azure's own libraries read; `undefined`: there is none. */
const appCredential = (env: NodeJS.ProcessEnv): AppCredential | undefined => {
  const { AZURE_CLIENT_SECRET: secret, AZURE_FEDERATED_TOKEN_FILE: file } = env;
  const clientSecret = secret?.trim();
  if (clientSecret) return { clientSecret };
  return file
    ? { clientAssertion: async () => (await readBoundedFile(file, secretFile)).bytes.toString('utf8').trim() }
    : undefined;
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // Not a vault's answer; the status is then all that can be told.
  }
};

/** `value` and `attributes.exp` (seconds since the epoch) of the answer; `undefined`: it is none. */
const secretOf = ({ status, body }: EntraResponse): RemoteText | undefined => {
  if (status !== 200) return undefined;
  const parsed = parse(body);
  if (typeof parsed !== 'object' || parsed === null || !('value' in parsed)) return undefined;
  if (typeof parsed.value !== 'string') return undefined;
  const attributes = 'attributes' in parsed ? parsed.attributes : undefined;
  const end = typeof attributes === 'object' && attributes !== null && 'exp' in attributes ? attributes.exp : undefined;
  return { text: parsed.value, expiresAtMs: typeof end === 'number' ? end * 1000 : null };
};

/** Why a vault gave no secret; a 403 that is no JSON is a proxy's or a firewall's, and no role would help. */
const whyRefused = ({ status, body }: EntraResponse): string => {
  const parsed = parse(body);
  if (typeof parsed !== 'object' || parsed === null)
    return ' with what is no answer of a vault: check a proxy on the way';
  return status === 403 ? ': the identity needs the role "Key Vault Secrets User"' : '';
};

/**
 * Reads secrets of Azure Key Vault over its REST API. Azure's own client would bring 30 packages for this one call, and
 * MSAL, which signs in, is here anyway. One token serves for all vaults of a cloud.
 */
export const createKeyVault = ({ http, env, now }: KeyVaultDeps): ReadKeyVault => {
  const network = createNetwork(http, now);
  const identityNetwork = createNetwork(http, now, identityHost);
  const apps = new Map<string, ConfidentialClientApplication>();
  const underWay = new Map<string, Promise<string>>();

  const appOf = (clientId: string, tenantId: string, authority: string, credential: AppCredential) => {
    const app =
      apps.get(authority) ??
      new ConfidentialClientApplication({
        auth: {
          clientId,
          clientCapabilities: clientCapabilities(),
          ...authorityOptions({ authority, tenantId }),
          ...credential,
        },
        system: { networkClient: network },
      });
    apps.set(authority, app);
    return app;
  };

  const askForToken = async ({ scope, login }: VaultPlace, claims: string | undefined): Promise<string> => {
    const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_AUTHORITY_HOST: host } = env;
    const credential = appCredential(env);
    if (credential === undefined || !tenantId || !clientId) {
      const asked = { scope, fresh: false, claims, correlationId: '' };
      return (await managedIdentitySource(clientId || null, identityNetwork).create()(asked))?.accessToken ?? '';
    }
    const app = appOf(clientId, tenantId, (host || login).replace(/\/+$/, ''), credential);
    const result = await app.acquireTokenByClientCredential({
      scopes: [scope],
      ...(claims !== undefined && { claims }),
    });
    return result?.accessToken ?? '';
  };

  const tokenFor = (place: VaultPlace, claims: string | undefined): Promise<string> => {
    const key = JSON.stringify([place.login, place.scope, claims]);
    const flight =
      underWay.get(key) ??
      askForToken(place, claims)
        .catch((error: unknown) => {
          if (error instanceof GatewayError) throw error;
          const { message } = otherTokenFailure(error, 'no token for Key Vault');
          throw refuse(
            `${message} (asked with AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE; without them with a managed identity)`,
            error,
          );
        })
        .finally(() => underWay.delete(key));
    underWay.set(key, flight);
    return flight;
  };

  const ask = async (place: VaultPlace, secret: string, claims?: string): Promise<EntraResponse> => {
    const token = await tokenFor(place, claims);
    const url = `${place.origin}/secrets/${encodeURIComponent(secret)}?api-version=${apiVersion}`;
    const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
    return http(url, { method: 'GET', headers, signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
      throw refuse(`Key Vault is not reached${whyUnreachable(error)}`, error);
    });
  };

  return async (vault, secret) => {
    const place = placeOf(vault);
    const first = await ask(place, secret);
    const claims = first.status === 401 ? claimsChallengeOf(first.headers['www-authenticate']) : undefined;
    const answer = claims === undefined ? first : await ask(place, secret, claims);
    const found = secretOf(answer);
    if (found !== undefined) return found;
    throw refuse(`Key Vault answered ${answer.status}${whyRefused(answer)}`);
  };
};
