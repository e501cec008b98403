import type { Tenant } from '../config/tenants.ts';
import { NotFoundError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Access, TenantSelection } from './authorize.ts';
import type { Caller } from './caller.ts';
import type { MachineVisibility } from './machine-visibility.ts';
import type { Permission } from './roles.ts';

/** `Access` of one caller: what every service of a request is given, so that no path goes round it. */
export interface CallerAccess {
  readonly caller: Caller;
  /** Throws `FORBIDDEN`, which names the permission, unless the caller has it in the tenant; without one, anywhere. */
  require(permission: Permission, tenant?: Tenant): void;
  /** The same without the error. */
  holds(permission: Permission, tenant?: Tenant): boolean;
  /** The roles that the caller has in the tenant. */
  rolesIn(tenant: Tenant): readonly string[];
  /** Which machines of the tenant the permission is good for; `null`: all of them. */
  machineVisibility(permission: Permission, tenant: Tenant): MachineVisibility | null;
  /** Throws `NOT_FOUND` for a tenant that does not exist or that the caller may not see. */
  tenant(name: string): Tenant;
  /** The same without the error. */
  findTenant(name: string): Tenant | null;
  visibleTenants(): readonly Tenant[];
  /** With a permission, only tenants in which the caller has it. */
  selectTenants(selection: TenantSelection, permission?: Permission): readonly Tenant[];
}

/** Who asks, within which request. */
export interface Asking {
  readonly access: CallerAccess;
  readonly scope: CallScope;
}

/** `maxTenants`: tenants that one question may be for. */
export const bindAccess = (access: Access, caller: Caller, maxTenants: number): CallerAccess => ({
  caller,
  require: (permission, tenant) => access.require(caller, permission, tenant),
  holds: (permission, tenant) => access.holds(caller, permission, tenant),
  rolesIn: (tenant) => access.rolesIn(caller, tenant),
  machineVisibility: (permission, tenant) => access.machineVisibility(caller, permission, tenant),
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
  selectTenants: (selection, permission) => access.selectTenants(caller, selection, maxTenants, permission),
});
