import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { accessWarnings } from '../../../src/config/access.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { builtInRoles, permissionSubjects } from '../../../src/config/permissions.ts';
import { contoso, faultsOf, parse, settings } from './settings.ts';

const sha256 = 'a'.repeat(64);
const tenants = [
  { ...contoso, tags: ['emea'] },
  { ...contoso, name: 'fabrikam', tags: ['emea'] },
  { ...contoso, name: 'adatum' },
];
const accessOf = async (access: unknown) => (await parse(settings({ tenants, access }))).access;
const tenantId = '11111111-2222-4333-8444-555555555555';
const entra = { tenantId, audience: 'api://gateway' };

describe('a role', () => {
  const roleOf = async (role: unknown) => (await accessOf({ roles: { role } })).roles.role;

  test.each<[string, unknown, unknown]>([
    ['a list', ['alert:read'], { permissions: ['alert:read'], tenants: 'all', machines: null }],
    ['permissions alone', { permissions: ['alert:read'] }, { tenants: 'all', machines: null }],
    [
      'tenants by name and tag, each once',
      { permissions: ['alert:read'], tenants: ['tag:emea', 'contoso', 'adatum'] },
      { tenants: ['contoso', 'fabrikam', 'adatum'], machines: null },
    ],
    [
      'machine groups',
      { permissions: ['machine:read'], machineGroups: ['Servers', 'Vault'] },
      { machines: { machineGroups: ['Servers', 'Vault'], machineTags: [] } },
    ],
    [
      'machine tags',
      { permissions: ['machine:read'], machineTags: ['kiosk'] },
      { machines: { machineGroups: [], machineTags: ['kiosk'] } },
    ],
    [
      'a built-in role',
      ['role:reader', 'hunt:raw', 'alert:read'],
      { permissions: [...builtInRoles.reader, 'hunt:raw'] },
    ],
  ])('may be %s', async (_name, role, expected) => {
    expect(await roleOf(role)).toMatchObject(Object(expected));
  });

  test('that is limited to machines takes of a built-in role what machines can judge', async () => {
    const role = await roleOf({ permissions: ['role:responder'], machineTags: ['kiosk'] });
    expect(role?.permissions).toEqual(
      builtInRoles.responder.filter((permission) => permissionSubjects[permission] !== 'tenant'),
    );
  });

  test('replaces a built-in one; the name of that one still means what is built in', async () => {
    const { roles } = await accessOf({ roles: { reader: ['role:reader', 'explain'] } });
    expect(roles.reader?.permissions).toEqual([...builtInRoles.reader, 'explain']);
    expect(roles.admin?.permissions).toEqual(builtInRoles.admin);
  });

  test.each<[string, unknown, string, string | RegExp]>([
    ['a word', 'reader', 'access.roles.x', 'must be a group of settings'],
    ['an unknown role', ['role:raeder'], 'access.roles.x[0]', /^must be one of: tenant:read.*role:admin$/],
    ['no permissions', { machineTags: ['a'] }, 'access.roles.x.permissions', 'is required'],
    [
      'an unknown tenant',
      { permissions: [], tenants: ['contso'] },
      'access.roles.x.tenants[0]',
      'no tenant has this name; did you mean "contoso"?',
    ],
    ['no tenant', { permissions: [], tenants: [] }, 'access.roles.x.tenants', 'must name at least one'],
    ['no group', { permissions: [], machineGroups: [] }, 'access.roles.x.machineGroups', 'must name at least one'],
    ['an empty tag', { permissions: [], machineTags: [''] }, 'access.roles.x.machineTags[0]', 'must not be empty'],
    [
      'a misspelt setting',
      { permissions: [], machineGroup: ['a'] },
      'access.roles.x.machineGroup',
      'unknown setting; did you mean "machineGroups"?',
    ],
  ])('is not %s', async (_name, x, path, message) => {
    const said = message instanceof RegExp ? expect.stringMatching(message) : message;
    expect(await faultsOf(settings({ tenants, access: { roles: { x } } }))).toEqual([{ path, message: said }]);
  });
});

describe('a key', () => {
  const keyOf = async (key: Readonly<Record<string, unknown>>) =>
    (await accessOf({ apiKeys: [{ name: 'a', sha256: 'A'.repeat(64), roles: ['reader'], ...key }] })).apiKeys[0];

  test('has neither an end nor limits unless it is said', async () => {
    expect(await keyOf({})).toEqual({
      name: 'a',
      sha256,
      roles: ['reader'],
      tenants: 'all',
      expiresAtMs: null,
      requestsPerMinute: null,
      owner: null,
    });
  });

  test('names tenants by tag too', async () => {
    expect((await keyOf({ tenants: ['tag:emea', 'contoso'] }))?.tenants).toEqual(['contoso', 'fabrikam']);
  });

  test.each([
    ['2027-01-31', Date.UTC(2027, 0, 31)],
    ['2027-01-31T18:00Z', Date.UTC(2027, 0, 31, 18)],
    ['2027-01-31T18:00:30+02:00', Date.UTC(2027, 0, 31, 16, 0, 30)],
  ])('ends at %s', async (expires, expected) => {
    expect(await keyOf({ expires, requestsPerMinute: 60 })).toMatchObject({
      expiresAtMs: expected,
      requestsPerMinute: 60,
    });
  });

  test.each([
    [
      '00000000-0000-4000-8000-000000000001:00000000-0000-4000-8000-0000000000AA',
      { id: '00000000-0000-4000-8000-000000000001:00000000-0000-4000-8000-0000000000aa', userNames: [] },
    ],
    ['Ana@Contoso.com', { id: null, userNames: ['ana@contoso.com'] }],
  ])('X3: has an owner: %s', async (owner, expected) => {
    expect((await keyOf({ owner }))?.owner).toEqual(expected);
  });

  test.each(['ana', '00000000-0000-4000-8000-000000000001', 'ana@', 'user:ana@contoso.com'])(
    'X3: has no owner that is nobody: %s',
    async (owner) => {
      const apiKeys = [{ name: 'a', sha256, roles: ['reader'], owner }];
      expect(await faultsOf(settings({ access: { apiKeys } }))).toEqual([
        {
          path: 'access.apiKeys[0].owner',
          message: 'must be a person: tenant id and object id as GUID:GUID, or a user name such as ana@contoso.com',
        },
      ]);
    },
  );

  test('stands in one row alone: of two only the first would count', async () => {
    const apiKeys = [
      { name: 'a', sha256, roles: ['admin'] },
      { name: 'b', sha256: sha256.toUpperCase(), roles: ['reader'] },
    ];
    expect(await faultsOf(settings({ access: { apiKeys } }))).toEqual([
      {
        path: 'access.apiKeys[1].sha256',
        message: 'is that of access.apiKeys[0] too: give each its own key',
      },
    ]);
  });

  test('is no key where its SHA-256 is that of no text', async () => {
    const ofNothing = createHash('sha256').digest('hex');
    expect(
      await faultsOf(settings({ access: { apiKeys: [{ name: 'a', sha256: ofNothing, roles: ['reader'] }] } })),
    ).toEqual([
      {
        path: 'access.apiKeys[0].sha256',
        message: 'is of no text: the key was empty when its SHA-256 was made',
      },
    ]);
  });

  test('shows every fault of its own and of the keys beside it', async () => {
    const apiKeys = [
      { name: 'a', sha256: 'abc', roles: ['raeder'], expires: '31.01.2027', requestsPerMinute: 0 },
      { name: 'b', sha256, roles: [], expires: '2027-02-30T00:00:00' },
      { name: 'c', sha256, roles: ['reader'], expires: '2027-13-01', requestsPerMinute: 1.5 },
    ];
    const faults = await faultsOf(settings({ tenants, access: { apiKeys } }));
    expect(faults.map(({ path }) => path).toSorted()).toEqual([
      'access.apiKeys[0].expires',
      'access.apiKeys[0].requestsPerMinute',
      'access.apiKeys[0].roles[0]',
      'access.apiKeys[0].sha256',
      'access.apiKeys[1].expires',
      'access.apiKeys[1].roles',
      'access.apiKeys[2].expires',
      'access.apiKeys[2].requestsPerMinute',
    ]);
    expect(faults.find(({ path }) => path.endsWith('[2].expires'))?.message).toMatch(/^must be a day or a time/);
  });
});

describe('issuers', () => {
  test('are those of the cloud, unless they are given', async () => {
    const login = 'https://login.microsoftonline.us';
    expect((await accessOf({ entra })).entra).toEqual([
      {
        tenantId,
        audience: ['api://gateway'],
        issuers: [`https://sts.windows.net/${tenantId}/`, `https://login.microsoftonline.com/${tenantId}/v2.0`],
        jwksUri: `https://login.microsoftonline.com/${tenantId}/discovery/v2.0/keys`,
        roleClaims: {},
      },
    ]);
    expect((await accessOf({ entra: { ...entra, cloud: 'GCCHigh' } })).entra).toMatchObject([
      {
        issuers: [`https://sts.windows.net/${tenantId}/`, `${login}/${tenantId}/v2.0`],
        jwksUri: `${login}/${tenantId}/discovery/v2.0/keys`,
      },
    ]);
    const own = { issuer: 'https://login.example/x', jwksUri: 'https://login.example/keys' };
    expect((await accessOf({ entra: { ...entra, cloud: 'custom', ...own } })).entra).toMatchObject([
      { issuers: [own.issuer], jwksUri: own.jwksUri },
    ]);
  });

  test('may be several', async () => {
    const other = '11111111-2222-4333-8444-666666666666';
    const list = [entra, { tenantId: other, audience: ['a', 'b'], cloud: 'dod', roleClaims: { Soc: 'hunter' } }];
    expect((await accessOf({ entra: list })).entra).toMatchObject([
      { tenantId },
      { tenantId: other, audience: ['a', 'b'], roleClaims: { Soc: 'hunter' } },
    ]);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['an unknown cloud', { ...entra, cloud: 'gcc-hihg' }, ['access.entra.cloud']],
    ['a cloud of the settings alone', { ...entra, cloud: 'custom' }, ['access.entra.issuer', 'access.entra.jwksUri']],
    ['an empty list', [], ['access.entra']],
    ['one issuer twice', [entra, { ...entra, audience: 'b' }], ['access.entra[1]']],
    [
      'several faults',
      [
        { ...entra, tenantId: 'contoso' },
        { ...entra, roleClaims: { Soc: 'huntr' } },
      ],
      ['access.entra[0].tenantId', 'access.entra[1].roleClaims.Soc'],
    ],
  ])('are refused: %s', async (_name, value, paths) => {
    const faults = await faultsOf(settings({ tenants, access: { entra: value } }));
    expect(faults.map(({ path }) => path)).toEqual(paths);
  });
});

describe('warnings', () => {
  const now = Date.UTC(2027, 0, 1);

  test('of keys that end within 14 days or have ended', async () => {
    const apiKeys = ['2026-12-31', '2027-01-01', '2027-01-15', '2027-01-15T00:00:01Z', undefined].map(
      (expires, index) => ({
        name: `key${index}`,
        sha256: `${index}`.repeat(64),
        roles: ['reader'],
        ...(expires && { expires }),
      }),
    );
    expect(accessWarnings(await accessOf({ apiKeys }), now)).toEqual([
      'access.apiKeys: the key "key0" has expired (2026-12-31T00:00:00.000Z)',
      'access.apiKeys: the key "key1" has expired (2027-01-01T00:00:00.000Z)',
      'access.apiKeys: the key "key2" expires soon (2027-01-15T00:00:00.000Z)',
    ]);
  });

  test('are given with the settings', async () => {
    const apiKeys = [{ name: 'a', sha256, roles: ['reader'], expires: '2027-01-02' }];
    const text = JSON.stringify(settings({ access: { apiKeys } }));
    const { warnings } = await parseConfig(text, { env: {}, baseDir: '/', now: () => now });
    expect(warnings).toEqual(['access.apiKeys: the key "a" expires soon (2027-01-02T00:00:00.000Z)']);
  });

  test('of what a role names and cannot give', async () => {
    const roles = {
      servers: { permissions: ['role:hunter', 'hunt:raw', 'machine:read'], machineGroups: ['Servers'] },
      emea: { permissions: ['machine:read'], tenants: ['tag:emea'] },
    };
    const apiKeys = [{ name: 'a', sha256, roles: ['emea', 'reader'], tenants: ['adatum'] }];
    expect(accessWarnings(await accessOf({ roles, apiKeys }), now)).toEqual([
      'access.roles.servers: "hunt:raw" is about a whole tenant: a role that is limited to machines does not give it',
      'access.apiKeys: the role "emea" counts in none of the tenants of the key "a"',
    ]);
  });
});
