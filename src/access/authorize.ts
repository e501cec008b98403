import type { TenantDirectory } from '../config/directory.ts';
import type { Tenant } from '../config/tenants.ts';
import { AccessError, GatewayError, InputError, NotFoundError } from '../errors.ts';
import type { Caller } from './caller.ts';
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
  /** The tenant; one that does not exist and one that he may not see are the same `NOT_FOUND`. */
  tenant(caller: Caller, name: string): Tenant;
  /** Throws `FORBIDDEN`, which names the permission. */
  require(caller: Caller, permission: Permission): void;
  /**
   * The tenants that are named, or tagged, or both; all that he may see when nothing is said. Sorted by name, each once.
   * Throws `NOT_FOUND` for an unknown name or tag, `QUERY_TOO_EXPENSIVE` for more than `maxTenants`.
   */
  selectTenants(caller: Caller, selection: TenantSelection, maxTenants: number): readonly Tenant[];
}

const maySee = ({ tenants }: Caller, { name }: Tenant): boolean => tenants === 'all' || tenants.has(name);

/** Access over the configured tenants. */
export const createAccess = (directory: TenantDirectory): Access => {
  const tenant: Access['tenant'] = (caller, name) => {
    const found = directory.get(name);
    if (found === undefined || !maySee(caller, found))
      throw new NotFoundError(`There is no tenant "${name}"`, { tenant: name });
    return found;
  };

  const visibleTenants: Access['visibleTenants'] = (caller) => directory.all.filter((each) => maySee(caller, each));

  const tagged = (caller: Caller, tag: string): readonly Tenant[] => {
    const found = directory.byTags([tag]).filter((each) => maySee(caller, each));
    // An empty answer would look like "nothing happened".
    if (found.length === 0) throw new NotFoundError(`No tenant has the tag "${tag}"`, { field: 'tenantTags' });
    return found;
  };

  const chosen = (caller: Caller, { tenants, tenantTags }: TenantSelection): readonly Tenant[] => {
    if (tenants == null && tenantTags == null) return visibleTenants(caller);
    const names = tenants ?? [];
    const tags = tenantTags ?? [];
    if (names.length === 0 && tags.length === 0) {
      throw new InputError('An empty choice of tenants: name one, or leave it out for all', {
        field: tenants == null ? 'tenantTags' : 'tenants',
      });
    }
    const wanted = new Set([
      ...names.map((name) => tenant(caller, name)),
      ...tags.flatMap((tag) => tagged(caller, tag)),
    ]);
    return directory.all.filter((each) => wanted.has(each));
  };

  return {
    tenant,
    visibleTenants,
    require: (caller, permission) => {
      if (!caller.permissions.has(permission))
        throw new AccessError('FORBIDDEN', `The permission "${permission}" is needed`);
    },
    selectTenants: (caller, selection, maxTenants) => {
      const selected = chosen(caller, selection);
      if (selected.length <= maxTenants) return selected;
      throw new GatewayError(
        'QUERY_TOO_EXPENSIVE',
        `The question is for ${selected.length} tenants; ${maxTenants} are allowed at once: choose with tenants or tenantTags`,
      );
    },
  };
};
