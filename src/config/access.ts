import { z } from 'zod';
import type { ConfigPath, Faults } from './faults.ts';
import { choice, guid, section, text, textLike } from './fields.ts';
import { builtInRoles, type Permission, permissions } from './permissions.ts';
import { didYouMean } from './suggest.ts';
import type { Tenant } from './tenants.ts';

/** How bearer tokens that Entra issued for the gateway are checked. */
export interface EntraAccess {
  readonly tenantId: string;
  /** Accepted `aud` values: the client id, the App ID URI, or both. */
  readonly audience: readonly string[];
  /** `null`: the v1 and v2 issuers of the tenant. */
  readonly issuer: string | null;
  readonly jwksUri: string;
  /** Value in `roles` or `scp` -> role of the gateway. A value that is a role's name needs no row. */
  readonly roleClaims: Readonly<Record<string, string>>;
}

/** A key for scripts. Only its SHA-256 is known here. */
export interface ApiKey {
  readonly name: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly roles: readonly string[];
  /** Names of tenants, tags already resolved. */
  readonly tenants: 'all' | readonly string[];
}

/** Who may call the gateway. */
export interface AccessConfig {
  readonly entra: EntraAccess | null;
  readonly apiKeys: readonly ApiKey[];
  /** Built-in and configured roles. */
  readonly roles: Readonly<Record<string, readonly Permission[]>>;
  /** Role of callers without credentials; `null`: they are refused. */
  readonly anonymous: string | null;
}

const httpsUrl = () => textLike(/^https:\/\/[^\s]+$/i, 'an https:// address');
const roleNames = () => z.array(text()).min(1, 'must name at least one role');

const schema = section({
  entra: section({
    tenantId: guid(),
    audience: z.union([text().transform((one) => [one]), z.array(text()).min(1)], {
      error: () => 'must be text or a list of text',
    }),
    issuer: httpsUrl().optional(),
    jwksUri: httpsUrl().optional(),
    roleClaims: z.record(z.string(), text()).default({}),
  }).optional(),
  // Read apart, so that a fault in one key hides none in another.
  apiKeys: z.array(z.unknown()).default([]),
  roles: z.record(z.string(), z.array(choice(permissions))).default({}),
  anonymous: text().default('none'),
});

const keySchema = section({
  name: text(),
  sha256: textLike(/^[0-9a-f]{64}$/i, "the key's SHA-256 as 64 hex digits").transform((hex) => hex.toLowerCase()),
  // Read apart too.
  roles: z.unknown().optional(),
  tenants: z.array(text()).optional(),
});

const rolesOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'roles' in value ? value.roles : undefined;

/** Names of the tenants that `selectors` (names and `tag:...`) stand for. */
const resolveTenants = (
  selectors: readonly string[],
  tenants: readonly Tenant[],
  path: ConfigPath,
  faults: Faults,
): string[] =>
  selectors.flatMap((selector, index) => {
    const tag = selector.startsWith('tag:') ? selector.slice('tag:'.length) : undefined;
    const found = tenants.filter(({ name, tags }) => (tag === undefined ? name === selector : tags.includes(tag)));
    if (found.length === 0) {
      const known =
        tag === undefined
          ? tenants.map(({ name }) => name)
          : tenants.flatMap(({ tags }) => tags.map((each) => `tag:${each}`));
      faults.add(
        [...path, index],
        `no tenant ${tag === undefined ? 'has this name' : 'has this tag'}${didYouMean(selector, known)}`,
      );
    }
    return found.map(({ name }) => name);
  });

/** `tenants` are those that could be read; when some could not, `complete` is false and selectors are not held against them. */
export const readAccess = (
  value: unknown,
  path: ConfigPath,
  { tenants, complete }: { readonly tenants: readonly Tenant[]; readonly complete: boolean },
  faults: Faults,
): AccessConfig | undefined => {
  const read = faults.read(schema, value ?? {}, path);
  if (read === undefined) return undefined;
  const roles: AccessConfig['roles'] = { ...builtInRoles, ...read.roles };
  const needRole = (role: string, at: ConfigPath): void => {
    if (!Object.hasOwn(roles, role)) faults.add(at, `no such role${didYouMean(role, Object.keys(roles))}`);
  };
  if (read.anonymous !== 'none') needRole(read.anonymous, [...path, 'anonymous']);
  for (const [claim, role] of Object.entries(read.entra?.roleClaims ?? {})) {
    needRole(role, [...path, 'entra', 'roleClaims', claim]);
  }
  const names = new Set<string>();
  const apiKeys = read.apiKeys.flatMap((item, index): ApiKey[] => {
    const at = [...path, 'apiKeys', index];
    const key = faults.read(keySchema, item, at);
    const keyRoles = faults.read(roleNames(), rolesOf(item), [...at, 'roles']);
    for (const [position, role] of (keyRoles ?? []).entries()) needRole(role, [...at, 'roles', position]);
    if (key === undefined || keyRoles === undefined) return [];
    if (names.has(key.name)) faults.add([...at, 'name'], 'is used by another key');
    names.add(key.name);
    const selected =
      key.tenants === undefined
        ? 'all'
        : complete
          ? resolveTenants(key.tenants, tenants, [...at, 'tenants'], faults)
          : [];
    return [{ ...key, roles: keyRoles, tenants: selected === 'all' ? 'all' : [...new Set(selected)] }];
  });
  const entra = read.entra && {
    ...read.entra,
    issuer: read.entra.issuer ?? null,
    jwksUri: read.entra.jwksUri ?? `https://login.microsoftonline.com/${read.entra.tenantId}/discovery/v2.0/keys`,
  };
  return { entra: entra ?? null, apiKeys, roles, anonymous: read.anonymous === 'none' ? null : read.anonymous };
};
