export { isPermission, type Permission, permissions } from '../config/permissions.ts';
export type { RoleTable } from '../config/roles.ts';
