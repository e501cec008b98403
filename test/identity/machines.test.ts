import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createTokens, type Tokens } from '../../src/identity/tokens.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createHttpClient, type HttpClient } from '../../src/upstream/http/agent.ts';
import { simTenant } from '../support/tenants.ts';
import { type IdentityEndpoint, startIdentityEndpoint, tenantOf } from './support.ts';

/** Tokens of machines: federation and managed identity, against the simulator over TLS. */
const issuer = 'https://cluster.example/oidc';
const subject = 'system:serviceaccount:soc:gateway';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKeyPem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const foreignToken = (claims: Record<string, unknown> = {}) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(keys.privateKey);

const base = simTenant('contoso');
const [app] = base.apps;
const clientId = app?.clientId ?? '';
const federated = {
  ...base,
  apps: base.apps.map((each) => ({ ...each, secrets: [], federated: [{ issuer, subject, publicKeyPem }] })),
};

let simulator: Simulator;
let http: HttpClient;
let store: Store;
let tokens: Tokens;
let folder: string;
let endpoint: IdentityEndpoint;

beforeAll(async () => {
  simulator = await startSimulator({ tenants: [federated] });
  http = createHttpClient({ ca: [simulator.caPem] });
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  endpoint = await startIdentityEndpoint();
});
afterAll(async () => {
  await http.close();
  await simulator.stop();
  await endpoint.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  store = await openStore({ url: 'memory:' });
  tokens = createTokens({ store, clock: systemClock, http: http.request });
  endpoint.asked.length = 0;
  vi.stubEnv('IDENTITY_ENDPOINT', endpoint.url);
  vi.stubEnv('IDENTITY_HEADER', 'a-header');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await store.close();
});

describe('workload identity federation by token file', () => {
  test('the file is read anew for each token', async () => {
    const tenant = await tenantOf(simulator, 'contoso', { clientId, federated: { tokenFile: 'token' } }, folder);
    await writeFile(join(folder, 'token'), await foreignToken());
    const first = await tokens.get(tenant, 'mde');
    expect(first.permissions).toContain('Machine.Isolate');
    await writeFile(join(folder, 'token'), 'no token at all');
    await expect(tokens.get(tenant, 'graph')).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      details: { upstreamCode: 'AADSTS700027' },
    });
    await writeFile(join(folder, 'token'), await foreignToken());
    expect((await tokens.get(tenant, 'graph')).permissions).toContain('SecurityIncident.Read.All');
  });

  test('a file that is gone is named', async () => {
    const missing = await tenantOf(simulator, 'contoso', { clientId, federated: { tokenFile: 'gone' } }, folder);
    await expect(tokens.get(missing, 'mde')).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      message: expect.stringContaining('the federated token file cannot be read (ENOENT: there is no such file)'),
    });
  });
});

describe('managed identity', () => {
  const grantingIn = (tid: string) => async (resource: string) => ({
    status: 200,
    body: {
      access_token: await foreignToken({ aud: resource, tid, roles: ['Machine.Read.All'], serial: Math.random() }),
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      resource,
      token_type: 'Bearer',
    },
  });

  const granting = grantingIn(base.tenantId.toUpperCase());

  test('of another tenant than the settings name gives no token', async () => {
    const other = '00000000-0000-4000-8000-0000000000ff';
    endpoint.answer = grantingIn(other);
    const auth = { managedIdentity: { clientId: '00000000-0000-4000-8000-0000000000c3' } };
    const tenant = await tenantOf(simulator, 'contoso', auth);
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      message: `No token for mde in tenant "contoso": the managed identity is of tenant ${other}, and not of ${base.tenantId}: correct tenantId, or use federated.managedIdentity`,
    });
  });

  test('gives the token of the API itself', async () => {
    const identity = '00000000-0000-4000-8000-0000000000c1';
    endpoint.answer = granting;
    const tenant = await tenantOf(simulator, 'contoso', { managedIdentity: { clientId: identity } });
    const token = await tokens.get(tenant, 'mde');
    expect(token.permissions).toEqual(['Machine.Read.All']);
    expect(decodeJwt(token.value).aud).toBe('https://api.securitycenter.microsoft.com');
    await tokens.get(tenant, 'mde');
    expect(endpoint.asked).toEqual([
      { resource: 'https://api.securitycenter.microsoft.com', clientId: identity, header: 'a-header' },
    ]);
    expect((await tokens.get(tenant, 'mde', { fresh: true })).value).not.toBe(token.value);
  });

  test('stands for an app of the tenant', async () => {
    const identity = '00000000-0000-4000-8000-0000000000c2';
    endpoint.answer = granting;
    const tenant = await tenantOf(simulator, 'contoso', { clientId, federated: { managedIdentity: identity } });
    expect(await tokens.get(tenant, 'mde')).toMatchObject({ appId: clientId });
    await tokens.get(tenant, 'graph');
    expect(endpoint.asked).toEqual([
      { resource: 'api://AzureADTokenExchange', clientId: identity, header: 'a-header' },
    ]);
  });

  test.each([
    [500, 'UPSTREAM_UNAVAILABLE', 'The endpoint of managed identities answered 500'],
    [400, 'TENANT_SIGN_IN_REQUIRED', 'No token for mde in tenant "contoso"'],
  ])('that answers %i is an error that says so', async (status, code, message) => {
    endpoint.answer = async () => ({ status, body: { statusCode: status, message: 'No such identity' } });
    const identity = `00000000-0000-4000-8000-000000000${status}`;
    const tenant = await tenantOf(simulator, 'contoso', { managedIdentity: { clientId: identity } });
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
