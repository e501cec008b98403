import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Person, personNamed } from '../../domain/person.ts';
import { readMoment } from '../../domain/time.ts';
import type { ConfigPath, Faults } from '../faults.ts';
import { section, text, textLike, wholeNumber } from '../fields.ts';
import type { RoleTable } from '../roles.ts';
import type { TenantList } from '../tenant-list.ts';
import { selectedTenants } from './tenant-selectors.ts';

/** A key for scripts. Only its SHA-256 is known here. */
export interface ApiKey {
  readonly name: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly roles: readonly string[];
  /** Names of tenants, tags already resolved; its roles count in no others. */
  readonly tenants: 'all' | readonly string[];
  /** Epoch milliseconds from which on it is refused; `null`: never. */
  readonly expiresAtMs: number | null;
  /** Requests a minute; `null`: no limit of its own. */
  readonly requestsPerMinute: number | null;
  /** The person who answers for it; `null`: nobody in particular. */
  readonly owner: Person | null;
}

/** As epoch milliseconds. */
const moment = () =>
  text()
    .transform((value) => readMoment(value))
    .refine((time) => time !== null, 'must be a day or a time with its zone, e.g. 2027-01-31 or 2027-01-31T18:00:00Z')
    .transform((time) => Date.parse(time ?? ''));

const person = () =>
  text().transform((value, context): Person => {
    const named = personNamed(value);
    if (named !== undefined) return named;
    context.addIssue({
      code: 'custom',
      message: 'must be a person: tenant id and object id as GUID:GUID, or a user name such as ana@contoso.com',
    });
    return z.NEVER;
  });

/** One key. */
export const keySchema = section({
  name: text(),
  sha256: textLike(/^[0-9a-f]{64}$/i, "the key's SHA-256 as 64 hex digits").transform((hex) => hex.toLowerCase()),
  // Read apart, so that a fault here hides none there.
  roles: z.unknown().optional(),
  tenants: z.array(text()).optional(),
  expires: moment().optional(),
  requestsPerMinute: wholeNumber(1, 1_000_000).optional(),
  owner: person().optional(),
});

const roleNames = () => z.array(text()).min(1, 'must name at least one role');

const ofNoText = createHash('sha256').digest('hex');

const rolesOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'roles' in value ? value.roles : undefined;

/** The keys that can be read; `needRole` notes a fault for a name that is no role. */
export const readApiKeys = (
  items: readonly unknown[],
  path: ConfigPath,
  { list, needRole }: { readonly list: TenantList; readonly needRole: (role: string, at: ConfigPath) => void },
  faults: Faults,
): readonly ApiKey[] => {
  const names = new Set<string>();
  const hashes = new Map([[ofNoText, 'of no text: the key was empty when its SHA-256 was made']]);
  return items.flatMap((item, index): ApiKey[] => {
    const at = [...path, index];
    const key = faults.read(keySchema, item, at);
    const roles = faults.read(roleNames(), rolesOf(item), [...at, 'roles']);
    for (const [position, role] of (roles ?? []).entries()) needRole(role, [...at, 'roles', position]);
    if (key === undefined || roles === undefined) return [];
    if (names.has(key.name)) faults.add([...at, 'name'], 'is used by another key');
    names.add(key.name);
    // Of two rows of one key only the first would count.
    const known = hashes.get(key.sha256);
    if (known !== undefined) faults.add([...at, 'sha256'], `is ${known}`);
    else hashes.set(key.sha256, `that of access.apiKeys[${index}] too: give each its own key`);
    return [
      {
        name: key.name,
        sha256: key.sha256,
        roles,
        tenants: selectedTenants(key.tenants, list, [...at, 'tenants'], faults),
        expiresAtMs: key.expires ?? null,
        requestsPerMinute: key.requestsPerMinute ?? null,
        owner: key.owner ?? null,
      },
    ];
  });
};

const dayMs = 86_400_000;

/** An operator wants to hear of the end of a key this long before it. */
const noticeMs = 14 * dayMs;

const expiryWarning = ({ name, expiresAtMs }: ApiKey, nowMs: number): string[] => {
  if (expiresAtMs === null || expiresAtMs - nowMs > noticeMs) return [];
  const end = new Date(expiresAtMs).toISOString();
  return [`access.apiKeys: the key "${name}" ${expiresAtMs <= nowMs ? 'has expired' : 'expires soon'} (${end})`];
};

const emptyWarnings = ({ name, roles, tenants }: ApiKey, table: RoleTable): string[] =>
  roles
    .filter((role) => {
      const counted = table[role]?.tenants ?? 'all';
      return tenants !== 'all' && counted !== 'all' && !counted.some((tenant) => tenants.includes(tenant));
    })
    .map((role) => `access.apiKeys: the role "${role}" counts in none of the tenants of the key "${name}"`);

/** Keys that end or have ended, and keys that are given nothing, in words for the log. */
export const apiKeyWarnings = (keys: readonly ApiKey[], table: RoleTable, nowMs: number): string[] =>
  keys.flatMap((key) => [...expiryWarning(key, nowMs), ...emptyWarnings(key, table)]);
