import type { Tenant } from '../config/tenants.ts';
import { NotFoundError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Access, TenantSelection } from './authorize.ts';
import type { Caller } from './caller.ts';
import type { Permission } from './roles.ts';

/** `Access` of one caller: what every service of a request is given, so that no path goes round it. */
export interface CallerAccess {
  readonly caller: Caller;
  /** Throws `FORBIDDEN`, which names the permission. */
  require(permission: Permission): void;
  /** Throws `NOT_FOUND` for a tenant that does not exist or that the caller may not see. */
  tenant(name: string): Tenant;
  /** The same without the error. */
  findTenant(name: string): Tenant | null;
  visibleTenants(): readonly Tenant[];
  selectTenants(selection: TenantSelection): readonly Tenant[];
}

/** Who asks, within which request. */
export interface Asking {
  readonly access: CallerAccess;
  readonly scope: CallScope;
}

/** `maxTenants`: tenants that one question may be for. */
export const bindAccess = (access: Access, caller: Caller, maxTenants: number): CallerAccess => ({
  caller,
  require: (permission) => access.require(caller, permission),
  tenant: (name) => access.tenant(caller, name),
  findTenant: (name) => {
    try {
      return access.tenant(caller, name);
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  },
  visibleTenants: () => access.visibleTenants(caller),
  selectTenants: (selection) => access.selectTenants(caller, selection, maxTenants),
});
