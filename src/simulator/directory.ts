import { type ApiProduct, cloudRow } from './clouds.ts';
import type { Product } from './http/types.ts';
import type { Grants, SimApp, SimTenant, SimUser } from './tenants.ts';

/** Which tenant a login host finds under an id or domain. */
export type TenantLookup =
  | { readonly kind: 'found'; readonly tenant: SimTenant }
  /** The tenant exists, but in another national cloud. */
  | { readonly kind: 'other-cloud' }
  | { readonly kind: 'unknown' };

/** The tenants with their apps and users, as Entra keeps them. Consent is the only thing that changes. */
export interface Directory {
  readonly tenants: readonly SimTenant[];
  /** `idOrDomain`: GUID or `<name>.onmicrosoft.com`, as seen from a real login origin. */
  lookUp(loginOrigin: string, idOrDomain: string): TenantLookup;
  byId(tenantId: string): SimTenant | undefined;
  app(tenant: SimTenant, clientId: string): SimApp | undefined;
  user(tenant: SimTenant, userPrincipalName: string): SimUser | undefined;
  /** Application permissions consented to. */
  granted(app: SimApp, product: ApiProduct): readonly string[];
  /** Delegated permissions that the user may use. */
  delegated(user: SimUser, product: ApiProduct): readonly string[];
  /** The app as it may be consented to in the tenant: its own, or a multi-tenant one of another tenant of this login host. */
  consentable(tenant: SimTenant, clientId: string): SimApp | undefined;
  /** Makes the app known in the tenant. */
  consent(tenant: SimTenant, registration: SimApp): void;
  /** The tenant of a user, among those of a login host. */
  tenantOfUser(loginOrigin: string, userPrincipalName: string): SimTenant | undefined;
}

type Catalogue = Readonly<Record<ApiProduct, readonly string[]>>;

/** Every permission that the operations name, in alphabetical order. */
const catalogueOf = (products: readonly Product[], kind: 'anyOf' | 'delegated'): Catalogue => {
  const named = (product: ApiProduct) =>
    products.filter(({ name }) => name === product).flatMap(({ routes }) => routes.flatMap((route) => route[kind]));
  const sorted = (product: ApiProduct) => [...new Set(named(product))].sort();
  return { mde: sorted('mde'), m365d: sorted('m365d'), graph: sorted('graph') };
};

const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const domainOf = (tenant: SimTenant): string => `${tenant.name}.onmicrosoft.com`;

export const createDirectory = (tenants: readonly SimTenant[], products: readonly Product[]): Directory => {
  const applications = catalogueOf(products, 'anyOf');
  const delegated = catalogueOf(products, 'delegated');
  const consented = new Map<string, SimApp[]>();
  const loginsOf = (tenant: SimTenant) => cloudRow(tenant.cloud).login;
  const appsOf = (tenant: SimTenant) => [...tenant.apps, ...(consented.get(tenant.tenantId) ?? [])];
  const app: Directory['app'] = (tenant, clientId) =>
    appsOf(tenant).find((known) => sameText(known.clientId, clientId));
  const expand = (grants: Grants, product: ApiProduct, all: readonly string[]) =>
    grants[product] === 'all' ? all : grants[product];
  return {
    tenants,
    lookUp(loginOrigin, idOrDomain) {
      const tenant = tenants.find((known) => [known.tenantId, domainOf(known)].some((id) => sameText(id, idOrDomain)));
      if (!tenant) return { kind: 'unknown' };
      return loginsOf(tenant).includes(loginOrigin) ? { kind: 'found', tenant } : { kind: 'other-cloud' };
    },
    byId: (tenantId) => tenants.find((known) => sameText(known.tenantId, tenantId)),
    app,
    user: (tenant, name) => tenant.users.find(({ userPrincipalName }) => sameText(userPrincipalName, name)),
    granted: ({ permissions }, product) => expand(permissions, product, applications[product]),
    delegated: ({ permissions }, product) => expand(permissions, product, delegated[product]),
    consentable: (tenant, clientId) =>
      app(tenant, clientId) ??
      tenants
        .filter((other) => loginsOf(other)[0] === loginsOf(tenant)[0])
        .flatMap((other) => other.apps)
        .find((known) => known.multiTenant === true && sameText(known.clientId, clientId)),
    consent(tenant, registration) {
      if (app(tenant, registration.clientId)) return;
      consented.set(tenant.tenantId, [...(consented.get(tenant.tenantId) ?? []), registration]);
    },
    tenantOfUser: (loginOrigin, name) =>
      tenants
        .filter((tenant) => loginsOf(tenant).includes(loginOrigin))
        .find(({ users }) => users.some(({ userPrincipalName }) => sameText(userPrincipalName, name))),
  };
};
