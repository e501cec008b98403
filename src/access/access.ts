import type { TenantDirectory } from '../config/directory.ts';
import type { Guardrail } from '../config/guardrails.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Tenant } from '../config/tenants.ts';
import { GatewayError, InputError, NotFoundError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Caller } from './caller.ts';
import { coversTenant, type Grant } from './grants.ts';
import { type JudgedMachine, type MachineVisibility, machineVisibilityOf } from './machine-visibility.ts';
import { refusal } from './refusal.ts';
import type { AlertPermission, MachinePermission, Permission, TenantPermission } from './roles.ts';

/** Which tenants a question is for, as the caller says. */
export interface TenantSelection {
  readonly tenants?: readonly string[] | null | undefined;
  readonly tenantTags?: readonly string[] | null | undefined;
}

/**
 * What a caller may see and do among the tenants of a moment: given to every service of a request, so that no path goes round it.
 *
 * A role may be limited to machines, so a permission that is about a machine or an alert is had in a part of a tenant: `holds`
 * takes the machine, `machineVisibility` gives what judges machines, and `...InPart` asks whether there is any such part,
 * before anything is read. Whoever asks in part has to judge what is read then.
 */
export interface Access {
  readonly caller: Caller;
  /**
   * The operator's rules for actions. They go with the tenants that this is over, of which they name some: rules of a later moment would
   * name other tenants by the same names, and an action would be judged by what is forbidden in another.
   */
  readonly guardrails: readonly Guardrail[];
  /** Sorted by name. */
  visibleTenants(): readonly Tenant[];
  /** The tenant; one that does not exist and one that the caller may not see are the same `NOT_FOUND`. */
  tenant(name: string): Tenant;
  /** The same without the error. */
  findTenant(name: string): Tenant | null;
  /**
   * The tenants that are named, or tagged, or both; all that the caller may see when nothing is said. Sorted by name, each once.
   * With a permission, those in a part of which the caller has it: one that is named has to be among them (`FORBIDDEN`, which
   * names both), of a tag or of all at least one.
   * Throws `NOT_FOUND` for an unknown name or tag, `QUERY_TOO_EXPENSIVE` for more tenants than one question may be for.
   */
  selectTenants(selection: TenantSelection, permission?: Permission): readonly Tenant[];
  /**
   * The tenant, in a part of which the caller has the permission. Without it anywhere it is `FORBIDDEN`, whatever tenant is
   * named; then as `tenant` and `requireInPart` say.
   */
  tenantFor(name: string, permission: Permission): Tenant;
  /** Whether the caller has the permission in the whole tenant. */
  holds(permission: TenantPermission, tenant: Tenant): boolean;
  /** Whether they have it for this machine. */
  holds(permission: MachinePermission, tenant: Tenant, machine: JudgedMachine): boolean;
  /** Whether they have it for an alert with these machines in its evidence, or an incident of such alerts: one is enough. */
  holds(permission: AlertPermission, tenant: Tenant, machines: readonly JudgedMachine[]): boolean;
  /** Throws `FORBIDDEN`, which names the permission, unless the caller has it in the whole tenant. */
  require(permission: TenantPermission, tenant: Tenant): void;
  /** Whether the caller has the permission in some part of the tenant, or of any tenant. */
  mayInPart(permission: Permission, tenant?: Tenant): boolean;
  /** Throws `FORBIDDEN`, which names the permission, unless they have. */
  requireInPart(permission: Permission, tenant?: Tenant): void;
  /** Which machines of the tenant the permission is good for; `null`: all of them. Without the permission it is none. */
  machineVisibility(permission: MachinePermission | AlertPermission, tenant: Tenant): MachineVisibility | null;
  /**
   * The roles that the caller has in the tenant for all of these machines. Without any machine, a role that is limited to
   * machines is not among them.
   */
  rolesIn(tenant: Tenant, machines: readonly JudgedMachine[]): readonly string[];
  /** The roles that the caller has in some part of the tenant. */
  rolesInPart(tenant: Tenant): readonly string[];
}

/** Who asks, within which request: what every service takes first. */
export interface Asking {
  readonly access: Access;
  readonly scope: CallScope;
}

/** The access of a caller. */
export type AccessOf = (caller: Caller) => Access;

/** Characters of a name that are told; a longer one is no tenant's. */
const longestName = 80;

/** A caller's word for what is not there, as far as it is worth repeating. */
const shownName = (name: string): string => (name.length <= longestName ? name : `${name.slice(0, longestName)}…`);

/** The tenants at one moment, and the rules that go by them. */
export interface AccessGround {
  readonly directory: TenantDirectory;
  readonly guardrails: readonly Guardrail[];
}

/** Access over the configured tenants, one for each caller. `maxTenants`: tenants that one question may be for. */
export const createAccess = ({ directory, guardrails }: AccessGround, maxTenants: number): AccessOf => {
  const made = new WeakMap<Caller, Access>();
  const make = (caller: Caller): Access => {
    /** The grants that give the permission, in the tenant or anywhere. */
    const giving = (permission: Permission, tenant: Tenant | undefined): readonly Grant[] =>
      caller.grants.filter(
        (grant) => grant.permissions.has(permission) && (tenant === undefined || coversTenant(grant, tenant.name)),
      );

    const findTenant: Access['findTenant'] = (name) => {
      const found = directory.get(name);
      return found !== undefined && coversTenant(caller, found.name) ? found : null;
    };
    const visible =
      caller.tenants === 'all' ? directory.all : directory.all.filter((each) => coversTenant(caller, each.name));
    const visibleTenants = (): readonly Tenant[] => visible;

    /** The nearest word of what they see; of what they do not, nothing is told. */
    const nearest = (word: string, seen: (tenant: Tenant) => readonly string[]): string =>
      word.length > longestName ? '' : didYouMean(word, visibleTenants().flatMap(seen));

    const tenant: Access['tenant'] = (name) => {
      const found = findTenant(name);
      if (found !== null) return found;
      const meant = visibleTenants().find(
        (each) => each.tenantId === name.toLowerCase() && giving('tenant:read', each).length > 0,
      );
      const hint =
        meant === undefined ? nearest(name, (each) => [each.name]) : `; the one with that id is "${meant.name}"`;
      throw new NotFoundError(`There is no tenant "${shownName(name)}"${hint}`, { tenant: shownName(name) });
    };

    const mayInPart: Access['mayInPart'] = (permission, where) => giving(permission, where).length > 0;

    const requireInPart: Access['requireInPart'] = (permission, where) => {
      if (!mayInPart(permission, where)) throw refusal(caller, permission, { tenant: where });
    };

    const machineVisibility: Access['machineVisibility'] = (permission, where) =>
      machineVisibilityOf(giving(permission, where));

    function holds(permission: TenantPermission, tenant: Tenant): boolean;
    function holds(permission: MachinePermission, tenant: Tenant, machine: JudgedMachine): boolean;
    function holds(permission: AlertPermission, tenant: Tenant, machines: readonly JudgedMachine[]): boolean;
    function holds(permission: Permission, where: Tenant, of?: JudgedMachine | readonly JudgedMachine[]): boolean {
      const grants = giving(permission, where);
      // A grant that is limited never gives what is about a whole tenant.
      if (of === undefined) return grants.length > 0;
      const sees = machineVisibilityOf(grants);
      return sees === null || (isSeveral(of) ? of.some(sees) : sees(of));
    }

    const tagged = (tag: string): readonly Tenant[] => {
      const found = directory.byTags([tag]).filter((each) => coversTenant(caller, each.name));
      // An empty answer would look like "nothing happened".
      if (found.length === 0)
        throw new NotFoundError(`No tenant has the tag "${shownName(tag)}"${nearest(tag, ({ tags }) => tags)}`, {
          field: 'tenantTags',
        });
      return found;
    };

    const chosen = (
      { tenants, tenantTags }: TenantSelection,
      permission: Permission | undefined,
    ): readonly Tenant[] => {
      const withPermission = (some: readonly Tenant[]): readonly Tenant[] =>
        permission === undefined ? some : some.filter((each) => mayInPart(permission, each));
      if (tenants == null && tenantTags == null) return withPermission(visibleTenants());
      const names = tenants ?? [];
      const tags = tenantTags ?? [];
      if (names.length === 0 && tags.length === 0) {
        throw new InputError('An empty choice of tenants: name one, or leave it out for all', {
          field: tenants == null ? 'tenantTags' : 'tenants',
        });
      }
      const named = names.map((name) => {
        const found = tenant(name);
        if (permission !== undefined) requireInPart(permission, found);
        return found;
      });
      const wanted = new Set([...named, ...withPermission(tags.flatMap(tagged))]);
      return directory.all.filter((each) => wanted.has(each));
    };

    const here = ({ name }: Tenant): readonly Grant[] => caller.grants.filter((grant) => coversTenant(grant, name));

    return {
      caller,
      guardrails,
      tenant,
      findTenant,
      visibleTenants,
      holds,
      require: requireInPart,
      mayInPart,
      requireInPart,
      machineVisibility,
      tenantFor: (name, permission) => {
        requireInPart(permission);
        const found = tenant(name);
        requireInPart(permission, found);
        return found;
      },
      rolesIn: (where, machines) =>
        here(where)
          .filter((grant) => {
            const sees = machineVisibilityOf([grant]);
            return sees === null || (machines.length > 0 && machines.every(sees));
          })
          .map(({ role }) => role),
      rolesInPart: (where) => here(where).map(({ role }) => role),
      selectTenants: (selection, permission) => {
        if (permission !== undefined) requireInPart(permission);
        const selected = chosen(selection, permission);
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

  return (caller) => {
    const access = made.get(caller) ?? make(caller);
    made.set(caller, access);
    return access;
  };
};

const isSeveral = (of: JudgedMachine | readonly JudgedMachine[]): of is readonly JudgedMachine[] => Array.isArray(of);
