import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { readProxy } from '../../../src/clouds/proxy.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import { GatewayError } from '../../../src/errors.ts';
import { createTokens } from '../../../src/identity/tokens.ts';
import { createLateness } from '../../../src/scope/lateness.ts';
import { issueCertificate } from '../../../src/simulator/tls/certificate.ts';
import { openStore } from '../../../src/store/store.ts';
import { createHttpClient } from '../../../src/upstream/http/agent.ts';
import { startProxy } from '../../support/proxy.ts';
import { createStoppedClock } from '../store/support.ts';
import { type Answer, appId, granted, refused, startEntra, tenantAt } from './entra.ts';

const started = async () => {
  const entra = await startEntra();
  const store = await openStore({ url: 'memory:' });
  const clock = createStoppedClock();
  const tokens = createTokens({ store, clock, http: entra.http });
  onTestFinished(async () => {
    await store.close();
    await entra[Symbol.asyncDispose]();
  });
  return {
    entra,
    clock,
    tokens,
    tenant: tenantAt(entra.origin),
  };
};

/** The error of asking for a token when Entra gives `answer`. */
const failureOf = async (answer: Answer): Promise<GatewayError> => {
  const context = await started();
  context.entra.answer = () => answer;
  const error = await context.tokens.get(context.tenant, 'mde').catch((thrown: unknown) => thrown);
  if (error instanceof GatewayError) return error;
  throw new Error('no GatewayError', { cause: error });
};

describe('a refusal says what to do', () => {
  test('wrong secret', async () => {
    const error = await failureOf(refused('invalid_client', 7000215, 401));
    expect(error.message).toBe(
      'No token for mde in tenant "contoso": AADSTS7000215: the client secret is wrong: give the secret\'s value, not its id, in auth.clientSecret',
    );
    expect(error).toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      details: {
        tenant: 'contoso',
        api: 'mde',
        upstreamCode: 'AADSTS7000215',
        upstreamRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
  });

  test.each([
    [700027, 'invalid_client', 'TENANT_SIGN_IN_REQUIRED', /certificate is not registered/],
    [700016, 'unauthorized_client', 'TENANT_SIGN_IN_REQUIRED', /administrator consent/],
    [90002, 'invalid_request', 'TENANT_SIGN_IN_REQUIRED', /check tenantId and cloud/],
    [90038, 'invalid_request', 'TENANT_SIGN_IN_REQUIRED', /another national cloud/],
    [500011, 'invalid_resource', 'MISSING_PERMISSION', /no service principal/],
    [650052, 'invalid_client', 'MISSING_PERMISSION', /no service principal/],
    [7000229, 'invalid_client', 'TENANT_SIGN_IN_REQUIRED', /administrator consent/],
    [7000112, 'unauthorized_client', 'TENANT_SIGN_IN_REQUIRED', /is disabled/],
    [90072, 'invalid_grant', 'TENANT_SIGN_IN_REQUIRED', /no account in this tenant/],
    [500213, 'invalid_grant', 'TENANT_SIGN_IN_REQUIRED', /across tenants/],
    [501051, 'invalid_grant', 'TENANT_SIGN_IN_REQUIRED', /not assigned/],
    [65001, 'invalid_grant', 'TENANT_SIGN_IN_REQUIRED', /nobody has consented/],
    [53003, 'invalid_grant', 'TENANT_SIGN_IN_REQUIRED', /conditional access/],
    [70011, 'invalid_scope', 'UPSTREAM_REJECTED', /scope is not valid/],
    [90033, 'temporarily_unavailable', 'UPSTREAM_UNAVAILABLE', /try again/],
    [50196, 'invalid_grant', 'UPSTREAM_THROTTLED', /too often/],
    [7999999, 'invalid_client', 'TENANT_SIGN_IN_REQUIRED', /does not accept the app's credential/],
    [7999998, 'never_heard_of', 'TENANT_SIGN_IN_REQUIRED', /look the code up/],
  ])('AADSTS%i %s is %s', async (number, error, code, advice) => {
    expect(await failureOf(refused(error, number))).toMatchObject({
      code,
      message: expect.stringMatching(advice),
      details: { upstreamCode: `AADSTS${number}` },
    });
  });

  test("a claims challenge is kept for the caller's client", async () => {
    const claims = '{"access_token":{"capolids":{"essential":true,"values":["c1"]}}}';
    const error = await failureOf(refused('interaction_required', 50076, 400, { claims, suberror: 'basic_action' }));
    expect(error).toMatchObject({ code: 'TENANT_SIGN_IN_REQUIRED', details: { claims } });
  });

  test("nothing of Entra's text, the secret or a token is in it", async () => {
    const error = await failureOf(refused('invalid_client', 7000215, 401));
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).not.toContain('Invented words');
    expect(shown).not.toContain('a-secret-of-the-test');
  });
});

describe('Entra in trouble', () => {
  test.each([
    ['5xx', { status: 503, body: '<html>' }, 'UPSTREAM_UNAVAILABLE', { upstreamStatus: 503 }],
    [
      '5xx with Retry-After',
      { status: 503, headers: { 'retry-after': '7' }, body: '' },
      'UPSTREAM_UNAVAILABLE',
      { retryAfterSeconds: 7 },
    ],
    ['429', { status: 429, body: '{}' }, 'UPSTREAM_THROTTLED', { retryAfterSeconds: 60, upstreamStatus: 429 }],
    [
      '429 with Retry-After',
      { status: 429, headers: { 'retry-after': '12' }, body: '{}' },
      'UPSTREAM_THROTTLED',
      { retryAfterSeconds: 12 },
    ],
    ['an answer that is no JSON', { status: 200, body: '<html>' }, 'UPSTREAM_UNAVAILABLE', { upstreamStatus: 200 }],
  ])('%s', async (_name, answer, code, details) => {
    expect(await failureOf(answer)).toMatchObject({ code, details });
  });

  test('not reached', async () => {
    const context = await started();
    const tenant = tenantAt('https://localhost:1');
    await expect(context.tokens.get(tenant, 'mde')).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: expect.stringContaining('was not reached'),
    });
  });

  test('D3: a proxy on the way to Entra that hangs is named, by the time of the wait and by its own', async () => {
    const proxy = await startProxy({ hangs: true });
    const proxies = readProxy({ HTTPS_PROXY: proxy.origin }).proxy;
    const client = createHttpClient({ proxy: proxies, connectTimeoutMs: 300 });
    const store = await openStore({ url: 'memory:' });
    onTestFinished(async () => {
      proxy.stop();
      await Promise.all([client.close(), store.close()]);
    });
    const tokens = createTokens({ store, clock: systemClock, http: client.request, proxy: proxies });
    const lateness = createLateness();
    const tenant = tenantAt('https://login.example');
    const says = { code: 'UPSTREAM_TIMEOUT', message: expect.stringMatching(/in time.*the proxy of HTTPS_PROXY/) };
    await expect(tokens.get(tenant, 'mde', { waitMs: 50 })).rejects.toMatchObject(says);
    await expect(tokens.get(tenant, 'mde', { lateness })).rejects.toMatchObject(says);
    expect(proxy.asked).toEqual(['login.example:443']);
    // What it cost is no longer there for the tenant's APIs.
    expect(lateness.timeoutFor('contoso', 'mde', 300)).toBeLessThan(250);
  });

  test('Retry-After is kept by our clock: no request before, one after', async () => {
    const { entra, tokens, tenant, clock } = await started();
    entra.answer = () => ({ status: 429, headers: { 'retry-after': '30' }, body: '{}' });
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject({ details: { retryAfterSeconds: 30 } });
    entra.answer = (post) => granted(post);
    for (const wait of [9900, 9900, 9900]) {
      clock.advance(wait);
      await expect(tokens.get(tenant, 'mde', { fresh: true })).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
    }
    expect(entra.posts).toHaveLength(1);
    clock.advance(400);
    await tokens.get(tenant, 'mde');
    expect(entra.posts).toHaveLength(2);
  });

  test('a 5xx without Retry-After does not block the next try', async () => {
    const { entra, tokens, tenant } = await started();
    entra.answer = () => ({ status: 500, body: '' });
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    entra.answer = (post) => granted(post);
    await tokens.get(tenant, 'mde');
  });
});

describe('a certificate', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificatePem = issueCertificate({
    subject: 'gateway',
    publicKey,
    issuer: { name: 'gateway', publicKey, privateKey },
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    use: { kind: 'client' },
  });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const withCertificate = (tenant: Tenant, sendChain: boolean): Tenant => ({
    ...tenant,
    auth: {
      kind: 'certificate',
      clientId: appId,
      certificate: async () => ({ certificatePem, privateKeyPem, sendChain }),
    },
  });

  test.each([false, true])('signs an assertion instead of sending a secret (chain: %s)', async (sendChain) => {
    const { entra, tokens, tenant } = await started();
    await tokens.get(withCertificate(tenant, sendChain), 'mde');
    const form = entra.posts[0]?.form;
    expect(form?.get('client_secret')).toBeNull();
    const header = decodeProtectedHeader(form?.get('client_assertion') ?? '');
    expect(header).toMatchObject({ alg: 'PS256', 'x5t#S256': expect.stringMatching(/^[\w-]{43}=?$/) });
    expect(header.x5c !== undefined).toBe(sendChain);
  });

  test('that became unusable names the tenant', async () => {
    const { tokens, tenant } = await started();
    const broken: Tenant = {
      ...tenant,
      auth: {
        kind: 'certificate',
        clientId: appId,
        certificate: () => Promise.reject(new Error('gone')),
      },
    };
    await expect(tokens.get(broken, 'mde')).rejects.toMatchObject({
      message: expect.stringContaining('tenant "contoso"'),
    });
  });
});
