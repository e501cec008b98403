import { ConfidentialClientApplication, type ICachePlugin, type INetworkModule } from '@azure/msal-node';
import type { Tenant } from '../../config/tenants.ts';
import { authorityOptions } from '../authority.ts';
import { clientCapabilities } from '../challenge.ts';
import type { Credential } from '../credential.ts';
import type { Source } from '../source.ts';

/** MSAL's application of a tenant for one credential. */
export const confidentialApp = (
  tenant: Tenant,
  clientId: string,
  { options }: Credential,
  networkClient: INetworkModule,
  cachePlugin?: ICachePlugin,
): ConfidentialClientApplication =>
  new ConfidentialClientApplication({
    auth: { clientId, clientCapabilities: clientCapabilities(), ...authorityOptions(tenant), ...options },
    ...(cachePlugin && { cache: { cachePlugin } }),
    system: { networkClient },
  });

/** Client credentials: the app as itself. */
export const appSource = (
  { fingerprint, proof }: Credential,
  createApp: () => ConfidentialClientApplication,
): Source => ({
  key: fingerprint,
  ...(proof && { proof }),
  create: () => {
    const app = createApp();
    return ({ scope, fresh, claims, correlationId }) =>
      app.acquireTokenByClientCredential({
        scopes: [scope],
        correlationId,
        skipCache: fresh,
        // The host is the tenant's; the environment of the process has no say in it.
        azureRegion: 'DisableMsalForceRegion',
        ...(claims === undefined ? {} : { claims }),
      });
  },
});
