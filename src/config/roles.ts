import type { Permission } from './permissions.ts';

/** Machines that a role is limited to: those in one of the groups, and those that carry one of the tags. */
export interface MachineRule {
  /** Names of device groups (`rbacGroupName`), compared without case. */
  readonly machineGroups: readonly string[];
  /** Compared without case. */
  readonly machineTags: readonly string[];
}

/** What a role permits, and where. */
export interface Role {
  readonly permissions: readonly Permission[];
  /** Names of tenants, tags already resolved. */
  readonly tenants: 'all' | readonly string[];
  /** `null`: every machine. */
  readonly machines: MachineRule | null;
}

/** Built-in and configured roles by name. */
export type RoleTable = Readonly<Record<string, Role>>;

/** A role that counts everywhere. */
export const unlimitedRole = (permissions: readonly Permission[]): Role => ({
  permissions,
  tenants: 'all',
  machines: null,
});
