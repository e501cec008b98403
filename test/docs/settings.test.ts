import { expect, test } from 'vitest';
import { approvalsSchema } from '../../src/config/approvals.ts';
import { parseConfig } from '../../src/config/config.ts';
import { limitsSchema } from '../../src/config/limits.ts';
import { permissions } from '../../src/config/permissions.ts';
import { serverSchema } from '../../src/config/server.ts';
import { blocksIn, read, root, tableRows } from './pages.ts';

/** Every variable that an example names is set, and every file that one names is there. */
const options = {
  env: { CONTOSO_CLIENT_SECRET: 'x', FABRIKAM_CLIENT_SECRET: 'x', LAB_SECRET: 'x' },
  baseDir: root,
};
const container = {
  STORE_URL: 'redis://redis:6379',
  GATEWAY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
  GATEWAY_API_KEY_SHA256: 'ab'.repeat(32),
  TENANT_ID: '00000000-0000-4000-8000-000000000001',
  CLIENT_ID: '00000000-0000-4000-8000-0000000000a1',
  CLIENT_SECRET: 'x',
};

test.each(blocksIn('yaml'))('the settings at $place are taken', async ({ text }) => {
  // The file of the secret is the reader's own.
  const here = text.replace('{ file: secrets/fabrikam }', '{ file: package.json }');
  await expect(parseConfig(here, options)).resolves.toMatchObject({ tenants: [{}] });
});

test('the example file is taken', async () => {
  const { tenants } = await parseConfig(read('defender-gateway.example.yaml'), options);
  expect(tenants.map(({ name }) => name)).toEqual(['contoso', 'fabrikam']);
});

test("the containers' settings are taken from their environment", async () => {
  const config = await parseConfig(read('docker/settings.yaml'), { env: container, baseDir: root });
  expect(config.server.host).toBe('0.0.0.0');
  expect(config.warnings).toEqual([]);
});

const documented = new Map(tableRows('docs/settings.md').map(([key = '', fallback = '']) => [key, fallback]));
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

test.each([serverSchema, limitsSchema, approvalsSchema].flatMap((schema) => Object.entries(schema.parse({}))))(
  'docs/settings.md knows %s and its default %j',
  (key, fallback) => {
    expect(documented.get(`\`${key}\``)?.replaceAll('`', '')).toBe(shown(fallback));
  },
);

test.each([
  'entra',
  'apiKeys',
  'roles',
  'anonymous',
  'url',
  'encryptionKey',
  'caFile',
  'downloadHosts',
  'connections',
  'cloud',
  'tags',
  'prefer',
])('docs/settings.md knows %s', (key) => {
  expect([...documented.keys()].some((known) => known.startsWith(`\`${key}`))).toBe(true);
});

test('docs/settings.md lists every permission', () => {
  const text = read('docs/settings.md');
  expect(permissions.filter((permission) => !text.includes(`\`${permission}\``))).toEqual([]);
});
