import { type Permission, permissions } from '../config/permissions.ts';

export { builtInRoles, type Permission, permissions } from '../config/permissions.ts';

/** Role name -> what it permits: built-in and configured ones. */
export type RoleTable = Readonly<Record<string, readonly Permission[]>>;

/** What several roles permit together; a name that is no role permits nothing. */
export const permissionsOf = (roles: readonly string[], table: RoleTable): ReadonlySet<Permission> => {
  const granted = new Set(roles.flatMap((role) => (Object.hasOwn(table, role) ? (table[role] ?? []) : [])));
  // In the order of the list, so that equal sets look equal.
  return new Set(permissions.filter((permission) => granted.has(permission)));
};
