import type { TenantDirectory } from '../config/directory.ts';
import { permissionSubjects } from '../config/permissions.ts';
import type { Tenant } from '../config/tenants.ts';
import { AccessError, GatewayError, InputError, NotFoundError } from '../errors.ts';
import type { Caller } from './caller.ts';
import { coversTenant, type Grant } from './grants.ts';
import { type MachineVisibility, machineVisibilityOf } from './machine-visibility.ts';
import type { Permission } from './roles.ts';

/** Which tenants a question is for, as the caller says. */
export interface TenantSelection {
  readonly tenants?: readonly string[] | null | undefined;
  readonly tenantTags?: readonly string[] | null | undefined;
}

/** What a caller may see and do. */
export interface Access {
  /** Sorted by name. */
  visibleTenants(caller: Caller): readonly Tenant[];
  /** The tenant; one that does not exist and one that the caller may not see are the same `NOT_FOUND`. */
  tenant(caller: Caller, name: string): Tenant;
  /** Throws `FORBIDDEN`, which names the permission, unless the caller has it in the tenant; without one, anywhere. */
  require(caller: Caller, permission: Permission, tenant?: Tenant): void;
  /**
   * The tenant, in which the caller has the permission. Without it anywhere it is `FORBIDDEN`, whatever tenant is named; then as
   * `tenant` and `require` say.
   */
  tenantFor(caller: Caller, name: string, permission: Permission): Tenant;
  /** The same without the error. */
  holds(caller: Caller, permission: Permission, tenant?: Tenant): boolean;
  /** The roles that the caller has in the tenant. */
  rolesIn(caller: Caller, tenant: Tenant): readonly string[];
  /** Which machines of the tenant the permission is good for; `null`: all of them. Without the permission it is none. */
  machineVisibility(caller: Caller, permission: Permission, tenant: Tenant): MachineVisibility | null;
  /**
   * The tenants that are named, or tagged, or both; all that the caller may see when nothing is said. Sorted by name, each once.
   * With a permission, those in which the caller has it: one that is named has to be among them (`FORBIDDEN`, which names both),
   * of a tag or of all at least one.
   * Throws `NOT_FOUND` for an unknown name or tag, `QUERY_TOO_EXPENSIVE` for more than `maxTenants`.
   */
  selectTenants(
    caller: Caller,
    selection: TenantSelection,
    maxTenants: number,
    permission?: Permission,
  ): readonly Tenant[];
}

/** The grants that give the permission, in the tenant or anywhere. */
const giving = ({ grants }: Caller, permission: Permission, tenant: Tenant | undefined): readonly Grant[] =>
  grants.filter(
    (grant) => grant.permissions.has(permission) && (tenant === undefined || coversTenant(grant, tenant.name)),
  );

/** `FORBIDDEN`. A role that is limited to machines may name a permission and still not give it: then it says so. */
const refusal = (
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

/** A caller's word for what is not there, as far as it is worth repeating. */
const shownName = (name: string): string => (name.length <= 80 ? name : `${name.slice(0, 80)}…`);

/** Access over the configured tenants. */
export const createAccess = (directory: TenantDirectory): Access => {
  const tenant: Access['tenant'] = (caller, name) => {
    const found = directory.get(name);
    if (found === undefined || !coversTenant(caller, found.name))
      throw new NotFoundError(`There is no tenant "${shownName(name)}"`, { tenant: shownName(name) });
    return found;
  };

  const visibleTenants: Access['visibleTenants'] = (caller) =>
    directory.all.filter((each) => coversTenant(caller, each.name));

  const tagged = (caller: Caller, tag: string): readonly Tenant[] => {
    const found = directory.byTags([tag]).filter((each) => coversTenant(caller, each.name));
    // An empty answer would look like "nothing happened".
    if (found.length === 0)
      throw new NotFoundError(`No tenant has the tag "${shownName(tag)}"`, { field: 'tenantTags' });
    return found;
  };

  const require: Access['require'] = (caller, permission, where) => {
    if (giving(caller, permission, where).length === 0) throw refusal(caller, permission, { tenant: where });
  };

  const holds: Access['holds'] = (caller, permission, where) => giving(caller, permission, where).length > 0;

  const chosen = (
    caller: Caller,
    { tenants, tenantTags }: TenantSelection,
    permission: Permission | undefined,
  ): readonly Tenant[] => {
    const withPermission = (some: readonly Tenant[]): readonly Tenant[] =>
      permission === undefined ? some : some.filter((each) => holds(caller, permission, each));
    if (tenants == null && tenantTags == null) return withPermission(visibleTenants(caller));
    const names = tenants ?? [];
    const tags = tenantTags ?? [];
    if (names.length === 0 && tags.length === 0) {
      throw new InputError('An empty choice of tenants: name one, or leave it out for all', {
        field: tenants == null ? 'tenantTags' : 'tenants',
      });
    }
    const named = names.map((name) => {
      const found = tenant(caller, name);
      if (permission !== undefined) require(caller, permission, found);
      return found;
    });
    const wanted = new Set([...named, ...withPermission(tags.flatMap((tag) => tagged(caller, tag)))]);
    return directory.all.filter((each) => wanted.has(each));
  };

  return {
    tenant,
    tenantFor: (caller, name, permission) => {
      require(caller, permission);
      const found = tenant(caller, name);
      require(caller, permission, found);
      return found;
    },
    visibleTenants,
    require,
    holds,
    rolesIn: ({ grants }, { name }) => grants.filter((grant) => coversTenant(grant, name)).map(({ role }) => role),
    machineVisibility: (caller, permission, where) => machineVisibilityOf(giving(caller, permission, where)),
    selectTenants: (caller, selection, maxTenants, permission) => {
      if (permission !== undefined) require(caller, permission);
      const selected = chosen(caller, selection, permission);
      // The caller has it somewhere, but in none of the tagged tenants.
      if (selected.length === 0 && permission !== undefined)
        throw refusal(caller, permission, { tags: selection.tenantTags ?? [] });
      if (selected.length <= maxTenants) return selected;
      throw new GatewayError(
        'QUERY_TOO_EXPENSIVE',
        `The question is for ${selected.length} tenants; ${maxTenants} are allowed at once: choose with tenants or tenantTags`,
      );
    },
  };
};
