export {
  type AlertPermission,
  type GatewayPermission,
  isPermission,
  type MachinePermission,
  type Permission,
  permissionSubjects,
  permissions,
  type TenantPermission,
} from '../config/permissions.ts';
export type { RoleTable } from '../config/roles.ts';
