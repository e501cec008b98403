import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CredentialHeaders, createAuthenticator } from '../../../src/access/authenticate.ts';
import { personOf } from '../../../src/access/person.ts';
import type { EntraHttp } from '../../../src/clouds/entra-http.ts';
import type { AccessConfig, ApiKey, EntraAccess } from '../../../src/config/access.ts';
import { builtInRoles } from '../../../src/config/permissions.ts';
import { unlimitedRole } from '../../../src/config/roles.ts';
import { createStoppedClock } from '../store/support.ts';

const tenantId = '00000000-0000-4000-8000-000000000001';
const audience = 'api://gateway';
const v2 = `https://login.microsoftonline.com/${tenantId}/v2.0`;
const v1 = `https://sts.windows.net/${tenantId}/`;
const user = { scp: 'access', oid: 'oid-1', preferred_username: 'ana@contoso.example', roles: ['Soc.Hunter'] };

const clock = createStoppedClock(1_800_000_000_000);
const nowSeconds = clock.now() / 1000;

let server: Server;
let fetched = 0;
let jwksUri = '';
let key: CryptoKey;
let strangerKey: CryptoKey;

const http: EntraHttp = async (url, { method, headers }) => {
  const response = await fetch(url, { method, headers: { ...headers } });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
};

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  strangerKey = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  server = createServer((incoming, response) => {
    fetched += 1;
    if (incoming.url === '/broken') response.writeHead(503).end();
    else response.end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  jwksUri = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/keys`;
});
afterAll(() => server.close());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const apiKey = (name: string, key: string, changes: Partial<ApiKey> = {}): ApiKey => ({
  name,
  sha256: sha256(key),
  roles: ['reader'],
  tenants: 'all',
  expiresAtMs: null,
  requestsPerMinute: null,
  owner: null,
  ...changes,
});

/** The entry of the tenant's issuers, as the settings make it. */
const entry = (changes: Partial<EntraAccess> = {}): EntraAccess => ({
  tenantId,
  audience: [audience],
  issuers: [v1, v2],
  jwksUri,
  roleClaims: { 'Soc.Hunter': 'hunter' },
  ...changes,
});

const access = (changes: Partial<AccessConfig> = {}): AccessConfig => ({
  entra: [entry()],
  apiKeys: [
    apiKey('nightly', 'key-of-nightly', { tenants: ['contoso'], requestsPerMinute: 30 }),
    apiKey('soar', 'key.of.soar', { roles: ['responder'] }),
    apiKey('ended', 'key-of-ended', { expiresAtMs: clock.now() }),
    apiKey('ending', 'key-of-ending', { expiresAtMs: clock.now() + 1 }),
  ],
  roles: {
    reader: unlimitedRole(builtInRoles.reader),
    hunter: unlimitedRole(builtInRoles.hunter),
    responder: unlimitedRole(builtInRoles.responder),
    admin: unlimitedRole(builtInRoles.admin),
    triage: unlimitedRole(['incident:write']),
  },
  anonymous: null,
  ...changes,
});

const sign = (
  claims: Readonly<Record<string, unknown>>,
  { by = key, kid = 'one', alg = 'RS256' } = {},
): Promise<string> =>
  new SignJWT({ iss: v2, aud: audience, tid: tenantId, exp: nowSeconds + 3600, ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(by);

const authenticate = async (authorization: string | undefined, changes: Partial<AccessConfig> = {}) =>
  createAuthenticator(access(changes), { clock, http }).authenticate({ authorization });

describe('a bearer token', () => {
  test.each([v1, v2])('of issuer %s tells the caller', async (iss) => {
    const caller = await authenticate(`Bearer ${await sign({ ...user, iss })}`);
    expect(caller).toMatchObject({
      id: `user:${tenantId}:oid-1`,
      name: 'ana@contoso.example',
      kind: 'user',
      roles: ['hunter'],
      tenants: 'all',
    });
    expect(caller.permissions.has('hunt:raw')).toBe(true);
    expect(caller.permissions.has('machine:isolate')).toBe(false);
    expect(caller.expiresAtMs).toBe((nowSeconds + 3600) * 1000);
  });

  test('of an app is an app', async () => {
    const caller = await authenticate(
      `bearer ${await sign({ oid: 'sp-1', azp: 'app-1', roles: ['responder', 'unheard-of'] })}`,
    );
    expect(caller).toMatchObject({ id: `app:${tenantId}:sp-1`, name: 'app-1', kind: 'app', roles: ['responder'] });
  });

  test('may carry a role of the settings, and roles as scopes', async () => {
    expect((await authenticate(`Bearer ${await sign({ ...user, roles: ['triage'] })}`)).roles).toEqual(['triage']);
    expect((await authenticate(`Bearer ${await sign({ oid: 'o', scp: 'Soc.Hunter openid' })}`)).roles).toEqual([
      'hunter',
    ]);
  });

  test('is good for five minutes past its end, for clocks that differ', async () => {
    await expect(authenticate(`Bearer ${await sign({ ...user, exp: nowSeconds - 290 })}`)).resolves.toMatchObject({
      kind: 'user',
    });
  });

  test.each<[string, () => Promise<string> | string, string]>([
    ['expired', () => sign({ ...user, exp: nowSeconds - 310 }), 'The token has expired'],
    ['without an end', () => sign({ ...user, exp: undefined }), 'The token is not valid here (exp)'],
    ['not valid yet', () => sign({ ...user, nbf: nowSeconds + 310 }), 'The token is not valid here (nbf)'],
    [
      'for another audience',
      () => sign({ ...user, aud: 'https://graph.microsoft.com' }),
      'The token is not valid here (aud)',
    ],
    [
      'of another tenant',
      () => sign({ ...user, iss: v2.replace(tenantId, '00000000-0000-4000-8000-000000000002') }),
      'The token is not valid here (iss)',
    ],
    ['signed by a stranger', () => sign(user, { by: strangerKey }), 'The token is not valid here'],
    ['of an unknown key', () => sign(user, { kid: 'two' }), 'The token is not valid here'],
    [
      'not signed',
      () => new UnsecuredJWT({ ...user, iss: v2, aud: audience }).setExpirationTime('1h').encode(),
      'The token is not valid here',
    ],
    [
      'signed with the public key as a secret',
      () =>
        new SignJWT({ ...user, iss: v2, aud: audience })
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .sign(new TextEncoder().encode('public')),
      'The token is not valid here',
    ],
  ])('that is %s is refused', async (_name, token, message) => {
    await expect(authenticate(`Bearer ${await token()}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message });
  });

  test.each([
    [{ roles: undefined, scp: undefined, preferred_username: undefined, azp: 'app-1' }],
    [{ roles: [], scp: 'access' }],
    [{ roles: ['constructor', '__proto__'] }],
  ])('without a role is known and may nothing: %j', async (claims) => {
    await expect(authenticate(`Bearer ${await sign({ ...user, ...claims })}`)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  /** Claims of a v2 and of a v1 ID token. */
  const signIn = { oid: 'oid-1', sub: 'pairwise', roles: ['Soc.Hunter'], preferred_username: 'ana@contoso.example' };
  const signInV1 = { iss: v1, oid: 'oid-1', upn: 'ana@contoso.example', unique_name: 'ana@contoso.example' };
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['an ID token of v2', { ...signIn, ver: '2.0' }],
    ['an ID token of v2 with a nonce', { ...signIn, preferred_username: undefined, nonce: 'n' }],
    ['an ID token of v1', { ...signInV1, roles: ['Soc.Hunter'], ver: '1.0' }],
    ['an ID token that names an app', { ...signIn, azp: 'app-1' }],
    ['the hash of an access token beside an app', { oid: 'o', azp: 'app-1', at_hash: 'h', roles: ['hunter'] }],
    ['the hash of a code beside an app', { oid: 'o', appid: 'app-1', c_hash: 'h', roles: ['hunter'] }],
    ['a nonce beside idtyp', { oid: 'o', idtyp: 'app', nonce: 'n', roles: ['hunter'] }],
    ['idtyp of a user, no scope', { oid: 'o', idtyp: 'user', azp: 'app-1', roles: ['hunter'] }],
    ['an app with a scope', { ...user, idtyp: 'app' }],
    ['an empty scope', { ...user, scp: ' ' }],
    ['nobody named', { oid: 'o', roles: ['hunter'] }],
  ])('X3: that is no access token is refused: %s', async (_name, claims) => {
    await expect(authenticate(`Bearer ${await sign(claims)}`)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The token is no access token: an ID token does not let anybody in',
    });
  });

  test.each([undefined, '', '00000000-0000-4000-8000-000000000002'])('X3: with tid %s is refused', async (tid) => {
    await expect(authenticate(`Bearer ${await sign({ ...user, tid })}`)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The token is not valid here (tid)',
    });
  });

  test.each([
    ['v2', { ...user, tid: tenantId.toUpperCase(), oid: 'OID-1' }, ['ana@contoso.example']],
    [
      'v1',
      { iss: v1, scp: 'access', oid: 'oid-1', upn: 'Ana@contoso.example', roles: ['hunter'] },
      ['ana@contoso.example'],
    ],
    ['without a name', { ...user, preferred_username: undefined }, []],
  ])('X3: of a user tells the same person: %s', async (_name, claims, userNames) => {
    expect(personOf(await authenticate(`Bearer ${await sign(claims)}`))).toEqual({
      id: `${tenantId}:oid-1`,
      userNames,
    });
  });

  test('X3: of an app tells nobody', async () => {
    for (const claims of [{ azp: 'app-1' }, { iss: v1, appid: 'app-1' }, { idtyp: 'app' }]) {
      const caller = await authenticate(`Bearer ${await sign({ oid: 'sp-1', roles: ['responder'], ...claims })}`);
      expect({ kind: caller.kind, person: personOf(caller) }).toEqual({ kind: 'app', person: null });
    }
  });

  test('is checked with keys that are fetched once', async () => {
    const { authenticate: check } = createAuthenticator(access(), { clock, http });
    const authorization = `Bearer ${await sign(user)}`;
    fetched = 0;
    await Promise.all(Array.from({ length: 20 }, () => check({ authorization })));
    await check({ authorization });
    expect(fetched).toBe(1);
  });

  test("cannot be checked while the keys cannot be read: that is not the caller's fault", async () => {
    const token = await sign(user);
    for (const uri of [jwksUri.replace('/keys', '/broken'), 'http://127.0.0.1:1/keys']) {
      await expect(authenticate(`Bearer ${token}`, { entra: [entry({ jwksUri: uri })] })).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
      });
    }
  });

  test('means nothing where Entra is not set up', async () => {
    await expect(authenticate(`Bearer ${await sign(user)}`, { entra: [] })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  test('is checked by the entry of its issuer alone', async () => {
    const other = '00000000-0000-4000-8000-000000000002';
    const issuer = `https://login.microsoftonline.us/${other}/v2.0`;
    const entra = [
      entry({ jwksUri: jwksUri.replace('/keys', '/broken') }),
      entry({ tenantId: other, audience: ['api://gov'], issuers: [issuer], roleClaims: { 'Soc.Hunter': 'reader' } }),
    ];
    const check = async (claims: Readonly<Record<string, unknown>>) =>
      authenticate(`Bearer ${await sign({ ...user, tid: other, ...claims })}`, { entra });
    await expect(check({ iss: issuer, aud: 'api://gov' })).resolves.toMatchObject({
      id: `user:${other}:oid-1`,
      roles: ['reader'],
    });
    await expect(check({ iss: issuer })).rejects.toMatchObject({ message: 'The token is not valid here (aud)' });
    await expect(check({ iss: v1.replace(tenantId, other), aud: 'api://gov' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The token is not valid here (iss)',
    });
    await expect(check({ iss: v2 })).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  test.each([['a.b.c'], ['e30.e30.'], [`${'e30'}.bm90IGpzb24.x`]])(
    'that cannot be read is refused: %s',
    async (token) => {
      await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );
});

describe('an API key', () => {
  const check = async (headers: CredentialHeaders) =>
    createAuthenticator(access(), { clock, http }).authenticate(headers);

  test.each([
    ['x-api-key', { 'x-api-key': 'key-of-nightly' }],
    ['ApiKey', { authorization: 'ApiKey key-of-nightly' }],
    ['Bearer', { authorization: 'Bearer key-of-nightly' }],
  ])('in %s tells the caller', async (_name, headers) => {
    expect(await check(headers)).toMatchObject({
      id: 'apiKey:nightly',
      kind: 'apiKey',
      roles: ['reader'],
      tenants: new Set(['contoso']),
      requestsPerMinute: 30,
    });
  });

  test('X3: is its owner, or nobody', async () => {
    const owner = { id: null, userNames: ['ana@contoso.example'] };
    const [nightly, owned] = [apiKey('nightly', 'key-1'), apiKey('owned', 'key-2', { owner })];
    const { authenticate: check } = createAuthenticator(access({ apiKeys: [nightly, owned] }), { clock, http });
    expect(personOf(await check({ 'x-api-key': 'key-1' }))).toBeNull();
    expect(personOf(await check({ 'x-api-key': 'key-2' }))).toEqual(owner);
  });

  test('is good until it expires', async () => {
    await expect(check({ 'x-api-key': 'key-of-ending' })).resolves.toMatchObject({ expiresAtMs: clock.now() + 1 });
    await expect(check({ 'x-api-key': 'key-of-ended' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The API key has expired',
    });
  });

  test('may look like a token', async () => {
    expect((await check({ authorization: 'Bearer key.of.soar' })).name).toBe('soar');
  });

  test.each([
    { 'x-api-key': 'key-of-nobody' },
    { authorization: 'ApiKey key-of-nobody' },
    { authorization: 'Bearer x' },
    { authorization: 'Basic a2V5' },
    { authorization: 'Bearer' },
  ])('that is unknown is refused: %j', async (headers) => {
    await expect(check(headers)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('no credential', () => {
  test('is refused', async () => {
    await expect(authenticate(undefined)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('is the anonymous role where there is one, but a wrong credential is not', async () => {
    expect(await authenticate(undefined, { anonymous: 'admin' })).toMatchObject({
      kind: 'anonymous',
      roles: ['admin'],
      tenants: 'all',
    });
    await expect(authenticate('ApiKey wrong', { anonymous: 'admin' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});
