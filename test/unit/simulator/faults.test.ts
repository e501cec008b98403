import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../../../src/simulator/faults.ts';
import { clientCredentials, startSmall, textAt, tokenUrl, valueAt } from './small-simulator.ts';

const mdeScope = 'https://api.securitycenter.microsoft.com/.default';
const graphScope = 'https://graph.microsoft.com/.default';

let small: Awaited<ReturnType<typeof startSmall>>;
const clock = { ms: Date.parse('2026-03-01T10:00:00Z') };
beforeAll(async () => {
  small = await startSmall({ now: () => new Date(clock.ms), enforceQuotas: false });
});
afterAll(() => small[Symbol.asyncDispose]());
beforeEach(() => {
  small.simulator.faults.clear();
  small.simulator.calls.reset();
});

const machines = async () => {
  const token = await small.appToken('contoso', mdeScope);
  return small.call(`${small.simulator.endpoints('contoso').mde}/api/machines`, { token });
};
const onMachines = (effect: FaultEffect, times = 1) =>
  small.simulator.faults.add({ operation: 'listMachines', tenant: 'contoso', times, effect });

describe('a fault', () => {
  test.each([
    ['a server error', { kind: 'status', status: 503, retryAfter: 7 }, { status: 503, 'retry-after': '7' }],
    [
      'a throttle with a date',
      { kind: 'status', status: 429, retryAfter: 'Sun, 01 Mar 2026 10:00:30 GMT' },
      { status: 429, 'retry-after': 'Sun, 01 Mar 2026 10:00:30 GMT' },
    ],
    [
      'a rejected token',
      { kind: 'rejected-token' },
      { status: 401, 'www-authenticate': 'Bearer error="invalid_token"' },
    ],
    [
      'a throttle in words',
      { kind: 'throttled', says: 'words', waitSeconds: 36 },
      { status: 429, text: 'You can send requests again in 36 seconds.' },
    ],
    [
      'a refusal with its sentence',
      { kind: 'forbidden', code: 'DisallowedOperation' },
      { status: 403, text: 'This device has no automation level assigned to it.' },
    ],
    [
      'a status with code and message of its own',
      { kind: 'status', status: 403, code: 'DisabledFeature', message: 'Not in this tenant.' },
      { status: 403, text: '"code":"DisabledFeature","message":"Not in this tenant."' },
    ],
    ['a page for a wrong host', { kind: 'html-not-found' }, { status: 404, 'content-type': 'text/html' }],
    ['a page of a proxy', { kind: 'html-forbidden' }, { status: 403, text: '<title>403 - Forbidden' }],
    ['so many bytes', { kind: 'oversized', bytes: 100 }, { status: 200, text: 'x'.repeat(100) }],
    ['a page in place of JSON', { kind: 'wrong-content-type' }, { status: 200, 'content-type': 'text/html' }],
    ['broken JSON', { kind: 'malformed-json' }, { status: 200, 'content-type': 'application/json; charset=utf-8' }],
  ] as const)('answers %s once, then goes', async (_title, effect, seen) => {
    const { status, text = '', ...headers } = { ...seen, text: 'text' in seen ? seen.text : '' };
    onMachines(effect);
    const faulty = await machines();
    expect(faulty.status).toBe(status);
    expect(faulty.headers).toMatchObject(headers);
    expect(faulty.text).toContain(text);
    if (effect.kind === 'malformed-json') expect(faulty.json).toBeUndefined();
    expect((await machines()).status).toBe(200);
    expect(small.simulator.faults.list()).toEqual([]);
  });

  describe('that challenges for claims', () => {
    const challenge = '{"access_token":{"nbf":{"essential":true,"value":"1772359200"}}}';
    const cp1 = { access_token: { xms_cc: { values: ['CP1'] } } };
    const machinesWith = async (claims: object | undefined) => {
      const parameters = clientCredentials(small.simulator, 'contoso', mdeScope);
      const asked = claims === undefined ? parameters : { ...parameters, claims: JSON.stringify(claims) };
      const answer = await small.form(tokenUrl(small.simulator, 'contoso'), asked);
      const token = textAt(answer.json, 'access_token');
      return small.call(`${small.simulator.endpoints('contoso').mde}/api/machines`, { token });
    };
    beforeEach(() => {
      small.simulator.faults.add({
        operation: 'listMachines',
        effect: { kind: 'claims-challenge', claims: challenge },
      });
    });

    test('does so until the token was asked for with them', async () => {
      const faulty = await machinesWith(cp1);
      const encoded = Buffer.from(challenge).toString('base64');
      expect([faulty.status, faulty.headers['www-authenticate']]).toEqual([
        401,
        `Bearer realm="", error="insufficient_claims", claims="${encoded}"`,
      ]);
      const { access_token: asked } = JSON.parse(challenge);
      expect((await machinesWith({ access_token: { ...cp1.access_token, ...asked } })).status).toBe(200);
    });

    test('gives no challenge to an app that did not say it could answer one', async () => {
      const faulty = await machinesWith(undefined);
      expect([faulty.status, faulty.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
    });
  });

  test.each([
    ['a cut connection', { kind: 'reset' }],
    ['half an answer', { kind: 'truncated' }],
  ] as const)('ends the exchange by %s', async (_title, effect) => {
    onMachines(effect);
    await expect(machines()).rejects.toThrow();
    expect((await machines()).status).toBe(200);
  });

  test('leaves other tenants, operations and hosts alone', async () => {
    onMachines({ kind: 'status', status: 500 }, 5);
    small.simulator.faults.add({ host: 'https://graph.microsoft.us', effect: { kind: 'status', status: 500 } });
    const token = await small.appToken('adatum', mdeScope);
    expect((await small.call(`${small.simulator.endpoints('adatum').mde}/api/machines`, { token })).status).toBe(200);
    const graph = await small.appToken('contoso', graphScope);
    const { graph: origin } = small.simulator.endpoints('contoso');
    expect((await small.call(`${origin}/v1.0/security/incidents`, { token: graph })).status).toBe(200);
  });

  test('delays an answer', async () => {
    onMachines({ kind: 'slow', delayMs: 60 });
    const token = await small.appToken('contoso', mdeScope);
    const startedAt = performance.now();
    await small.call(`${small.simulator.endpoints('contoso').mde}/api/machines`, { token });
    expect(performance.now() - startedAt).toBeGreaterThan(55);
  });

  test("throttles the token endpoint in Entra's own words", async () => {
    small.simulator.faults.add({
      operation: 'entra.token',
      times: 1,
      effect: { kind: 'status', status: 429, retryAfter: 3 },
    });
    const answer = await small.form(
      tokenUrl(small.simulator, 'contoso'),
      clientCredentials(small.simulator, 'contoso', mdeScope),
    );
    expect([answer.status, answer.headers['retry-after'], valueAt(answer.json, 'error_codes')]).toEqual([
      429,
      '3',
      [90055],
    ]);
  });
});

test('requests are recorded without tokens and secrets', async () => {
  await machines();
  const [token, list] = small.simulator.calls.list();
  expect(token).toMatchObject({
    operation: 'entra.token',
    tenant: 'contoso',
    host: 'https://login.microsoftonline.com',
    status: 200,
  });
  expect(valueAt(token?.body, 'client_secret')).toBe('(removed)');
  expect(list).toMatchObject({
    operation: 'listMachines',
    product: 'mde',
    method: 'GET',
    path: '/api/machines',
    batched: false,
  });
  expect(list?.headers).not.toHaveProperty('authorization');
});

describe('the control interface', () => {
  const control = () => `${small.simulator.endpoints('contoso').authority}/__simulator`;
  const post = (rule: object) => small.call(`${control()}/faults`, { method: 'POST', body: JSON.stringify(rule) });

  test('adds, lists and ends faults', async () => {
    const id = textAt((await post({ operation: 'listMachines', effect: { kind: 'status', status: 500 } })).json, 'id');
    expect((await machines()).status).toBe(500);
    expect((await small.call(`${control()}/faults`)).json).toMatchObject({ faults: [{ id, left: null }] });
    await small.call(`${control()}/faults/${id}`, { method: 'DELETE' });
    expect((await machines()).status).toBe(200);
  });

  test('says what is wrong with a rule', async () => {
    const answer = await post({ operation: 'listMachines', efect: {} });
    expect(answer.status).toBe(400);
    expect(textAt(answer.json, 'error')).toContain('efect');
  });

  test('counts and forgets calls', async () => {
    await machines();
    const counted = await small.call(`${control()}/calls?operation=listMachines&tenant=contoso&batched=false`);
    expect(valueAt(counted.json, 'count')).toBe(1);
    expect((await small.call(`${control()}/calls`, { method: 'DELETE' })).status).toBe(204);
    expect(small.simulator.calls.count()).toBe(0);
  });

  test('names the tenants with their local endpoints', async () => {
    const { json } = await small.call(`${control()}/tenants`);
    expect(json).toMatchObject({
      tenants: [{ name: 'contoso', endpoints: small.simulator.endpoints('contoso') }, {}, {}],
    });
  });
});

describe('blob storage', () => {
  const open = (path: string, token?: string) =>
    small.call(
      small.simulator.originOf('https://automatedirstrprdweu.blob.core.windows.net') + path,
      token === undefined ? {} : { token },
    );

  test('opens a signed link in its time, without a bearer token', async () => {
    const path = small.links?.register(Buffer.from('collected'), 'a result.txt', 1800) ?? '';
    expect(await open(path)).toMatchObject({ status: 200, text: 'collected' });
    expect((await open(path, 'a.b.c')).status).toBe(400);
    expect((await open(path.replace('sig=', 'sig=x'))).status).toBe(403);
    clock.ms += 1_800_000;
    expect((await open(path)).status).toBe(403);
  });
});
