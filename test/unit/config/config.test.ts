import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createTenantDirectory } from '../../../src/config/directory.ts';
import { ConfigError } from '../../../src/config/faults.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { contoso, faultsOf, parse, settings, temporaryDirectory } from './settings.ts';

describe('every fault is reported at once, with its path', () => {
  test('several faults in one tenant, and in one key', async () => {
    const faults = await faultsOf({
      access: { apiKeys: [{ name: 'script', sha256: 'short', roles: ['readr'] }] },
      tenants: [{ ...contoso, name: 'Contoso', tenantId: 'none', cloud: 'globl', auth: { clientId: 'none' } }],
    });
    expect(faults.map(({ path }) => path).toSorted()).toEqual([
      'access.apiKeys[0].roles[0]',
      'access.apiKeys[0].sha256',
      'tenants[0].auth',
      'tenants[0].auth.clientId',
      'tenants[0].cloud',
      'tenants[0].name',
      'tenants[0].tenantId',
    ]);
  });

  test('five faults in five sections', async () => {
    const faults = await faultsOf({
      server: { port: 'four thousand' },
      access: { anonymous: 'readr' },
      store: { url: 'redis://cache:6379' },
      tenants: [
        contoso,
        { ...contoso, name: 'fabrikam', auth: { clientId: contoso.auth.clientId, clientSecret: { env: 'NOT_SET' } } },
      ],
      limits: { dept: 3 },
    });
    expect(Object.fromEntries(faults.map(({ path, message }) => [path, message]))).toEqual({
      'server.port': 'must be a whole number from 0 to 65535',
      'access.anonymous': 'no such role; did you mean "reader"?',
      'store.encryptionKey': 'is required with Redis, the same for all replicas (openssl rand -base64 32)',
      'tenants[1].auth.clientSecret': 'the environment variable NOT_SET is not set',
      'limits.dept': 'unknown setting; did you mean "depth"?',
    });
  });

  test('the error is one readable text and a BAD_USER_INPUT', async () => {
    const error = await parse({ tenants: [] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('tenants: must name at least one tenant'),
    });
  });

  test.each([
    ['unknown section', { sever: {} }, 'sever', 'unknown setting; did you mean "server"?'],
    [
      'unknown key',
      { tenants: [{ ...contoso, tenantID: 1 }] },
      'tenants[0].tenantID',
      'unknown setting; did you mean "tenantId"?',
    ],
    ['no tenants', { tenants: undefined }, 'tenants', 'is required'],
    ['tenant id', { tenants: [{ ...contoso, tenantId: 'contoso.example' }] }, 'tenants[0].tenantId', 'must be a GUID'],
    [
      'name',
      { tenants: [{ ...contoso, name: 'Contoso' }] },
      'tenants[0].name',
      'must be lower-case letters, digits and hyphens',
    ],
    ['same name', { tenants: [contoso, contoso] }, 'tenants[1].name', 'is the name of tenants[0] too'],
    ['no auth', { tenants: [{ ...contoso, auth: undefined }] }, 'tenants[0].auth', 'is required'],
    [
      'no credential',
      { tenants: [{ ...contoso, auth: { clientId: contoso.auth.clientId } }] },
      'tenants[0].auth',
      'no credential: give clientSecret or certificateFile',
    ],
    [
      'two credentials',
      { tenants: [{ ...contoso, auth: { ...contoso.auth, certificateFile: 'a.pem' } }] },
      'tenants[0].auth',
      'more than one credential (clientSecret, certificateFile): keep one',
    ],
    [
      'prefer',
      { tenants: [{ ...contoso, prefer: { incidents: 'defender' } }] },
      'tenants[0].prefer.incidents',
      'must be one of: graph, m365d, mde',
    ],
    [
      'sha256',
      { access: { apiKeys: [{ name: 'a', sha256: 'abc', roles: ['reader'] }] } },
      'access.apiKeys[0].sha256',
      "must be the key's SHA-256 as 64 hex digits",
    ],
    [
      'key role',
      { access: { apiKeys: [{ name: 'a', sha256: 'a'.repeat(64), roles: ['hunters'] }] } },
      'access.apiKeys[0].roles[0]',
      'no such role; did you mean "hunter"?',
    ],
    [
      'key tenant',
      { access: { apiKeys: [{ name: 'a', sha256: 'a'.repeat(64), roles: ['reader'], tenants: ['contso'] }] } },
      'access.apiKeys[0].tenants[0]',
      'no tenant has this name; did you mean "contoso"?',
    ],
    [
      'permission',
      { access: { roles: { x: ['machine:explode'] } } },
      'access.roles.x[0]',
      /^must be one of: tenant:read/,
    ],
    [
      'store url',
      { store: { url: 'postgres://db' } },
      'store.url',
      'must be memory:, sqlite:FILE or redis://HOST[:PORT]',
    ],
    [
      'encryption key',
      { store: { url: 'memory:', encryptionKey: 'c2hvcnQ=' } },
      'store.encryptionKey',
      'must be 32 bytes in base64 (openssl rand -base64 32)',
    ],
    [
      'key vault',
      { store: { url: { keyVault: { vault: 'v', secret: 's' } } } },
      'store.url',
      'cannot read the secret "s" of the vault "v": Key Vault is not asked here',
    ],
    [
      'P2: a password of Redis that is not escaped',
      { store: { url: 'redis://:ab/cd@redis:6379', encryptionKey: Buffer.alloc(32).toString('base64') } },
      'store.url',
      /^is no address of a Redis: .*\/ as %2F/,
    ],
    [
      'P2: a Redis without a host',
      { store: { url: 'redis:///x', encryptionKey: Buffer.alloc(32).toString('base64') } },
      'store.url',
      /^names no host/,
    ],
    ['P2: the name of a database of Redis', { audit: { url: 'redis://redis/x' } }, 'audit.url', /number of a database/],
    [
      'missing file',
      { upstream: { caFile: 'none.pem' } },
      'upstream.caFile',
      'cannot read the file "none.pem" (ENOENT: there is no such file)',
    ],
  ])('%s', async (_name, changes, path, message) => {
    expect(await faultsOf(settings(changes))).toEqual([
      { path, message: typeof message === 'string' ? message : expect.stringMatching(message) },
    ]);
  });

  test.each([
    ['an alias within its anchor', 'tenants: &a [*a]', '', /stands inside of what it stands for/],
    ['a name twice', 'tenants: []\ntenants: []', 'line 2, column 1', /^this name stands in its group twice/],
    ['a second document', 'tenants: []\n---\nserver: {}', 'line 2, column 1', /another document.*a file holds one/],
    ['what is nested without an end', `tenants: ${'['.repeat(20_000)}`, /^line 1/, /nested too deep/],
    ['a list', '- tenants', '', /must hold settings by their names .* not a list/],
    ['what is no YAML of settings', 'PK\u0003\u0004', '', /not plain text/],
  ])('P2: %s is a fault in words', async (_, text, path, says) => {
    expect(await faultsOf(text)).toContainEqual({
      path: typeof path === 'string' ? path : expect.stringMatching(path),
      message: expect.stringMatching(says),
    });
  });

  test('broken YAML names line and column', async () => {
    expect(await faultsOf('tenants: [\nserver: {')).toContainEqual(
      expect.objectContaining({ path: expect.stringMatching(/^line \d+, column \d+$/) }),
    );
  });

  test('no fault repeats a value, which may be a secret', async () => {
    const secret = 'S3cr3t-Value-That-Must-Not-Show';
    const faults = await faultsOf({
      server: { port: secret },
      store: { url: secret, encryptionKey: secret },
      access: { apiKeys: [{ name: 'a', sha256: secret, roles: ['reader'] }] },
      tenants: [{ ...contoso, tenantId: secret, auth: { clientId: secret, clientSecret: { text: secret } } }],
    });
    expect(faults.length).toBeGreaterThan(5);
    expect(JSON.stringify(faults)).not.toContain(secret);
  });
});

describe('settings', () => {
  test('defaults', async () => {
    const config = await parse({ tenants: [contoso] }, { baseDir: '/srv' });
    expect(config.server).toEqual({
      host: '127.0.0.1',
      hosts: [],
      port: 4000,
      graphiql: true,
      graphiqlSignIn: null,
      introspection: true,
      cors: [],
      persistedQueries: 'apq',
      trustedDocuments: [],
      trustProxy: 0,
      bodyTimeoutMs: 30_000,
      drainSeconds: 5,
    });
    expect(config.store.kind).toBe('sqlite');
    expect(await config.store.url.reveal()).toBe('sqlite:/srv/data/gateway.sqlite');
    expect(config.limits).toMatchObject({
      depth: 15,
      cost: 200_000,
      pageSize: 200,
      huntingTimeoutMs: 200_000,
      bodyBytes: 1_048_576,
      requestsPerMinute: 6000,
      failedSignInsPerMinute: 60,
      batchSize: 10,
    });
    expect(config.access).toMatchObject({ entra: [], apiKeys: [], anonymous: null });
    expect(config.warnings).toEqual([expect.stringContaining('nobody can call')]);
  });

  test('any scalar may come from the environment or a file', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'port'), '8443\n');
    const config = await parse(
      settings({ server: { port: { file: 'port' }, graphiql: { env: 'SHOW' }, host: { env: 'HOST' } } }),
      { env: { SHOW: 'false', HOST: '0.0.0.0' }, baseDir: directory.path },
    );
    expect(config.server).toMatchObject({ port: 8443, graphiql: false, host: '0.0.0.0' });
  });

  test('two tenants may share an app', async () => {
    const { tenants } = await parse(settings({ tenants: [contoso, { ...contoso, name: 'fabrikam' }] }));
    expect(tenants.map(({ auth }) => auth.clientId)).toEqual([contoso.auth.clientId, contoso.auth.clientId]);
  });

  test('an open gateway is warned about', async () => {
    expect((await parse(settings())).warnings).toEqual([
      'access.anonymous: callers without credentials have the role "reader"',
    ]);
  });

  test('is frozen all through', async () => {
    const config = await parse(settings());
    const { tenants } = config;
    expect(
      [config, config.limits, tenants, tenants[0], tenants[0]?.apis, tenants[0]?.tags].every(Object.isFrozen),
    ).toBe(true);
  });

  test('shows no secret however it is printed', async () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    const url = 'redis://:hunter2@cache:6379';
    const config = await parse(settings({ store: { url, encryptionKey: key } }));
    for (const text of [
      inspect(config, { depth: 9, showHidden: true }),
      JSON.stringify(config),
      `${config.store.url}`,
    ]) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(key);
      expect(text).not.toContain('not-a-real-one');
    }
    expect(await config.store.url.reveal()).toBe(url);
  });
});

describe('the settings file', () => {
  test('the commented example loads', async () => {
    const config = await loadConfig({
      path: 'defender-gateway.example.yaml',
      env: { CONTOSO_CLIENT_SECRET: 'a', FABRIKAM_CLIENT_SECRET: 'b' },
      cwd: join(import.meta.dirname, '../../..'),
    });
    expect(config.tenants.map(({ name, cloud }) => `${name} ${cloud}`)).toEqual([
      'contoso global',
      'fabrikam gcc-high',
    ]);
    expect(config.warnings).toEqual([]);
  });

  test("is the one named, else the environment's, else the default", async () => {
    await using directory = await temporaryDirectory();
    const cwd = directory.path;
    const names = { 'named.yaml': 1, 'environment.yaml': 2, 'defender-gateway.yaml': 3 };
    for (const [name, depth] of Object.entries(names))
      await writeFile(join(cwd, name), JSON.stringify(settings({ limits: { depth } })));
    const env = { DEFENDER_GATEWAY_CONFIG: 'environment.yaml' };
    expect((await loadConfig({ path: 'named.yaml', env, cwd })).limits.depth).toBe(1);
    expect((await loadConfig({ env, cwd })).limits.depth).toBe(2);
    expect((await loadConfig({ env: {}, cwd })).limits.depth).toBe(3);
  });

  test('a missing one points to the demo and the example', async () => {
    await using directory = await temporaryDirectory();
    await expect(loadConfig({ env: {}, cwd: directory.path })).rejects.toThrow(
      /npm run demo.*defender-gateway\.example\.yaml/s,
    );
  });
});

test('the directory finds tenants by name and tag, sorted', async () => {
  const named = (name: string, tags: string[] = []) => ({ ...contoso, name, tags });
  const { tenants } = await parse(
    settings({ tenants: [named('tailspin', ['emea']), named('contoso', ['emea', 'vip']), named('adatum')] }),
  );
  const directory = createTenantDirectory(tenants);
  expect(directory.all.map(({ name }) => name)).toEqual(['adatum', 'contoso', 'tailspin']);
  expect(directory.byTags(['vip', 'emea']).map(({ name }) => name)).toEqual(['contoso', 'tailspin']);
  expect(directory.get('adatum')?.name).toBe('adatum');
  expect(directory.get('constructor')).toBeUndefined();
});
