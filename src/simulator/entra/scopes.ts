import { type ApiProduct, cloudRow, productOfAudience } from '../clouds.ts';
import type { Directory } from '../directory.ts';
import type { SimApp, SimTenant } from '../tenants.ts';
import { EntraError } from './errors.ts';

/** What a token is asked for. */
export type Resource =
  | { readonly kind: 'api'; readonly product: ApiProduct; readonly audience: string }
  /** An app of the tenant itself, such as the gateway as the middle tier of on-behalf-of. */
  | { readonly kind: 'app'; readonly app: SimApp; readonly audience: string };

export interface RequestedScopes {
  /** `undefined`: only OpenID scopes were asked for. */
  readonly resource: Resource | undefined;
  /** Permission names without the resource, e.g. `.default`, `Alert.Read`. */
  readonly names: readonly string[];
  /** `offline_access` was asked for, without which there is no refresh token. */
  readonly offline: boolean;
}

const openIdScopes = ['openid', 'profile', 'email', 'offline_access'];

/** `https://api.security.microsoft.com/.default` → its resource and `.default`; a bare name is Graph's. */
const splitScope = (scope: string, graphResource: string): { readonly resource: string; readonly name: string } => {
  const slash = scope.lastIndexOf('/');
  return slash < 0
    ? { resource: graphResource, name: scope }
    : { resource: scope.slice(0, slash), name: scope.slice(slash + 1) };
};

const resolve = (resource: string, tenant: SimTenant, directory: Directory): Resource => {
  const product = productOfAudience(tenant.cloud, resource);
  if (product && !tenant.notProvisioned?.includes(product)) return { kind: 'api', product, audience: resource };
  const app = directory.app(tenant, resource.replace(/^api:\/\//i, ''));
  if (app) return { kind: 'app', app, audience: app.clientId };
  throw new EntraError(500011, `No resource principal named ${resource} exists in the tenant named ${tenant.name}.`);
};

/** Reads the `scope` parameter. One request names one resource: two are refused, as are none and unknown ones. */
export const parseScopes = (scope: string | null, tenant: SimTenant, directory: Directory): RequestedScopes => {
  const all = (scope ?? '').split(/\s+/).filter(Boolean);
  const [graphResource] = cloudRow(tenant.cloud).apis.graph.audiences;
  const wanted = all.filter((name) => !openIdScopes.includes(name)).map((name) => splitScope(name, graphResource));
  const [first, ...others] = new Set(wanted.map(({ resource }) => resource));
  const offline = all.includes('offline_access');
  if (first === undefined) return { resource: undefined, names: [], offline };
  if (others.length > 0) {
    throw new EntraError(70011, `The scope ${scope} is not valid: it names more than one resource.`);
  }
  return { resource: resolve(first, tenant, directory), names: wanted.map(({ name }) => name), offline };
};

/** The resource of an app-only request: its scope is `<resource>/.default` and nothing else. */
export const parseDefaultScope = (scope: string | null, tenant: SimTenant, directory: Directory): Resource => {
  if (scope === null || scope === '') throw new EntraError(900144, "The request body must contain 'scope'.");
  const { resource, names } = parseScopes(scope, tenant, directory);
  if (!resource || names.length !== 1 || names[0] !== '.default') {
    throw new EntraError(70011, `The scope ${scope} is not valid for client credentials: it must end in /.default.`);
  }
  return resource;
};
