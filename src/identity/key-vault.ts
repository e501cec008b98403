import { readFile } from 'node:fs/promises';
import { ConfidentialClientApplication, type INetworkModule, type NodeAuthOptions } from '@azure/msal-node';
import type { EntraHttp } from '../clouds/entra-http.ts';
import { whyUnreachable } from '../clouds/unreachable.ts';
import type { ReadKeyVault } from '../config/references.ts';
import { GatewayError, TenantAccessError } from '../errors.ts';
import { authorityOptions } from './authority.ts';
import { createNetwork } from './network.ts';
import { managedIdentitySource } from './sources/managed-identity.ts';

/** Azure Key Vault by the ending of its hosts, with the login host of that cloud. A token goes to no other host. */
const loginHosts: Readonly<Record<string, string>> = {
  'vault.azure.net': 'https://login.microsoftonline.com',
  'vault.usgovcloudapi.net': 'https://login.microsoftonline.us',
  'vault.azure.cn': 'https://login.partner.microsoftonline.cn',
};

/** https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
const apiVersion = '7.4';

const timeoutMs = 20_000;

const refuse = (message: string, cause?: unknown) =>
  new TenantAccessError('TENANT_SIGN_IN_REQUIRED', message, {}, cause);

/** A vault's name, host or address. */
const placeOf = (vault: string) => {
  const host = vault
    .replace(/^https:\/\//, '')
    .replace(/\/+$/, '')
    .toLowerCase();
  const full = /^[a-z0-9-]+$/.test(host) ? `${host}.vault.azure.net` : host;
  const [, name, ending = ''] = /^([a-z0-9-]+)\.(.+)$/.exec(full) ?? [];
  const login = Object.hasOwn(loginHosts, ending) ? loginHosts[ending] : undefined;
  if (name === undefined || login === undefined) throw refuse(`"${vault}" is no vault of Azure`);
  return { origin: `https://${full}`, login, scope: `https://${ending}/.default` };
};

export interface KeyVaultDeps {
  readonly http: EntraHttp;
  /** `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET` or `AZURE_FEDERATED_TOKEN_FILE`; else managed identity. */
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

type AppCredential = Pick<NodeAuthOptions, 'clientSecret' | 'clientAssertion'>;

/** The app of the environment, by the names that Azure's own libraries read; `undefined`: there is none. */
const appCredential = (env: NodeJS.ProcessEnv): AppCredential | undefined => {
  const { AZURE_CLIENT_SECRET: clientSecret, AZURE_FEDERATED_TOKEN_FILE: file } = env;
  if (clientSecret) return { clientSecret };
  return file ? { clientAssertion: async () => (await readFile(file, 'utf8')).trim() } : undefined;
};

/**
 * Reads secrets of Azure Key Vault over its REST API. Azure's own client would bring 30 packages for this one call, and
 * MSAL, which signs in, is here anyway.
 */
export const createKeyVault = ({ http, env, now }: KeyVaultDeps): ReadKeyVault => {
  const network: INetworkModule = createNetwork(http, now);

  const tokenFor = async (scope: string, login: string): Promise<string> => {
    const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_AUTHORITY_HOST: host } = env;
    const credential = appCredential(env);
    if (credential === undefined || !tenantId || !clientId) {
      const asked = { scope, fresh: false, claims: undefined, correlationId: '' };
      const identityNetwork = createNetwork(http, now, 'The endpoint of managed identities');
      return (await managedIdentitySource(clientId || null, identityNetwork).create()(asked))?.accessToken ?? '';
    }
    const authority = (host || login).replace(/\/+$/, '');
    const app = new ConfidentialClientApplication({
      auth: { clientId, ...authorityOptions({ authority, tenantId }), ...credential },
      system: { networkClient: network },
    });
    return (await app.acquireTokenByClientCredential({ scopes: [scope] }))?.accessToken ?? '';
  };

  const secretOf = (body: string): string | undefined => {
    const parsed: unknown = JSON.parse(body);
    const value = typeof parsed === 'object' && parsed !== null && 'value' in parsed ? parsed.value : undefined;
    return typeof value === 'string' ? value : undefined;
  };

  return async (vault, secret) => {
    const { origin, login, scope } = placeOf(vault);
    const token = await tokenFor(scope, login).catch((error: unknown) => {
      // MSAL's messages quote Entra's answer.
      if (error instanceof GatewayError) throw error;
      const word = typeof error === 'object' && error !== null && 'errorCode' in error ? ` (${error.errorCode})` : '';
      throw refuse(
        `no token for Key Vault${word}: give AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE, or run with a managed identity`,
        error,
      );
    });
    const url = `${origin}/secrets/${encodeURIComponent(secret)}?api-version=${apiVersion}`;
    const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
    const answer = await http(url, { method: 'GET', headers, signal: AbortSignal.timeout(timeoutMs) }).catch(
      (error: unknown) => {
        throw refuse(`Key Vault is not reached${whyUnreachable(error)}`, error);
      },
    );
    const value = answer.status === 200 ? secretOf(answer.body) : undefined;
    if (value !== undefined) return value;
    const why = answer.status === 403 ? ': the identity needs the role "Key Vault Secrets User"' : '';
    throw refuse(`Key Vault answered ${answer.status}${why}`);
  };
};
