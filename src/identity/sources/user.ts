import { type ICachePlugin, type INetworkModule, PublicClientApplication } from '@azure/msal-node';
import type { Tenant } from '../../config/tenants.ts';
import { TenantAccessError } from '../../errors.ts';
import { authorityOptions } from '../authority.ts';
import type { SignIn, SignIns } from '../sign-ins.ts';
import type { Source } from '../source.ts';

/** MSAL's application of a tenant for its users: a public client, which has no credential. */
export const publicApp = (
  tenant: Tenant,
  clientId: string,
  networkClient: INetworkModule,
  cachePlugin: ICachePlugin,
): PublicClientApplication =>
  new PublicClientApplication({
    auth: { clientId, ...authorityOptions(tenant) },
    cache: { cachePlugin },
    system: { networkClient },
  });

/** What to do when nobody is signed in. */
export const signInAdvice = (tenant: string, userName: string): string =>
  `${userName} is not signed in: run "defender-gateway login ${tenant}", or have an administrator call startTenantSignIn`;

/**
 * The user who signed in once, by refresh token. The application is made anew for each token, since its memory would
 * outlive a sign-out in another process; the store has all that it needs.
 */
export const userSource = (
  tenant: Tenant,
  clientId: string,
  signIn: SignIn | undefined,
  userName: string,
  parts: { readonly network: INetworkModule; readonly signIns: Pick<SignIns, 'cacheOf'> },
): Source => {
  const missing = () => new TenantAccessError('TENANT_SIGN_IN_REQUIRED', signInAdvice(tenant.name, userName));
  if (signIn === undefined) throw missing();
  return {
    key: `user:${signIn.id}`,
    create:
      () =>
      async ({ scope, fresh, claims, correlationId }) => {
        const app = publicApp(tenant, clientId, parts.network, parts.signIns.cacheOf(signIn.id));
        const accounts = await app.getTokenCache().getAllAccounts();
        const account = accounts.find(({ homeAccountId }) => homeAccountId === signIn.homeAccountId);
        if (account === undefined) throw missing();
        return app.acquireTokenSilent({
          account,
          scopes: [scope],
          correlationId,
          forceRefresh: fresh,
          ...(claims === undefined ? {} : { claims }),
        });
      },
  };
};
