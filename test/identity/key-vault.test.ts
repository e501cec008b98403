import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EntraHttp } from '../../src/clouds/entra-http.ts';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/faults.ts';
import { remoteSecret } from '../../src/config/secret.ts';
import { createKeyVault } from '../../src/identity/key-vault.ts';
import { createHttpClient } from '../../src/upstream/http/agent.ts';
import { type Entra, startEntra } from '../unit/identity/entra.ts';
import { type IdentityEndpoint, startIdentityEndpoint } from './support.ts';

/** The vault is the only host that cannot be had here: its answers are told, everything else is real HTTP. */
let entra: Entra;
let endpoint: IdentityEndpoint;
const plain = createHttpClient({});
const asked: { url: string; authorization: string }[] = [];
let vault: { status: number; body: string; headers?: Record<string, string> };

const http: EntraHttp = async (url, request) => {
  if (!new URL(url).host.startsWith('soc-vault.')) {
    return url.startsWith('https:') ? entra.http(url, request) : plain.request(url, request);
  }
  asked.push({ url, authorization: request.headers.authorization ?? '' });
  return { headers: {}, ...vault };
};

beforeAll(async () => {
  entra = await startEntra();
  endpoint = await startIdentityEndpoint();
  endpoint.answer = async () => ({
    status: 200,
    body: {
      access_token: 'identity-token',
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      token_type: 'Bearer',
    },
  });
});
afterAll(async () => {
  await endpoint.close();
  await plain.close();
  await entra[Symbol.asyncDispose]();
});
beforeEach(() => {
  asked.length = 0;
  vault = { status: 200, body: JSON.stringify({ value: 'from-the-vault' }) };
});
afterEach(() => vi.unstubAllEnvs());

const appEnv = () => ({
  AZURE_TENANT_ID: '00000000-0000-4000-8000-000000000001',
  AZURE_CLIENT_ID: '00000000-0000-4000-8000-0000000000a1',
  AZURE_CLIENT_SECRET: 'a-secret-of-the-test',
  AZURE_AUTHORITY_HOST: entra.origin,
});
const read = (env: NodeJS.ProcessEnv, name = 'soc-vault') =>
  createKeyVault({ http, env, now: Date.now })(name, 'client-secret');

describe('a secret of Key Vault', () => {
  test.each([
    ['soc-vault', 'https://soc-vault.vault.azure.net', 'https://vault.azure.net/.default'],
    ['https://soc-vault.vault.azure.net/', 'https://soc-vault.vault.azure.net', 'https://vault.azure.net/.default'],
    [
      'soc-vault.vault.usgovcloudapi.net',
      'https://soc-vault.vault.usgovcloudapi.net',
      'https://vault.usgovcloudapi.net/.default',
    ],
  ])('of "%s" is read with the app of the environment', async (name, origin, scope) => {
    expect(await read(appEnv(), name)).toEqual({ text: 'from-the-vault', expiresAtMs: null });
    expect(asked[0]?.url).toBe(`${origin}/secrets/client-secret?api-version=7.4`);
    expect(asked[0]?.authorization).toMatch(/^Bearer eyJ/);
    expect(entra.posts.at(-1)?.form.get('scope')).toContain(scope);
  });

  test('is read with the managed identity when the environment has no app', async () => {
    vi.stubEnv('IDENTITY_ENDPOINT', endpoint.url);
    vi.stubEnv('IDENTITY_HEADER', 'a-header');
    expect((await read({})).text).toBe('from-the-vault');
    expect(asked[0]?.authorization).toBe('Bearer identity-token');
    expect(endpoint.asked[0]?.resource).toBe('https://vault.azure.net');
  });

  test('tells when it ends, where the vault knows', async () => {
    vault = {
      status: 200,
      body: JSON.stringify({ value: 'from-the-vault', attributes: { enabled: true, exp: 1_800_000_000 } }),
    };
    expect(await read(appEnv())).toEqual({ text: 'from-the-vault', expiresAtMs: 1_800_000_000_000 });
  });

  test('is read with one token, however many secrets there are', async () => {
    const before = entra.posts.length;
    const readSecret = createKeyVault({ http, env: appEnv(), now: Date.now });
    await Promise.all(Array.from({ length: 20 }, (_, index) => readSecret('soc-vault', `secret-${index}`)));
    await readSecret('soc-vault', 'one-more');
    expect([entra.posts.length - before, asked.length]).toEqual([1, 21]);
  });

  test('is read once more with the claims that the vault asks for', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1772359200"}}}';
    const encoded = Buffer.from(claims).toString('base64');
    vault = {
      status: 401,
      body: '',
      headers: { 'www-authenticate': `Bearer error="insufficient_claims", claims="${encoded}"` },
    };
    await expect(read(appEnv())).rejects.toThrow('Key Vault answered 401');
    expect(asked).toHaveLength(2);
    expect(entra.posts.at(-1)?.form.get('claims')).toContain('1772359200');
  });

  test.each(['evil.example', 'soc-vault.vault.azure.net.evil.example', 'a/b'])(
    'is not asked for at %s',
    async (name) => {
      await expect(read(appEnv(), name)).rejects.toThrow('is no vault of Azure');
      expect(asked).toEqual([]);
    },
  );

  test('is a reference of the settings, and a fault when it cannot be read', async () => {
    const clientSecret = '{ keyVault: { vault: soc-vault, secret: client-secret } }';
    const text = `store: { url: 'memory:' }\ntenants:\n  - name: contoso\n    tenantId: 00000000-0000-4000-8000-000000000001\n    auth: { clientId: 00000000-0000-4000-8000-0000000000a1, clientSecret: ${clientSecret} }\n`;
    const options = { env: {}, baseDir: '/', readKeyVault: createKeyVault({ http, env: appEnv(), now: Date.now }) };
    const auth = (await parseConfig(text, options)).tenants[0]?.auth;
    expect(auth?.kind === 'secret' && (await auth.clientSecret())).toBe('from-the-vault');
    vault = { status: 403, body: '{}' };
    const error = await parseConfig(text, options).catch((thrown: unknown) => thrown);
    expect(error instanceof ConfigError && error.faults).toEqual([
      {
        path: 'tenants[0].auth.clientSecret',
        message:
          'cannot read the secret "client-secret" of the vault "soc-vault": Key Vault answered 403: the identity needs the role "Key Vault Secrets User"',
      },
    ]);
  });
});

test('a rotated secret is seen after five minutes; one that cannot be read is kept', async () => {
  let now = 0;
  const values = ['second', new Error('down'), 'third'];
  const secret = remoteSecret(
    async () => {
      const value = values.shift();
      if (typeof value === 'string') return { text: value, expiresAtMs: null };
      throw value;
    },
    { text: 'first', expiresAtMs: null },
    () => now,
  );
  const seen: string[] = [];
  for (const minute of [0, 4, 5, 6, 10, 11, 15]) {
    now = minute * 60_000;
    seen.push(await secret.reveal());
  }
  expect(seen).toEqual(['first', 'first', 'second', 'second', 'second', 'second', 'third']);
});
