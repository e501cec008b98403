import { issuerV2 } from './id-tokens.ts';
import { type EntraDeps, type EntraRequest, type EntraRoute, requireTenant } from './request.ts';

/** `/{tenant}/v2.0/.well-known/openid-configuration`: every endpoint is on this listener. */
const openIdConfiguration = (request: EntraRequest, deps: EntraDeps) => {
  const tenant = requireTenant(request, deps);
  const base = `${deps.origin()}/${tenant.tenantId}`;
  return {
    status: 200,
    body: {
      issuer: issuerV2(deps.origin(), tenant),
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'name', 'oid', 'tid', 'preferred_username', 'nonce', 'ver'],
      tenant_region_scope: null,
    },
  };
};

/** Instance discovery: the listener is its own cloud, under no other name. */
const instanceDiscovery = (_request: EntraRequest, deps: EntraDeps) => {
  const { host } = new URL(deps.origin());
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${deps.origin()}/common/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
};

/** Documents about the login host, open to all. */
export const metadataRoutes: readonly EntraRoute[] = [
  {
    id: 'entra.openid-configuration',
    method: 'GET',
    path: '/{tenant}/v2.0/.well-known/openid-configuration',
    handle: openIdConfiguration,
  },
  {
    id: 'entra.keys',
    method: 'GET',
    path: '/{tenant}/discovery/v2.0/keys',
    handle: (request, deps) => {
      requireTenant(request, deps);
      return { status: 200, body: deps.signer.jwks };
    },
  },
  { id: 'entra.instance-discovery', method: 'GET', path: '/{tenant}/discovery/instance', handle: instanceDiscovery },
];
