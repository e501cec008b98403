import { permissionSubjects } from '../config/permissions.ts';
import type { Tenant } from '../config/tenants.ts';
import { AccessError } from '../errors.ts';
import type { Caller } from './caller.ts';
import { coversTenant } from './grants.ts';
import type { MachinePermission, Permission } from './roles.ts';

/** `FORBIDDEN`. A role that is limited to machines may name a permission and still not give it: then it says so. */
export const refusal = (
  { grants }: Caller,
  permission: Permission,
  where: { readonly tenant?: Tenant | undefined; readonly tags?: readonly string[] },
): AccessError => {
  const { tenant, tags } = where;
  const place = tags === undefined ? '' : ` in a tenant with a tag of these: ${tags.join(', ')}`;
  const limited =
    permissionSubjects[permission] === 'tenant' &&
    grants.some((grant) => grant.machines !== null && (tenant === undefined || coversTenant(grant, tenant.name)));
  const why = limited ? '; a role that is limited to machine groups or machine tags does not give it' : '';
  return new AccessError(
    'FORBIDDEN',
    `The permission "${permission}" is needed${tenant === undefined ? place : ` in ${tenant.name}`}${why}`,
    tenant === undefined ? {} : { tenant: tenant.name },
  );
};

/** `FORBIDDEN` for a machine that the caller's roles with the permission do not cover. */
export const machineRefusal = (permission: MachinePermission, tenant: Tenant): AccessError =>
  new AccessError(
    'FORBIDDEN',
    `The permission "${permission}" is needed in ${tenant.name} for this machine; the roles that give it are limited to others`,
    { tenant: tenant.name },
  );
