import { z } from 'zod';
import type { ConfigPath, Faults } from '../faults.ts';
import { choice, section, text } from '../fields.ts';
import { builtInRoles, isPermission, type Permission, permissionSubjects, permissions } from '../permissions.ts';
import { type MachineRule, type Role, type RoleTable, unlimitedRole } from '../roles.ts';
import type { TenantList } from '../tenant-list.ts';
import { selectedTenants } from './tenant-selectors.ts';

type BuiltInRole = keyof typeof builtInRoles;

const isBuiltIn = (name: string): name is BuiltInRole => Object.hasOwn(builtInRoles, name);

/** `role:reader`: all that the built-in role permits. */
const roleWords = Object.keys(builtInRoles).map((name) => `role:${name}`);
const permissionWords = () => z.array(choice([...permissions, ...roleWords]));
const someTexts = () => z.array(text()).min(1, 'must name at least one').optional();

/** A role with limits. */
export const limitedSchema = section({
  permissions: permissionWords(),
  tenants: someTexts(),
  machineGroups: someTexts(),
  machineTags: someTexts(),
});

/** What the words permit. What a role that is limited to machines cannot give is left out of a built-in role's. */
const permissionsOf = (words: readonly string[], machines: MachineRule | null): readonly Permission[] => {
  const given = words.flatMap((word): readonly Permission[] => {
    if (isPermission(word)) return [word];
    const name = word.slice('role:'.length);
    const all: readonly Permission[] = isBuiltIn(name) ? builtInRoles[name] : [];
    return machines === null ? all : all.filter((permission) => permissionSubjects[permission] !== 'tenant');
  });
  return [...new Set(given)];
};

const readRole = (value: unknown, path: ConfigPath, list: TenantList, faults: Faults): Role | undefined => {
  if (Array.isArray(value)) {
    const words = faults.read(permissionWords(), value, path);
    return words && unlimitedRole(permissionsOf(words, null));
  }
  const read = faults.read(limitedSchema, value, path);
  if (read === undefined) return undefined;
  const { machineGroups = [], machineTags = [] } = read;
  const machines = machineGroups.length + machineTags.length === 0 ? null : { machineGroups, machineTags };
  return {
    permissions: permissionsOf(read.permissions, machines),
    tenants: selectedTenants(read.tenants, list, [...path, 'tenants'], faults),
    machines,
  };
};

/** The built-in roles, and the configured ones beside or instead of them. One that cannot be read permits nothing. */
export const readRoles = (
  values: Readonly<Record<string, unknown>>,
  path: ConfigPath,
  list: TenantList,
  faults: Faults,
): RoleTable => {
  const builtIn = Object.entries(builtInRoles).map(([name, given]) => [name, unlimitedRole(given)] as const);
  const configured = Object.entries(values).map(
    ([name, value]) => [name, readRole(value, [...path, name], list, faults) ?? unlimitedRole([])] as const,
  );
  return Object.fromEntries([...builtIn, ...configured]);
};

/** What a role names and cannot give, in words for the log. */
export const roleWarnings = (roles: RoleTable): string[] =>
  Object.entries(roles).flatMap(([name, { permissions: given, machines }]) =>
    machines === null
      ? []
      : given
          .filter((permission) => permissionSubjects[permission] === 'tenant')
          .map(
            (permission) =>
              `access.roles.${name}: "${permission}" is about a whole tenant: a role that is limited to machines does not give it`,
          ),
  );
