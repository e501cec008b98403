import type { Asking } from './access/access.ts';
import type { Clock } from './clock.ts';
import type { Tenant, TenantFault } from './config/tenants.ts';
import { AccessError } from './errors.ts';
import { type CapabilityState, capabilityStates } from './routing/capability-states.ts';
import type { Connectivity } from './routing/connectivity.ts';
import type { Routing } from './routing/route.ts';
import type { TenantSignIn, TenantSignIns } from './routing/tenant-sign-in.ts';
import type { CallScope } from './scope.ts';
import { quotasOf, type TenantQuota } from './tenant-quotas.ts';
import type { Quotas } from './upstream/http/quotas.ts';

/** What callers ask of a tenant itself. Each throws `FORBIDDEN` without its permission there. */
export interface TenantService {
  /** What works in a tenant, for `tenant:read`. Token requests only. */
  capabilities(asking: Asking, tenant: Tenant): Promise<readonly CapabilityState[]>;
  /** Whether a tenant is reached and signed in to, for `tenant:read`. Makes calls. */
  connectivity(asking: Asking, tenant: Tenant): Promise<Connectivity>;
  /** How Microsoft's quotas stand, in tenants with `tenant:read`; `NOT_FOUND` for an unknown name. No calls. */
  quotas(asking: Asking, names: readonly string[] | undefined): Promise<readonly TenantQuota[]>;
  /** What keeps files of tenants from being used, for `tenant:read` in all tenants: a file may be of any. No calls. */
  faults(asking: Asking): readonly TenantFault[];
  /** Sign-ins of tenants' users, for `tenant:sign-in`; `NOT_FOUND` for an unknown tenant. */
  startSignIn(asking: Asking, tenant: string): Promise<TenantSignIn>;
  signInStatus(asking: Asking, tenant: string): Promise<TenantSignIn>;
}

interface TenantServiceParts {
  readonly routing: Routing;
  readonly connectivity: (tenant: Tenant, scope: CallScope) => Promise<Connectivity>;
  readonly signIns: Pick<TenantSignIns, 'start' | 'status'>;
  readonly quotas: Pick<Quotas, 'states'>;
  readonly clock: Clock;
  readonly faults: () => readonly TenantFault[];
}

/** The permission is asked for before anything else is said. */
export const createTenantService = ({
  routing,
  connectivity,
  signIns,
  quotas,
  clock,
  faults,
}: TenantServiceParts): TenantService => {
  const signInTenant = ({ access }: Asking, name: string): Tenant => {
    return access.tenantFor(name, 'tenant:sign-in');
  };
  return {
    capabilities: async ({ access, scope }, tenant) => {
      access.require('tenant:read', tenant);
      return capabilityStates(routing, tenant, scope);
    },
    connectivity: async ({ access, scope }, tenant) => {
      access.require('tenant:read', tenant);
      return connectivity(tenant, scope);
    },
    quotas: async ({ access }, names) => {
      const tenants = access.selectTenants({ tenants: names }, 'tenant:read');
      return quotasOf(await quotas.states(), tenants, clock.now());
    },
    faults: ({ access }) => {
      access.requireInPart('tenant:read');
      const everywhere = access.caller.grants.some(
        ({ permissions, tenants }) => tenants === 'all' && permissions.has('tenant:read'),
      );
      if (everywhere) return faults();
      throw new AccessError('FORBIDDEN', 'This needs the permission "tenant:read" in all tenants');
    },
    startSignIn: async (asking, name) => signIns.start(signInTenant(asking, name)),
    signInStatus: async (asking, name) => signIns.status(signInTenant(asking, name)),
  };
};
