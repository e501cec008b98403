import type { SimResponse } from '../http/types.ts';
import type { SimApp, SimTenant } from '../tenants.ts';
import { askedClaims } from './claims.ts';
import { type ArcKey, type EntraDeps, type EntraRequest, type EntraRoute, requireTenant } from './request.ts';
import { parseDefaultScope } from './scopes.ts';

/** A place that hands out tokens of a managed identity: what it wants to see of its callers. */
interface IdentityPlace {
  /** e.g. `app-service`. */
  readonly name: string;
  readonly method: EntraRoute['method'];
  /** Below `/{tenant}/identity`. */
  readonly path: string;
  /** A header that only local callers can send. */
  readonly header: string;
  readonly apiVersion: string | null;
  /** The parameter that names a user-assigned identity. */
  readonly client: string;
}

/**
 * The places of https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview, as MSAL asks them. Real
 * ones speak plain HTTP on addresses of their own; these stand on the login host.
 */
const places: readonly IdentityPlace[] = [
  {
    name: 'app-service',
    method: 'GET',
    path: '/msi/token',
    header: 'x-identity-header',
    apiVersion: '2019-08-01',
    client: 'client_id',
  },
  {
    name: 'imds',
    method: 'GET',
    path: '/metadata/identity/oauth2/token',
    header: 'metadata',
    apiVersion: '2018-02-01',
    client: 'client_id',
  },
  {
    name: 'service-fabric',
    method: 'GET',
    path: '/fabric/token',
    header: 'secret',
    apiVersion: '2019-07-01-preview',
    client: 'client_id',
  },
  {
    name: 'machine-learning',
    method: 'GET',
    path: '/learning/token',
    header: 'secret',
    apiVersion: '2017-09-01',
    client: 'clientid',
  },
  {
    name: 'cloud-shell',
    method: 'POST',
    path: '/shell/token',
    header: 'metadata',
    apiVersion: null,
    client: 'client_id',
  },
  { name: 'arc', method: 'GET', path: '/arc/token', header: 'metadata', apiVersion: '2020-06-01', client: 'client_id' },
];

const refused = (error: string, description: string): SimResponse => ({
  status: 400,
  body: { error, error_description: description },
});

const arcChallenge = ({ incoming }: EntraRequest, { file, key }: ArcKey): SimResponse | undefined =>
  incoming.headers.authorization === `Basic ${key}`
    ? undefined
    : { status: 401, headers: { 'www-authenticate': `Basic realm=${file}` } };

/** A tenant's apps stand for its identities: the one that is named, else the first. */
const identityOf = (tenant: SimTenant, clientId: string | null, { directory }: EntraDeps): SimApp | undefined =>
  clientId === null || clientId === '' ? tenant.apps[0] : directory.app(tenant, clientId);

const give = async (request: EntraRequest, deps: EntraDeps, place: IdentityPlace): Promise<SimResponse> => {
  const { incoming, form } = request;
  if (!incoming.headers[place.header]) return refused('bad_request_102', `The header ${place.header} is required`);
  if (place.apiVersion !== null && form.get('api-version') !== place.apiVersion)
    return refused('bad_request', `The api-version must be ${place.apiVersion}`);
  if (place.name === 'arc') {
    if (deps.arcKey === undefined) return { status: 404, body: { error: 'no_arc' } };
    const challenge = arcChallenge(request, deps.arcKey);
    if (challenge !== undefined) return challenge;
  }
  const tenant = requireTenant(request, deps);
  const identity = identityOf(tenant, form.get(place.client), deps);
  if (identity === undefined) return refused('invalid_request', 'Identity not found');
  const resource = parseDefaultScope(`${form.get('resource')}/.default`, tenant, deps.directory);
  const capable = (incoming.query.get('xms_cc') ?? '').split(',').includes('CP1');
  const asked = askedClaims(capable ? '{"access_token":{"xms_cc":{"values":["CP1"]}}}' : null);
  const subject = { tenant, app: identity, proof: 'assertion', origin: deps.origin(), asked } as const;
  const { access_token, expires_in } = await deps.issuer.app(subject, resource);
  return {
    status: 200,
    body: {
      access_token,
      client_id: identity.clientId,
      expires_on: String(Math.floor(deps.now().getTime() / 1000) + expires_in),
      resource: form.get('resource'),
      token_type: 'Bearer',
    },
  };
};

/** Managed identities, as the machines of a tenant see them. */
export const identityRoutes: readonly EntraRoute[] = places.map((place) => ({
  id: `identity.${place.name}`,
  method: place.method,
  path: `/{tenant}/identity${place.path}`,
  handle: (request, deps) => give(request, deps, place),
}));
