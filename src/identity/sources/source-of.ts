import type { INetworkModule } from '@azure/msal-node';
import type { AppAuth, Tenant } from '../../config/tenants.ts';
import type { Log } from '../../log.ts';
import type { CallerToken } from '../../scope.ts';
import type { Space } from '../../store/space.ts';
import { type Credential, type ReadAssertion, readCredential } from '../credential.ts';
import type { SignIns } from '../sign-ins.ts';
import type { Source } from '../source.ts';
import { createTokenCache, tokenCacheKey } from '../token-cache.ts';
import { appSource, confidentialApp } from './app.ts';
import { identityAssertion, identityInTenant } from './managed-identity.ts';
import { onBehalfOfSource } from './on-behalf-of.ts';
import { userSource } from './user.ts';

/** The ways to Entra, and where tokens and sign-ins are kept. */
export interface SourceParts {
  /** The way to Entra. */
  readonly network: INetworkModule;
  /** The way to the endpoint of managed identities. */
  readonly identityNetwork: INetworkModule;
  readonly signIns: SignIns;
  /** Where the tokens of apps are kept. */
  readonly space: Space<string>;
  readonly log?: Log | undefined;
}

/**
 * Who the tokens of a call are for, as the tenant's settings and the store say at this moment. Rejects with one of our errors
 * when a credential cannot be read, nobody is signed in, or the caller brought no user token where one is needed.
 */
export type SourceOf = (tenant: Tenant, callerToken: CallerToken | undefined) => Promise<Source>;

/** One way to sign in for each kind of `auth` in the settings. Credentials are read with each call: a rotated one is taken up. */
export const createSourceOf = ({ network, identityNetwork, signIns, space, log }: SourceParts): SourceOf => {
  /** As they were read last: what is made of a credential is made anew only when it has changed. */
  const known = new WeakMap<AppAuth, Credential>();
  const credentialOf = async (tenant: Tenant, auth: AppAuth): Promise<Credential> => {
    const readAssertion: ReadAssertion = (assertion) =>
      assertion.kind === 'tokenFile'
        ? assertion.read()
        : identityAssertion(assertion.clientId, tenant.cloud, identityNetwork);
    const credential = await readCredential(auth, readAssertion, known.get(auth));
    known.set(auth, credential);
    return credential;
  };

  return async (tenant, callerToken) => {
    const { auth } = tenant;
    switch (auth.kind) {
      case 'managedIdentity':
        return identityInTenant(tenant.tenantId, auth.clientId, identityNetwork);
      case 'user':
        return userSource(tenant, auth, await signIns.of(tenant), { network, signIns });
      case 'onBehalfOf': {
        const credential = await credentialOf(tenant, auth.app);
        return onBehalfOfSource(auth.clientId, credential, callerToken, () =>
          confidentialApp(tenant, auth.clientId, credential, network),
        );
      }
      default: {
        const credential = await credentialOf(tenant, auth);
        return appSource(credential, () => {
          const cache = createTokenCache(space, tokenCacheKey(tenant, credential.fingerprint), log);
          return confidentialApp(tenant, auth.clientId, credential, network, cache);
        });
      }
    }
  };
};
