import { z } from 'zod';
import { type ApiKey, apiKeyWarnings, readApiKeys } from './access/api-keys.ts';
import { type EntraAccess, readEntra } from './access/entra.ts';
import { readRoles, roleWarnings } from './access/role-list.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { section, text } from './fields.ts';
import type { RoleTable } from './roles.ts';
import { didYouMean } from './suggest.ts';
import type { TenantList } from './tenant-list.ts';

export type { ApiKey } from './access/api-keys.ts';
export type { EntraAccess } from './access/entra.ts';

/** Who may call the gateway. */
export interface AccessConfig {
  /** The issuers whose tokens are taken; none: no tokens at all. */
  readonly entra: readonly EntraAccess[];
  readonly apiKeys: readonly ApiKey[];
  /** Built-in and configured roles. */
  readonly roles: RoleTable;
  /** Role of callers without credentials; `null`: they are refused. */
  readonly anonymous: string | null;
}

// Each is read apart, so that a fault in one hides none in another.
/** The section `access`. */
export const accessSchema = section({
  entra: z.unknown().optional(),
  apiKeys: z.array(z.unknown()).default([]),
  roles: z.record(z.string(), z.unknown()).default({}),
  anonymous: text().default('none'),
});

/** `list`: the tenants that could be read, which keys and roles may be limited to. */
export const readAccess = (
  value: unknown,
  path: ConfigPath,
  list: TenantList,
  faults: Faults,
): AccessConfig | undefined => {
  const read = faults.read(accessSchema, value ?? {}, path);
  if (read === undefined) return undefined;
  const roles = readRoles(read.roles, [...path, 'roles'], list, faults);
  const needRole = (role: string, at: ConfigPath): void => {
    if (!Object.hasOwn(roles, role)) faults.add(at, `no such role${didYouMean(role, Object.keys(roles))}`);
  };
  if (read.anonymous !== 'none') needRole(read.anonymous, [...path, 'anonymous']);
  return {
    entra: readEntra(read.entra, [...path, 'entra'], needRole, faults),
    apiKeys: readApiKeys(read.apiKeys, [...path, 'apiKeys'], { list, needRole }, faults),
    roles,
    anonymous: read.anonymous === 'none' ? null : read.anonymous,
  };
};

/** What works but should not be overlooked. */
export const accessWarnings = ({ anonymous, entra, apiKeys, roles }: AccessConfig, nowMs: number): string[] => [
  ...(anonymous === null ? [] : [`access.anonymous: callers without credentials have the role "${anonymous}"`]),
  ...(anonymous === null && entra.length === 0 && apiKeys.length === 0
    ? ['access: nobody can call the gateway: give access.entra, access.apiKeys or access.anonymous']
    : []),
  ...roleWarnings(roles),
  ...apiKeyWarnings(apiKeys, roles, nowMs),
];
