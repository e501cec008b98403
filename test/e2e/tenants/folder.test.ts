import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FolderGateway, startOnFolder } from './support.ts';

const keyOf = (key: string) => createHash('sha256').update(key).digest('hex');

let running: FolderGateway;

beforeAll(async () => {
  running = await startOnFolder({
    files: (tenant) => ({
      'contoso.yaml': tenant('contoso'),
      // Not there yet, so that the role and the rule below name nobody.
      '.hidden.yaml': tenant('adatum'),
      'notes.txt': 'no tenant',
    }),
    settings: {
      access: {
        anonymous: 'admin',
        roles: { partner: { permissions: ['role:reader'], tenants: ['fabrikam'] } },
        apiKeys: [
          { name: 'partner', sha256: keyOf('partner'), roles: ['partner'] },
          { name: 'britain', sha256: keyOf('britain'), roles: ['reader'], tenants: ['tag:uk'] },
        ],
      },
      guardrails: [{ deny: 'isolate', tenantTags: ['frozen'] }],
    },
  });
});
afterAll(() => running[Symbol.asyncDispose]());

/** Names of the tenants that a caller sees. */
const namesFor = async (key?: string): Promise<readonly string[]> => {
  const headers = key === undefined ? {} : { 'x-api-key': key };
  const { data } = await running.ask<{ viewer: { tenants: readonly { name: string }[] } }>(
    '{ viewer { tenants { name } } }',
    headers,
  );
  return data.viewer.tenants.map(({ name }) => name);
};

const faults = async () => {
  const { data } = await running.ask<{ gatewayStatus: { tenantFaults: readonly object[] } }>(
    '{ gatewayStatus { tenantFaults { file path message } } }',
  );
  return data.gatewayStatus.tenantFaults;
};

const readiness = async (): Promise<{ ready: boolean; checks: Record<string, string> }> =>
  JSON.parse(await (await fetch(`${running.gateway.url}/readyz`)).text());

/** A machine that can be isolated. */
const freshMachine = (tenant: string): string => {
  const { machines, actions } = running.simulator.world(tenant);
  const isFresh = (machine: (typeof machines)[number]): boolean =>
    machine.onboardingStatus === 'Onboarded' &&
    machine.osPlatform.startsWith('Windows') &&
    machine.healthStatus === 'Active' &&
    !actions.some((action) => action.machine === machine);
  return machines.find(isFresh)?.id ?? '';
};

const isolate = (tenant: string, more = '') =>
  running.ask<{ isolateMachines: { results: readonly object[] } }>(
    `mutation { isolateMachines(input: { tenant: "${tenant}", machineIds: ["${freshMachine(tenant)}"], comment: "c"${more} }) {
      results { action { status } error { code } } } }`,
  );

/** Waits until it holds; the folder is looked at a quarter of a second after its last change. */
const soon = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 20_000, interval: 50 });

const machinesOf = (tenant: string) =>
  running.ask<{ machines: { nodes: readonly { id: string }[] } | null }>(
    `{ machines(tenants: ["${tenant}"], first: 1) { nodes { id } failures { code message } } }`,
  );

test('P2: only files of YAML are read, and what no tenant is named by yet is warned of', async () => {
  expect(await namesFor()).toEqual(['contoso']);
  const told = running.log().map(({ msg }) => msg);
  expect(told).toContainEqual(expect.stringMatching(/^access\.roles\.partner\.tenants\[0\]: no tenant has this name/));
  expect(told).toContainEqual(expect.stringMatching(/^access\.apiKeys\[1\]\.tenants\[0\]: no tenant has this tag/));
  expect(told).toContainEqual(expect.stringMatching(/^guardrails\[0\]\.tenantTags: no tenant has the tag "frozen"/));
});

test('P2: a tenant that is dropped in is there without a restart, for roles and keys that named it before', async () => {
  expect(await namesFor('partner')).toEqual([]);
  await running.put('fabrikam.yaml', running.tenant('fabrikam', { tags: ['frozen'] }));
  await soon(async () => expect(await namesFor()).toEqual(['contoso', 'fabrikam']));
  expect(await namesFor('partner')).toEqual(['fabrikam']);
  const { data } = await machinesOf('fabrikam');
  expect(data.machines?.nodes).toHaveLength(1);
  // A list of them, as `config import-msticpy` prints it.
  await running.put('more.yml', { tenants: [running.tenant('adatum')] });
  await soon(async () => expect(await namesFor('britain')).toEqual(['adatum']));
});

test('P2: a guardrail holds for a tenant that came later', async () => {
  const { data } = await isolate('fabrikam');
  expect(data.isolateMachines.results).toEqual([{ action: null, error: { code: 'GUARDRAIL' } }]);
});

test('P2: a fault is told once, in each place, and the old tenant stays in force', async () => {
  const settings = running.tenant('fabrikam', { auth: { clientId: 'no', clientSecret: { env: 'NOT_SET_ANYWHERE' } } });
  const expected = [
    { file: 'fabrikam.yaml', path: 'auth.clientSecret', message: expect.stringContaining('NOT_SET_ANYWHERE') },
    { file: 'fabrikam.yaml', path: 'auth.clientId', message: 'must be a GUID' },
  ];
  await running.put('fabrikam.yaml', settings);
  await soon(async () => expect(await faults()).toEqual(expected));
  expect((await machinesOf('fabrikam')).data.machines?.nodes).toHaveLength(1);
  expect(await readiness()).toMatchObject({
    ready: true,
    checks: {
      // Anybody may ask: no name of a file, which may be a customer's.
      tenantsFolder: expect.stringMatching(/^2 faults in files of tenants(?!.*fabrikam)/),
    },
  });
  await running.gateway.reloadTenants();
  const told = running.log().filter(({ level, file }) => level === 'error' && file === 'fabrikam.yaml');
  expect(told).toEqual(expected.map((fault) => expect.objectContaining(fault)));
  // Only who sees all tenants is told of files.
  const refused = await running.ask('{ gatewayStatus { tenantFaults { file } } }', { 'x-api-key': 'partner' });
  expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN');
  await running.put('fabrikam.yaml', running.tenant('fabrikam'));
  await soon(async () => expect(await faults()).toEqual([]));
  await soon(async () => expect((await readiness()).checks).not.toHaveProperty('tenantsFolder'));
});

test.each([
  ['a file that is no YAML', 'name: [', /line 1, column/],
  ['a file that is empty, as one that is being written', '', /holds no tenant/],
  ['a list with nothing in it', '[]', /holds no tenant/],
  ['a file that is text', 'contoso', /holds no tenant/],
  ['an alias that leads nowhere', 'name: *nobody', /begins with \* needs quotes(?!.*nobody)/],
])('P2: of %s it is told, and its tenant stays', async (_what, text, says) => {
  await running.put('fabrikam.yaml', text);
  await soon(async () => expect(await faults()).toHaveLength(1));
  const [fault] = await faults();
  expect(JSON.stringify(fault)).toMatch(says);
  expect(await namesFor()).toContain('fabrikam');
  await running.put('fabrikam.yaml', running.tenant('fabrikam'));
  await soon(async () => expect(await faults()).toEqual([]));
});

test.each([
  [
    'a link that leads nowhere',
    () => symlink('nowhere', join(running.path, 'tenants.d', 'linked.yaml')),
    'cannot be read (ENOENT: there is no such file)',
  ],
  [
    'links in a circle',
    () => symlink('linked.yaml', join(running.path, 'tenants.d', 'linked.yaml')),
    'cannot be read (ELOOP: its links lead in a circle)',
  ],
])('P2: %s is told in words', async (_what, link, message) => {
  await link();
  await soon(async () => expect(await faults()).toEqual([expect.objectContaining({ file: 'linked.yaml', message })]));
  await rm(join(running.path, 'tenants.d', 'linked.yaml'));
  await soon(async () => expect(await faults()).toEqual([]));
});

test('P2: a name or an id that another file has is refused, whichever file comes first by name', async () => {
  await running.put('aaa.yaml', running.tenant('adatum', { name: 'contoso' }));
  await running.put('zzz.yaml', running.tenant('contoso', { name: 'another' }));
  await soon(async () =>
    expect(await faults()).toEqual([
      { file: 'aaa.yaml', path: 'name', message: expect.stringContaining('of a tenant of contoso.yaml too') },
      { file: 'zzz.yaml', path: 'tenantId', message: expect.stringContaining('of a tenant of contoso.yaml too') },
    ]),
  );
  expect(await namesFor()).toEqual(['adatum', 'contoso', 'fabrikam']);
  const { data } = await running.ask<{ tenant: object }>('{ tenant(name: "contoso") { tenantId } }');
  expect(data.tenant).toEqual({ tenantId: running.tenant('contoso').tenantId });
  await running.remove('aaa.yaml');
  await running.remove('zzz.yaml');
  await soon(async () => expect(await faults()).toEqual([]));
});

test('P2: one that is to have a name that another file has stays under its own', async () => {
  await running.put('fabrikam.yaml', running.tenant('fabrikam', { name: 'contoso' }));
  await soon(async () => expect(await faults()).toMatchObject([{ file: 'fabrikam.yaml', path: 'name' }]));
  expect(await namesFor()).toContain('fabrikam');
  await running.put('fabrikam.yaml', running.tenant('fabrikam'));
  await soon(async () => expect(await faults()).toEqual([]));
});

test('P2: the next call uses a changed credential, and the old token does not hide that it is wrong', async () => {
  const { auth } = running.tenant('fabrikam') as unknown as { auth: object };
  expect((await machinesOf('fabrikam')).data.machines?.nodes).toHaveLength(1);
  await running.put('fabrikam.yaml', running.tenant('fabrikam', { auth: { ...auth, clientSecret: 'wrong' } }));
  await soon(async () => expect((await machinesOf('fabrikam')).text).toContain('AADSTS7000215'));
  await running.put('fabrikam.yaml', running.tenant('fabrikam'));
  await soon(async () => expect((await machinesOf('fabrikam')).data.machines?.nodes).toHaveLength(1));
});

test('P2: a cursor over all tenants is good after another tenant came', async () => {
  const page = (after: string) =>
    running.ask<{ incidents: { pageInfo: { endCursor: string } } }>(
      `{ incidents(first: 1${after}) { nodes { id } failures { code } pageInfo { endCursor } } }`,
    );
  await running.remove('more.yml');
  await soon(async () => expect(await namesFor()).not.toContain('adatum'));
  const { endCursor } = (await page('')).data.incidents.pageInfo;
  await running.put('more.yml', [running.tenant('adatum')]);
  await soon(async () => expect(await namesFor()).toContain('adatum'));
  expect((await page(`, after: "${endCursor}"`)).errors).toEqual([]);
});

test('P2: a tenant whose file is removed is gone for new requests, and its action is watched to the end', async () => {
  const sent = isolate('contoso', ', waitSeconds: 60');
  await soon(() => expect(running.simulator.calls.count({ operation: 'isolateMachine' })).toBe(1));
  await running.remove('contoso.yaml');
  await soon(async () => expect(await namesFor()).not.toContain('contoso'));
  const gone = await machinesOf('contoso');
  expect(gone.errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await sent).data.isolateMachines.results).toEqual([{ action: { status: 'SUCCEEDED' }, error: null }]);
});

test('P2: the swap of links by which Kubernetes changes what it mounts is seen', async () => {
  const folder = join(running.path, 'tenants.d');
  const version = async (name: string, tags: readonly string[]): Promise<void> => {
    await mkdir(join(folder, name));
    const text = JSON.stringify(running.tenant('contoso', { tags }));
    await writeFile(join(folder, name, 'contoso.json'), text);
    await symlink(name, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  const tagsOf = async () => {
    const { data } = await running.ask<{ tenant: object | null }>('{ tenant(name: "contoso") { tags } }');
    return data.tenant;
  };
  await version('..2026_11_28_1', ['first']);
  await symlink('..data/contoso.json', join(folder, 'contoso.json'));
  await soon(async () => expect(await tagsOf()).toEqual({ tags: ['first'] }));
  await version('..2026_11_28_2', ['second']);
  await rm(join(folder, '..2026_11_28_1'), { recursive: true });
  await soon(async () => expect(await tagsOf()).toEqual({ tags: ['second'] }));
});

test('P2: a folder that is gone takes no tenant with it, and one that comes in its place is read', async () => {
  const before = await namesFor();
  const folder = join(running.path, 'tenants.d');
  await rename(folder, join(running.path, 'away'));
  await soon(async () =>
    expect(await faults()).toMatchObject([{ file: '', message: expect.stringContaining('ENOENT') }]),
  );
  expect(await namesFor()).toEqual(before);
  await rename(join(running.path, 'away'), folder);
  await running.put('contoso.json', running.tenant('contoso', { tags: ['third'] }));
  await soon(async () => expect(await faults()).toEqual([]));
  await soon(async () => {
    const { data } = await running.ask<{ tenants: readonly object[] }>('{ tenants(tags: ["third"]) { name } }');
    expect(data?.tenants).toEqual([{ name: 'contoso' }]);
  });
});

test('P2: what was done under a key in a tenant is not told of another that has its name now', async () => {
  const machine = freshMachine('contoso');
  const sent = () =>
    running.ask<object>(
      `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${machine}"], comment: "c", idempotencyKey: "k" }) {
        results { action { id } error { code } } } }`,
    );
  const first = await sent();
  expect(first.errors).toEqual([]);
  expect((await sent()).data).toEqual(first.data);
  const idOf = async () =>
    (await running.ask<{ tenant: object }>('{ tenant(name: "contoso") { tenantId } }')).data.tenant;
  await running.remove('fabrikam.yaml');
  await running.put('contoso.json', running.tenant('fabrikam', { name: 'contoso' }));
  await soon(async () => expect(await idOf()).toEqual({ tenantId: running.tenant('fabrikam').tenantId }));
  expect((await sent()).errors[0]?.extensions.code).toBe('CONFLICT');
});

test('P2: a role counts in no other tenant that has come to have the name while a body was on its way', async () => {
  const own = running.tenant('contoso', { tags: ['uk'] });
  await running.put('contoso.json', own);
  await soon(async () => expect(await namesFor('britain')).toContain('contoso'));
  const body = JSON.stringify({ query: '{ viewer { tenants { tenantId } } }' });
  const late = request(`${running.gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ 'x-api-key': 'britain', 'content-type': 'application/json', 'content-length': body.length },
      // Answered when the headers were read.
      expect: '100-continue',
    },
  });
  late.flushHeaders();
  await once(late, 'continue');
  await running.put('contoso.json', running.tenant('fabrikam', { name: 'contoso', tags: [] }));
  await soon(async () => expect(await namesFor('britain')).not.toContain('contoso'));
  late.end(body);
  const [answer] = await once(late, 'response');
  const told = await text(answer);
  expect(told).toContain(own.tenantId);
  expect(told).not.toContain(running.tenant('fabrikam').tenantId);
});
