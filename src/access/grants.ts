import { type Permission, permissionSubjects, permissions } from '../config/permissions.ts';
import type { MachineRule, RoleTable } from '../config/roles.ts';

/** What one role gives a caller. Grants add up: nothing in one takes away what another gives. */
export interface Grant {
  readonly role: string;
  /** What it does give: of a role that is limited to machines, nothing that is about a whole tenant. */
  readonly permissions: ReadonlySet<Permission>;
  /** Names of the tenants in which it counts. */
  readonly tenants: 'all' | ReadonlySet<string>;
  /** The machines that it is limited to; `null`: every machine of these tenants. */
  readonly machines: MachineRule | null;
}

/** Names of tenants, or all there are. */
export type TenantNames = Grant['tenants'];

const inBoth = (left: 'all' | readonly string[], right: 'all' | readonly string[]): TenantNames => {
  if (left === 'all') return right === 'all' ? 'all' : new Set(right);
  return new Set(right === 'all' ? left : left.filter((name) => right.includes(name)));
};

/** Permissions in the order of their list, so that equal sets look equal. */
const inOrder = (granted: ReadonlySet<Permission>): ReadonlySet<Permission> =>
  new Set(permissions.filter((permission) => granted.has(permission)));

const givenBy = (listed: readonly Permission[], machines: MachineRule | null): ReadonlySet<Permission> =>
  inOrder(
    new Set(machines === null ? listed : listed.filter((permission) => permissionSubjects[permission] !== 'tenant')),
  );

/**
 * What the roles of a caller give. `tenants`: those that the caller is held to besides, whatever the roles say. A name that
 * is no role gives nothing, nor does a role none of whose tenants are among those.
 */
export const grantsOf = (
  roles: readonly string[],
  table: RoleTable,
  tenants: 'all' | readonly string[] = 'all',
): readonly Grant[] =>
  [...new Set(roles)].flatMap((name): Grant[] => {
    const role = Object.hasOwn(table, name) ? table[name] : undefined;
    if (role === undefined) return [];
    const counted = inBoth(role.tenants, tenants);
    if (counted !== 'all' && counted.size === 0) return [];
    const { machines } = role;
    return [{ role: name, permissions: givenBy(role.permissions, machines), tenants: counted, machines }];
  });

/** Whether the grant counts in the tenant. */
export const coversTenant = ({ tenants }: Pick<Grant, 'tenants'>, tenant: string): boolean =>
  tenants === 'all' || tenants.has(tenant);

/** What several grants permit together, somewhere. */
export const permissionsOf = (grants: readonly Grant[]): ReadonlySet<Permission> =>
  inOrder(new Set(grants.flatMap(({ permissions: given }) => [...given])));

/** The tenants of several grants together. */
export const tenantsOf = (grants: readonly Grant[]): TenantNames => {
  const names = new Set<string>();
  for (const { tenants } of grants) {
    if (tenants === 'all') return 'all';
    for (const name of tenants) names.add(name);
  }
  return names;
};
