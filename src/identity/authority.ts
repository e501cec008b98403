import type { NodeAuthOptions } from '@azure/msal-node';
import type { Tenant } from '../config/tenants.ts';

/**
 * The tenant's authority with its endpoints spelled out, for every host alike: MSAL then trusts the host without asking
 * the public cloud and makes no discovery request. MSAL compares host and port. The paths are those of the v2.0
 * endpoint: https://learn.microsoft.com/entra/identity-platform/v2-protocols
 */
export const authorityOptions = ({
  authority,
  tenantId,
}: Pick<Tenant, 'authority' | 'tenantId'>): Required<
  Pick<NodeAuthOptions, 'authority' | 'knownAuthorities' | 'authorityMetadata'>
> => {
  const base = `${authority}/${tenantId}`;
  return {
    authority: base,
    knownAuthorities: [new URL(authority).host],
    authorityMetadata: JSON.stringify({
      issuer: `${base}/v2.0`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    }),
  };
};
