import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { createTenantsInForce, type TenantsInForce } from '../../src/tenants-in-force.ts';

const idOf = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;
const tenant = (name: string, digit: number, more: object = {}) => ({
  name,
  tenantId: idOf(digit),
  auth: { clientId: idOf(9), clientSecret: 'x' },
  ...more,
});

let folder: string;
let inForce: TenantsInForce;
let gone: string[];

const put = (file: string, content: object) => writeFile(join(folder, file), stringify(content));
const open = async (tenants: readonly object[] = []): Promise<void> => {
  const text = stringify({ tenants, access: { anonymous: 'reader' }, tenantsFolder: '.', store: { url: 'memory:' } });
  const config = await parseConfig(text, { env: {}, baseDir: folder });
  gone = [];
  inForce = createTenantsInForce({
    config,
    log: createLog({ level: 'silent' }),
    onChanged: (tenants) => gone.push(...tenants.map(({ name, tenantId }) => `${name} ${tenantId.slice(-1)}`)),
  });
};
const names = () => inForce.current().directory.all.map(({ name, tenantId }) => `${name} ${tenantId.slice(-1)}`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'in-force-'));
  await put('a.yaml', [tenant('contoso', 1), tenant('fabrikam', 2)]);
  await open();
});
afterEach(() => rm(folder, { recursive: true }));

test('a tenant that was taken out is known on, and another one of its name is not taken for it', async () => {
  await put('a.yaml', [tenant('contoso', 3), tenant('fabrikam', 2)]);
  await inForce.reload();
  expect(names()).toEqual(['contoso 3', 'fabrikam 2']);
  expect([inForce.known('contoso', idOf(1))?.tenantId, inForce.known('contoso')?.tenantId]).toEqual([idOf(1), idOf(3)]);
  await rm(join(folder, 'a.yaml'));
  await inForce.reload();
  expect([names(), inForce.known('fabrikam')?.tenantId, inForce.known('contoso', idOf(4))]).toEqual([
    [],
    idOf(2),
    undefined,
  ]);
});

test('a tenant that has another name now is known by its id under the name that it had', async () => {
  await put('a.yaml', [tenant('contoso-ltd', 1), tenant('contoso', 2)]);
  await inForce.reload();
  expect([inForce.known('contoso', idOf(1))?.name, inForce.known('contoso')?.tenantId]).toEqual([
    'contoso-ltd',
    idOf(2),
  ]);
  expect(inForce.known('fabrikam', idOf(2))?.name).toBe('contoso');
});

test('a tenant counts no more when its name is another one’s, and goes on when only a tag changed', async () => {
  await put('a.yaml', [tenant('contoso', 1, { tags: ['emea'] }), tenant('fabrikam', 3)]);
  await inForce.reload();
  expect(gone).toEqual(['fabrikam 2']);
});

test('a snapshot stays as it was', async () => {
  const before = inForce.current().directory;
  const made = inForce.made(({ directory }) => directory.all.length);
  expect([made(), before.get('contoso')?.tenantId]).toEqual([2, idOf(1)]);
  await put('b.yaml', tenant('adatum', 4));
  await inForce.reload();
  expect([before.all.length, made()]).toEqual([2, 3]);
});

test('tenants that change ids with each other are taken, and one that takes the id of another file is not', async () => {
  await put('b.yaml', tenant('adatum', 4));
  await inForce.reload();
  await put('a.yaml', [tenant('contoso', 2), tenant('fabrikam', 1)]);
  await put('b.yaml', tenant('adatum', 1));
  await inForce.reload();
  expect(names()).toEqual(['adatum 4', 'contoso 2', 'fabrikam 1']);
  expect(inForce.faults()).toMatchObject([{ file: 'b.yaml', path: 'tenantId' }]);
});

test('of a list with a fault the rows that can be used are taken, and no row is taken out', async () => {
  await put('a.yaml', [tenant('contoso', 1, { tags: ['new'] }), tenant('adatum', 4), { name: 'broken' }]);
  await inForce.reload();
  expect(names()).toEqual(['adatum 4', 'contoso 1', 'fabrikam 2']);
  expect(inForce.current().directory.get('contoso')?.tags).toEqual(['new']);
  expect(inForce.faults().map(({ path }) => path)).toEqual(['[2].tenantId', '[2].auth']);
});

test('what the settings file has, no other file has', async () => {
  await put('b.yaml', tenant('adatum', 4));
  await put('c.yaml', tenant('woodgrove', 5));
  const own = [tenant('adatum', 6), tenant('northwind', 5)];
  await open(own);
  expect(names()).toEqual(['adatum 6', 'contoso 1', 'fabrikam 2', 'northwind 5']);
  const message = expect.stringContaining('of a tenant of the settings file too');
  expect(inForce.faults()).toEqual([
    { file: 'b.yaml', path: 'name', message },
    { file: 'c.yaml', path: 'tenantId', message },
  ]);
});

test('what a file refers to may come later', async () => {
  await put('b.yaml', tenant('adatum', 4, { auth: { clientId: idOf(9), clientSecret: { file: 'secret.txt' } } }));
  await inForce.reload();
  expect(inForce.faults()).toMatchObject([{ file: 'b.yaml', path: 'auth.clientSecret' }]);
  await writeFile(join(folder, 'secret.txt'), 's');
  await inForce.reload();
  expect([inForce.faults(), names()]).toEqual([[], ['adatum 4', 'contoso 1', 'fabrikam 2']]);
});
