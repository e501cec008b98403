import type { CloudName } from '../src/clouds/endpoints.ts';
import type { TenantAuth } from '../src/config/tenants.ts';
import type { Context, ApiConnectivity as DomainApiConnectivity } from '../src/context.ts';
import { shownText } from '../src/errors.ts';
import type {
  Api,
  ApiConnectivityResolvers,
  CallerKind,
  CapabilityResolvers,
  Cloud,
  GrantResolvers,
  HostStateResolvers,
  MutationResolvers,
  QueryResolvers,
  SignInKind,
  SignInStateResolvers,
  TenantResolvers,
  TenantSignInResolvers,
  ViewerResolvers,
} from '../src/generated/graphql.ts';
import { encodeGlobalId } from '../src/loaders/global-id.ts';

/** The graph's names of the clouds. */
const cloudWords = {
  global: 'GLOBAL',
  us: 'US',
  eu: 'EU',
  uk: 'UK',
  au: 'AU',
  swa: 'SWA',
  ina: 'INA',
  aea: 'AEA',
  gcc: 'GCC',
  'gcc-high': 'GCC_HIGH',
  dod: 'DOD',
  china: 'CHINA',
  custom: 'CUSTOM',
} as const satisfies Record<CloudName, Cloud>;

/** The graph's names of the APIs. */
export const apiWords = { graph: 'GRAPH', m365d: 'M365D', mde: 'MDE' } as const satisfies Record<string, Api>;

/** The graph's names of the kinds of caller. */
export const callerKinds = {
  user: 'USER',
  app: 'APP',
  apiKey: 'API_KEY',
  anonymous: 'ANONYMOUS',
} as const satisfies Record<Context['access']['caller']['kind'], CallerKind>;

/** The graph's names of the ways to sign in. */
const signInKinds = {
  secret: 'SECRET',
  certificate: 'CERTIFICATE',
  federated: 'FEDERATED',
  managedIdentity: 'MANAGED_IDENTITY',
  user: 'USER',
  onBehalfOf: 'ON_BEHALF_OF',
} as const satisfies Record<TenantAuth['kind'], SignInKind>;

export const tenantQueries: Pick<QueryResolvers, 'viewer' | 'tenants' | 'tenant' | 'tenantSignIn'> = {
  viewer: (_, _arguments, { access }) => access.caller,
  tenants: (_, { names, tags }, { access }) =>
    access.selectTenants({ tenants: names, tenantTags: tags }, 'tenant:read'),
  tenant: (_, { name }, { access }) => access.tenant(name),
  tenantSignIn: (_, { tenant }, context) => context.tenants.signInStatus(context, tenant),
};

export const tenantMutations: Pick<MutationResolvers, 'startTenantSignIn'> = {
  startTenantSignIn: async (_, { input: { tenant, clientMutationId } }, context) => ({
    signIn: await context.tenants.startSignIn(context, tenant),
    clientMutationId: clientMutationId ?? null,
  }),
};

export const Viewer: ViewerResolvers = {
  kind: ({ kind }) => callerKinds[kind],
  roles: ({ roles }) => [...roles],
  permissions: ({ permissions }) => [...permissions].sort(),
  tenants: (_, _arguments, { access }) => access.visibleTenants(),
};

export const Grant: GrantResolvers = {
  permissions: ({ permissions }) => [...permissions].sort(),
  tenants: ({ tenants }, _, { access }) =>
    access.visibleTenants().filter(({ name }) => tenants === 'all' || tenants.has(name)),
  machineGroups: ({ machines }) => machines?.machineGroups ?? [],
  machineTags: ({ machines }) => machines?.machineTags ?? [],
};

export const Tenant: TenantResolvers = {
  id: ({ name }) => encodeGlobalId({ type: 'Tenant', tenant: name, id: name }),
  tenantId: (tenant, _, { access }) => (access.holds('tenant:read', tenant) ? tenant.tenantId : null),
  cloud: ({ cloud }) => cloudWords[cloud],
  portalUrl: ({ portal }) => portal,
  capabilities: (tenant, _, context) => context.tenants.capabilities(context, tenant),
  connectivity: (tenant, _, context) => context.tenants.connectivity(context, tenant),
};

export const SignInState: SignInStateResolvers = {
  kind: ({ kind }) => signInKinds[kind],
  problem: ({ problem }) => shownText(problem),
};

const shownError = (error: DomainApiConnectivity['tokenError']) =>
  error === null ? null : { code: error.code, message: shownText(error.message) };

export const ApiConnectivity: ApiConnectivityResolvers = {
  api: ({ api }) => apiWords[api],
  host: (state) => state,
  tokenError: ({ tokenError }) => shownError(tokenError),
  renewalError: ({ renewalError }) => shownError(renewalError),
};

export const HostState: HostStateResolvers = { problem: ({ problem }) => shownText(problem) };

export const TenantSignIn: TenantSignInResolvers = { problem: ({ problem }) => shownText(problem) };

export const Capability: CapabilityResolvers = {
  available: ({ sources }) => sources.some(({ usable }) => usable),
  api: ({ sources }) => {
    const usable = sources.find((source) => source.usable);
    return usable === undefined ? null : apiWords[usable.api];
  },
  reason: ({ reason }) => shownText(reason),
  sources: ({ sources }) =>
    sources.map(({ api, state, permissions, granted, reason }) => ({
      api: apiWords[api],
      state,
      permissions,
      granted,
      reason: shownText(reason),
    })),
  missingPermissions: ({ sources }) =>
    sources.some(({ usable }) => usable)
      ? []
      : sources.flatMap(({ state, permissions }) => (state === 'MISSING_PERMISSION' ? permissions.slice(0, 1) : [])),
};
