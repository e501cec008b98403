import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSmall, valueAt } from './small-simulator.ts';

const mdeScope = 'https://api.securitycenter.microsoft.com/.default';
const m365dScope = 'https://api.security.microsoft.com/.default';
const graphScope = 'https://graph.microsoft.com/.default';

let small: Awaited<ReturnType<typeof startSmall>>;
const clock = { ms: Date.parse('2026-03-01T10:00:00Z') };
beforeAll(async () => {
  small = await startSmall({ now: () => new Date(clock.ms) });
});
afterAll(() => small[Symbol.asyncDispose]());

const machines = () => `${small.simulator.endpoints('contoso').mde}/api/machines`;

describe('an API host', () => {
  test.each([
    [
      'a literal before a placeholder',
      "/findbyip(ip='10.0.0.1',timestamp=2026-01-01T00:00:00Z)",
      { ip: '10.0.0.1', timestamp: '2026-01-01T00:00:00Z' },
    ],
    ['an encoded literal', '/findbyip(ip=%2710.0.0.1%27,timestamp=2026)', { ip: '10.0.0.1', timestamp: '2026' }],
    ['an encoded slash inside a value', '/a%2Fb', { id: 'a/b' }],
    ['a path in other letter case', '/ABC', { id: 'ABC' }],
  ])('matches %s', async (_title, path, params) => {
    const token = await small.appToken('contoso', mdeScope);
    const answer = await small.call(machines().replace('machines', 'Machines') + path, { token });
    expect(valueAt(answer.json, 'params')).toEqual(params);
  });

  test('serves the pinned version under the same operations', async () => {
    const token = await small.appToken('contoso', mdeScope);
    const answer = await small.call(`${small.simulator.endpoints('contoso').mde}/api/v1.0/machines/x`, { token });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
  });

  test('picks the product by path where two share a host', async () => {
    const token = await small.appToken('contoso', m365dScope);
    const { m365d, mde } = small.simulator.endpoints('contoso');
    expect(m365d).toBe(mde);
    expect((await small.call(`${m365d}/api/incidents`, { token })).status).toBe(200);
    expect((await small.call(`${mde}/api/machines`, { token })).status).toBe(403);
  });

  test.each([
    ['no token', 'GET', '/api/machines', 'none', 401, 'Unauthorized'],
    ['a token of nobody', 'GET', '/api/machines', 'forged', 401, 'Unauthorized'],
    ['an unknown path', 'GET', '/api/nothing', mdeScope, 404, 'NotFound'],
    ['a method that does not fit', 'DELETE', '/api/machines', mdeScope, 405, 'MethodNotAllowed'],
    ["another product's audience", 'GET', '/api/machines', m365dScope, 403, 'Forbidden'],
    ['a body that is no JSON', 'POST', '/api/machines/x/isolate', mdeScope, 400, 'InvalidRequestBody'],
  ] as const)('MDE refuses %s', async (_title, method, path, scope, status, code) => {
    const token = scope === 'none' ? undefined : scope === 'forged' ? 'a.b.c' : await small.appToken('contoso', scope);
    const answer = await small.call(small.simulator.endpoints('contoso').mde + path, {
      method,
      ...(token === undefined ? {} : { token }),
      ...(method === 'POST' ? { body: '{', headers: { 'content-type': 'application/json' } } : {}),
    });
    expect([answer.status, valueAt(answer.json, 'error', 'code')]).toEqual([status, code]);
  });

  test("Graph does not know a token of another audience and echoes the client's request id", async () => {
    const token = await small.appToken('contoso', mdeScope);
    const answer = await small.call(`${small.simulator.endpoints('contoso').graph}/v1.0/security/incidents`, {
      token,
      headers: { 'client-request-id': '0b0f0e6e-0000-4000-8000-000000000001' },
    });
    expect([answer.status, valueAt(answer.json, 'error', 'code')]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(answer.headers['client-request-id']).toBe('0b0f0e6e-0000-4000-8000-000000000001');
    expect(answer.headers['request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('names the roles that an app without consent lacks', async () => {
    const token = await small.appToken('adatum', m365dScope);
    const answer = await small.call(`${small.simulator.endpoints('adatum').m365d}/api/incidents`, { token });
    expect(answer.status).toBe(403);
    expect(valueAt(answer.json, 'error', 'message')).toContain('API required roles: Incident.Read.All');
  });

  test.each([
    ['Machine.Read', 200],
    ['Machine.Read.All', 403],
    ['Alert.Read', 403],
  ])('takes a user token by its delegated names: %s', async (scp, status) => {
    const [contoso] = small.simulator.tenants;
    const aud = 'https://api.securitycenter.microsoft.com/';
    const token = await small.simulator.mintToken({ aud, tid: contoso?.tenantId, upn: 'analyst@contoso.com', scp });
    expect((await small.call(`${machines()}/x`, { token })).status).toBe(status);
  });

  test("takes a token until it expires by the simulator's clock", async () => {
    const token = await small.appToken('contoso', mdeScope);
    clock.ms += 3_600_000;
    expect((await small.call(`${machines()}/x`, { token })).status).toBe(401);
  });

  test('refuses a token of another national cloud', async () => {
    const token = await small.appToken('fabrikam', 'https://graph.microsoft.us/.default');
    const incidents = (tenant: string) => `${small.simulator.endpoints(tenant).graph}/v1.0/security/incidents`;
    expect((await small.call(incidents('fabrikam'), { token })).status).toBe(200);
    expect((await small.call(incidents('contoso'), { token })).status).toBe(401);
  });
});

describe('quotas', () => {
  test('MDE answers 429 with whole seconds, per tenant, until the minute is over', async () => {
    clock.ms += 60_000;
    const token = await small.appToken('contoso', mdeScope);
    const list = () => small.call(machines(), { token });
    for (let i = 0; i < 3; i += 1) expect((await list()).status).toBe(200);
    clock.ms += 12_500;
    const refused = await list();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '48']);
    const other = await small.appToken('adatum', mdeScope);
    expect((await small.call(`${small.simulator.endpoints('adatum').mde}/api/machines`, { token: other })).status).toBe(
      200,
    );
    clock.ms += 47_500;
    expect((await list()).status).toBe(200);
  });

  test('Graph gives fractions of a second and counts the parts of a batch', async () => {
    clock.ms += 60_000;
    const token = await small.appToken('contoso', graphScope);
    const origin = small.simulator.endpoints('contoso').graph;
    const batch = () => small.call(`${origin}/v1.0/$batch`, { method: 'POST', token, body: '{"requests":[]}' });
    small.simulator.calls.reset();
    await batch();
    await batch();
    clock.ms += 59_250;
    const refused = await small.call(`${origin}/v1.0/security/incidents`, { token });
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '0.75']);
    expect(small.simulator.calls.count({ product: 'graph', batched: false })).toBe(3);
    expect(small.simulator.calls.count({ operation: 'graph.incidents.list', tenant: 'contoso' })).toBe(3);
  });
});
