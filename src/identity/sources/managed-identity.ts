import { type INetworkModule, ManagedIdentityApplication, ServerError } from '@azure/msal-node';
import { type CloudName, clouds } from '../../clouds/endpoints.ts';
import { TenantAccessError, UpstreamError } from '../../errors.ts';
import { tenantIdOf } from '../access-token.ts';
import { clientCapabilities } from '../challenge.ts';
import type { Source } from '../source.ts';

const identityApp = (clientId: string | null, networkClient: INetworkModule): ManagedIdentityApplication =>
  new ManagedIdentityApplication({
    clientCapabilities: clientCapabilities(),
    ...(clientId === null ? {} : { managedIdentityIdParams: { userAssignedClientId: clientId } }),
    // Its own retries take up to a minute; ours know the caller's deadline.
    system: { networkClient, disableInternalRetries: true },
  });

/** What the endpoint refuses by itself, each in words of its own; what Entra told the endpoint has a number. */
const refusedHere = (error: unknown): never => {
  if (!(error instanceof ServerError) || /AADSTS\d/.test(error.errorMessage)) throw error;
  throw new ServerError('managed_identity_refused', error.correlationId, '', error.errorCode);
};

/**
 * The identity of the machine or container that the gateway runs on. Its endpoint is told by the environment; MSAL looks there
 * once a process.
 */
export const managedIdentitySource = (clientId: string | null, networkClient: INetworkModule): Source => ({
  key: `identity:${clientId ?? ''}`,
  create: () => {
    const app = identityApp(clientId, networkClient);
    return ({ scope, fresh, claims }) =>
      app
        // Claims pass the cache by themselves; with `forceRefresh` MSAL would not say which token was revoked.
        .acquireToken(claims === undefined ? { resource: scope, forceRefresh: fresh } : { resource: scope, claims })
        .catch(refusedHere);
  },
});

/**
 * The same, for a tenant of the settings. Its endpoint is asked for no tenant and gives tokens of the identity's own: with that of
 * another one, that tenant's machines would be shown and isolated under this one's name.
 */
export const identityInTenant = (tenantId: string, clientId: string | null, networkClient: INetworkModule): Source => {
  const { key, create } = managedIdentitySource(clientId, networkClient);
  return {
    key,
    create: () => {
      const acquire = create();
      return async (asked) => {
        const acquired = await acquire(asked);
        const own = acquired === null ? undefined : tenantIdOf(acquired.accessToken);
        if (own !== undefined && own !== tenantId)
          throw new TenantAccessError(
            'TENANT_SIGN_IN_REQUIRED',
            `the managed identity is of tenant ${own}, and not of ${tenantId}: correct tenantId, or use federated.managedIdentity`,
          );
        return acquired;
      };
    },
  };
};

/** The identity's token as the assertion of an app in `cloud`. */
export const identityAssertion = async (
  clientId: string | null,
  cloud: CloudName,
  networkClient: INetworkModule,
): Promise<string> => {
  const resource = clouds[cloud].exchangeAudience;
  const { accessToken } = await identityApp(clientId, networkClient).acquireToken({ resource }).catch(refusedHere);
  if (accessToken === '')
    throw new UpstreamError('UPSTREAM_REJECTED', 'The managed identity has no token', { sent: 'no' });
  return accessToken;
};
