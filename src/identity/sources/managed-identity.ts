import { type INetworkModule, ManagedIdentityApplication } from '@azure/msal-node';
import type { CloudName } from '../../clouds/endpoints.ts';
import { UpstreamError } from '../../errors.ts';
import type { Source } from '../source.ts';

const identityApp = (clientId: string | null, networkClient: INetworkModule): ManagedIdentityApplication =>
  new ManagedIdentityApplication({
    ...(clientId === null ? {} : { managedIdentityIdParams: { userAssignedClientId: clientId } }),
    // Its own retries take up to a minute; ours know the caller's deadline.
    system: { networkClient, disableInternalRetries: true },
  });

/** The identity of the machine or container that the gateway runs on. Its endpoint is told by the environment. */
export const managedIdentitySource = (clientId: string | null, networkClient: INetworkModule): Source => ({
  key: `identity:${clientId ?? ''}`,
  create: () => {
    const app = identityApp(clientId, networkClient);
    return ({ scope, fresh, claims }) =>
      app.acquireToken({ resource: scope, forceRefresh: fresh, ...(claims === undefined ? {} : { claims }) });
  },
});

/**
 * What an identity's token must be for to stand for an app, by the app's cloud:
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 */
const exchangeAudiences: Readonly<Partial<Record<CloudName, string>>> = {
  'gcc-high': 'api://AzureADTokenExchangeUSGov',
  dod: 'api://AzureADTokenExchangeUSGov',
  china: 'api://AzureADTokenExchangeChina',
};

/** The identity's token as the assertion of an app in `cloud`. */
export const identityAssertion = async (
  clientId: string | null,
  cloud: CloudName,
  networkClient: INetworkModule,
): Promise<string> => {
  const resource = exchangeAudiences[cloud] ?? 'api://AzureADTokenExchange';
  const { accessToken } = await identityApp(clientId, networkClient).acquireToken({ resource });
  if (accessToken === '') throw new UpstreamError('UPSTREAM_REJECTED', 'The managed identity has no token');
  return accessToken;
};
