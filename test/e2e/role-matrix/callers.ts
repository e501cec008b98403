import { createHash } from 'node:crypto';
import { builtInRoles, type Permission, permissions } from '../../../src/config/permissions.ts';
import type { Simulator } from '../../../src/simulator/index.ts';

/** Where a caller asks: in a tenant of their own, of another customer, and in one that does not exist. */
export const places = ['own', 'other', 'unknown'] as const;
export type Place = (typeof places)[number];

/** Names of the tenants that sign in as an app, of those whose user signs in, and tags, place by place. */
export const names = { own: 'contoso', other: 'fabrikam', unknown: 'nonesuch' } as const satisfies Record<
  Place,
  string
>;
export const userNames = { own: 'woodgrove', other: 'tailspin', unknown: 'nonesuch' } as const satisfies Record<
  Place,
  string
>;
export const tags = { own: 'customer-one', other: 'customer-two', unknown: 'customer-none' } as const satisfies Record<
  Place,
  string
>;

/** The tenants that limited keys may see. */
const ownTenants: readonly string[] = [names.own, userNames.own];

/** Permissions, and the tenants in which they count. */
export interface GrantRow {
  readonly permissions: readonly Permission[];
  readonly tenants: 'all' | readonly string[];
}

/** Someone who asks, and what the settings give them. */
export interface CallerRow {
  readonly name: string;
  /** `null`: their credential is none of the gateway's, so that they are refused before anything else. */
  readonly grants: readonly GrantRow[] | null;
  /** The key that they show, and what the settings say of it; else how their headers are made. */
  readonly key?: string;
  readonly settings?: object;
  readonly headers?: (simulator: Simulator) => Promise<Readonly<Record<string, string>>>;
  /** Asks the gateway that lets anybody in as a reader. */
  readonly openGateway?: true;
}

/** A role with a permission that opens no field. */
export const bystander = ['explain'] as const satisfies readonly Permission[];

/** The audience of callers' tokens. */
export const audience = 'api://gateway-of-the-matrix';

const tokenOf = async (simulator: Simulator, claims: Readonly<Record<string, unknown>>) => {
  const [tenant] = simulator.tenants;
  const iss = `https://login.microsoftonline.com/${tenant?.tenantId}/v2.0`;
  const token = await simulator.mintToken({
    iss,
    aud: audience,
    tid: tenant?.tenantId,
    oid: 'oid-of-ana',
    scp: 'access',
    ...claims,
  });
  return { authorization: `Bearer ${token}` };
};

const limitedKey = (role: string, granted: readonly Permission[]): CallerRow => ({
  name: role,
  grants: [{ permissions: granted, tenants: ownTenants }],
  key: `limited-key-of-${role}`,
  settings: { roles: [role], tenants: ownTenants, owner: `${role}@people.example` },
});

/** Key of the one who may do everything everywhere. */
export const wholeKey = 'key-of-the-whole-admin';

/** Key of the one who asks for the approvals that the others decide. */
export const requesterKey = 'key-of-the-requester';

/** Every kind of caller. Keys of the built-in roles are limited to one customer's tenants. */
export const callers: readonly CallerRow[] = [
  ...Object.entries(builtInRoles).map(([role, granted]) => limitedKey(role, granted)),
  limitedKey('bystander', bystander),
  {
    name: 'admin, all tenants',
    grants: [{ permissions, tenants: 'all' }],
    key: wholeKey,
    settings: { roles: ['admin'], owner: 'admin@people.example' },
  },
  {
    name: 'reader, here responder',
    grants: [
      { permissions: builtInRoles.reader, tenants: 'all' },
      { permissions: builtInRoles.responder, tenants: ownTenants },
    ],
    key: 'key-of-two-roles',
    settings: { roles: ['reader', 'here-responder'], owner: 'reader@people.example' },
  },
  {
    name: "user's token (responder)",
    grants: [{ permissions: builtInRoles.responder, tenants: 'all' }],
    headers: (simulator) => tokenOf(simulator, { roles: ['responder'] }),
  },
  {
    name: 'anonymous (reader)',
    grants: [{ permissions: builtInRoles.reader, tenants: 'all' }],
    headers: async () => ({}),
    openGateway: true,
  },
  { name: 'anonymous (none)', grants: null, headers: async () => ({}) },
  { name: 'ended key', grants: null, key: 'key-that-ended', settings: { roles: ['admin'], expires: '2020-01-01' } },
  { name: 'unknown key', grants: null, headers: async () => ({ 'x-api-key': 'key-of-nobody' }) },
  {
    name: 'ended token',
    grants: null,
    headers: (simulator) =>
      tokenOf(simulator, { roles: ['admin'], iat: 1_600_000_000, nbf: 1_600_000_000, exp: 1_600_003_600 }),
  },
];

/** The key of a caller who has these permissions and no other, in their own tenants alone. */
export const keyWith = (granted: readonly Permission[]): string => `key-with-${[...granted].sort().join('+')}`;

/** The role's name for such a set. */
const roleWith = (granted: readonly Permission[]): string => `with-${[...granted].sort().join('+')}`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** `access` of the settings: every key above, and one for each of `sets`. */
export const accessSettings = (simulator: Simulator, sets: readonly (readonly Permission[])[]): object => {
  const [tenant] = simulator.tenants;
  const distinct = new Map(sets.map((granted) => [keyWith(granted), granted]));
  return {
    anonymous: 'none',
    entra: {
      tenantId: tenant?.tenantId,
      audience: [audience],
      jwksUri: `${simulator.endpoints(names.own).authority}/${tenant?.tenantId}/discovery/v2.0/keys`,
    },
    roles: {
      bystander,
      'here-responder': { permissions: ['role:responder'], tenants: ownTenants },
      ...Object.fromEntries([...distinct.values()].map((granted) => [roleWith(granted), granted])),
    },
    apiKeys: [
      { name: 'requester', sha256: sha256(requesterKey), roles: ['admin'] },
      ...callers.flatMap(({ key, settings }) =>
        key === undefined || settings === undefined ? [] : [{ name: key, sha256: sha256(key), ...settings }],
      ),
      ...[...distinct].map(([key, granted]) => ({
        name: key,
        sha256: sha256(key),
        roles: [roleWith(granted)],
        tenants: ownTenants,
      })),
    ],
  };
};

/** What a caller's request carries. */
export const headersOf = async (
  { key, headers }: CallerRow,
  simulator: Simulator,
): Promise<Readonly<Record<string, string>>> =>
  key === undefined ? ((await headers?.(simulator)) ?? {}) : { 'x-api-key': key };

/** Whether they know of the tenant at all. */
export const maySee = ({ grants }: CallerRow, tenant: string): boolean =>
  grants?.some(({ tenants }) => tenants === 'all' || tenants.includes(tenant)) ?? false;

/** Whether they have the permission in the tenant; without one, anywhere. */
export const holds = ({ grants }: CallerRow, permission: Permission, tenant?: string): boolean =>
  grants?.some(
    ({ permissions: granted, tenants }) =>
      granted.includes(permission) && (tenant === undefined || tenants === 'all' || tenants.includes(tenant)),
  ) ?? false;
