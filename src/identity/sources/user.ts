import { type ICachePlugin, type INetworkModule, PublicClientApplication } from '@azure/msal-node';
import type { Tenant, TenantAuth } from '../../config/tenants.ts';
import { TenantAccessError } from '../../errors.ts';
import { authorityOptions } from '../authority.ts';
import { clientCapabilities } from '../challenge.ts';
import type { SignIn, SignIns } from '../sign-ins.ts';
import type { Source } from '../source.ts';

type UserAuth = Extract<TenantAuth, { kind: 'user' }>;

/** MSAL's application of a tenant for its users: a public client, which has no credential. */
export const publicApp = (
  tenant: Tenant,
  clientId: string,
  networkClient: INetworkModule,
  cachePlugin: ICachePlugin,
): PublicClientApplication =>
  new PublicClientApplication({
    auth: { clientId, clientCapabilities: clientCapabilities(), ...authorityOptions(tenant) },
    cache: { cachePlugin },
    system: { networkClient },
  });

/**
 * The user who signed in once, by refresh token. The application is made anew for each token, since its memory would
 * outlive a sign-out in another process; the store has all that it needs. Throws `TENANT_SIGN_IN_REQUIRED` when nobody is
 * signed in, and says how to.
 */
export const userSource = (
  tenant: Tenant,
  { clientId, userName }: Pick<UserAuth, 'clientId' | 'userName'>,
  signIn: SignIn | undefined,
  { network, signIns }: { readonly network: INetworkModule; readonly signIns: Pick<SignIns, 'cacheOf'> },
): Source => {
  const missing = () =>
    new TenantAccessError(
      'TENANT_SIGN_IN_REQUIRED',
      `${userName} is not signed in: run "defender-gateway login ${tenant.name}", or have an administrator call startTenantSignIn`,
    );
  if (signIn === undefined) throw missing();
  return {
    key: `user:${signIn.id}`,
    create:
      () =>
      async ({ scope, fresh, claims, correlationId }) => {
        const app = publicApp(tenant, clientId, network, signIns.cacheOf(signIn.id, tenant));
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
