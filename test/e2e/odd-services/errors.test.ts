import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Given, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(90);
});
afterAll(() => api.stop());

interface Failed {
  readonly machines: { nodes: readonly unknown[]; failures: readonly Record<string, unknown>[] };
}
const listMachines = `query ($tenant: String!) { machines(tenants: [$tenant]) {
  nodes { machineId } failures { code message retryAfterSeconds upstreamStatus upstreamCode missingPermissions } } }`;
const failed = async (given: Given) => {
  const tenant = api.tenant(() => given);
  const { data, errors } = await tenant.ask<Failed>(listMachines);
  return { errors, nodes: data.machines.nodes, failure: data.machines.failures[0], calls: tenant.asked.length };
};
const error = (code: string, message: string) => ({ error: { code, message } });

describe('R7: 429 whose body says the wait', () => {
  const soon = new Date(Date.now() + 120_000);
  test.each([
    ['Rate limit is exceeded. Try again in 2 minutes.', 120],
    ['Quota exceeded, please retry after 00:05:00', 300],
    ['Too many requests. Retry after 90 seconds', 90],
    ['You have exceeded the quota. Try again in 1 hour.', 3600],
    [`You have exceeded the rate. Requests are blocked until ${soon.toISOString()}`, 120],
    [`Try again at ${soon.toUTCString()}`, 120],
    ['Please wait 1.5 minutes before sending more requests', 90],
    ['API calls quota exceeded! maximum admitted 45 per 1 Minute', 60],
    ['API calls quota exceeded! maximum allowed 100 per 00:01:00', 60],
    ['Maximum allowed 10 per 00:10:00.', 600],
    ['You have sent too many requests. You can send requests again in 2 minutes and 5 seconds.', 125],
    ['Too many requests; the limit will be reset in PT3M.', 180],
    ['You can send requests again in 1 hours, 2 minutes', 3600],
    ['Exceeded CPU: can be used again in 900000 milliseconds', 900],
  ] as const)('%s', async (message, seconds) => {
    const { failure, calls } = await failed({ status: 429, body: error('TooManyRequests', message) });
    expect(failure).toMatchObject({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.closeTo(seconds, -1) });
    expect(calls).toBe(1);
  });

  test.each([
    ['as a date', soon.toUTCString(), 120],
    ['negative', '-5', 60],
    ['huge', '99999999999', 3600],
    ['decimal', '120.5', 120.5],
    ['nonsense', 'soon', 60],
    ['twice', '120, 120', 120],
    ['ISO date', soon.toISOString(), 120],
    ['with a unit', '120s', 120],
  ] as const)('Retry-After %s', async (_, header, seconds) => {
    const { failure, calls } = await failed({
      status: 429,
      headers: { 'retry-after': header },
      body: error('TooManyRequests', 'Too many.'),
    });
    expect(failure).toMatchObject({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.closeTo(seconds, -1) });
    expect(calls).toBe(1);
  });
});

describe('R7: 404', () => {
  test.each([
    ['HTML', '<html>nothing</html>'],
    ['empty', ''],
    ['of API Management', { statusCode: 404, message: 'Resource not found' }],
    ['of Kong', { message: 'no Route matched with those values' }],
    ['of Spring', { timestamp: 1, status: 404, error: 'Not Found', path: '/api/machines' }],
    ['with a number for a code', { error: { code: 404, message: 'no' } }],
    ['with a number as text for a code', { error: { code: '404', message: 'no' } }],
    ['of nginx in JSON', { error: { message: 'Not Found' } }],
    ['a list', []],
    ['problem+json', { type: 'about:blank', title: 'Not Found', status: 404 }],
  ])("that is not Microsoft's is no empty list: %s", async (_, body) => {
    const { failure } = await failed({ status: 404, body });
    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstreamStatus: 404 });
    expect(String(failure?.message)).toContain('127.0.0.1');
  });
  test('200 with HTML', async () => {
    const { failure } = await failed({ headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' });
    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstreamStatus: 200 });
  });
  test.each([
    [{}],
    [{ value: null }],
    [{ value: {} }],
    [[]],
    ['null'],
    ['"text"'],
    [{ error: { code: 'X', message: 'm' } }],
  ])('200 with %j', async (body) => {
    const { failure } = await failed({ body });
    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstreamStatus: 200 });
  });
  test.each([500, 502, 503, 501, 504, 505, 418, 451, 302, 405, 410, 411, 413, 415, 421, 422, 409])(
    '%i with HTML',
    async (status) => {
      const { failure, errors } = await failed({ status, body: '<html>Bad gateway</html>' });
      expect(errors).toEqual([]);
      expect(failure).toMatchObject({ upstreamStatus: status });
      expect(String(failure?.message)).not.toContain('<html>');
    },
  );
  test('204 to a list', async () => {
    expect((await failed({ status: 204 })).failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('R7: 403', () => {
  test.each([
    'Forbidden',
    'Unauthorized',
    'DisallowedOperation',
    'Disabled',
    'MissingLicense',
    'TenantNotFound',
    'UserNotAuthorized',
    'AccessDenied',
    'Authorization_RequestDenied',
  ])('%s', async (code) => {
    const { failure } = await failed({ status: 403, body: error(code, 'A sentence of Microsoft.') });
    expect(failure).toMatchObject({ code: 'UPSTREAM_REJECTED', upstreamCode: code, upstreamStatus: 403 });
    expect(String(failure?.message)).toContain('A sentence of Microsoft');
  });
  test('401', async () => {
    const { failure } = await failed({ status: 401, body: error('InvalidAuthenticationToken', 'A sentence.') });
    expect(failure).toMatchObject({ code: 'UPSTREAM_REJECTED', upstreamStatus: 401 });
  });
});

describe('R7: hunting', () => {
  test.each([
    ['API calls quota exceeded! maximum allowed 45 per 00:01:00', 60],
    ['You have exceeded processing resources allocated to this tenant. You can run queries again in 5 minutes.', 300],
    ['You have exceeded the CPU quota', 900],
    ['The query quota is exhausted', 60],
  ])('%s', async (message, seconds) => {
    const tenant = api.tenant(() => ({ status: 429, body: error('TooManyRequests', message) }));
    const { errors } = await tenant.ask(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { rowCount } }',
    );
    await tenant.ask(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo | take 1", tenants: [$tenant] }) { rowCount } }',
    );
    expect(tenant.asked).toHaveLength(1);
    expect(errors[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_THROTTLED',
      retryAfterSeconds: expect.closeTo(seconds, -1),
    });
  });
  test.each([
    [{ 'request-id': 'abcd1234-1111', date: 'x' }],
    [{ innerError: { 'request-id': 'abcd1234-1111' } }],
    [{ requestId: 'abcd1234-1111' }],
    [{ 'client-request-id': 'x', 'request-id': 'abcd1234-1111' }],
    [{ RequestId: 'abcd1234-1111' }],
    [{ 'x-ms-request-id': 'abcd1234-1111' }],
  ])('request id in %j', async (innerError) => {
    const tenant = api.tenant(() => ({
      status: 400,
      body: { error: { code: 'BadRequest', message: 'No.', innerError } },
    }));
    const { errors } = await tenant.ask(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { rowCount } }',
    );
    expect(errors[0]?.extensions).toMatchObject({ upstreamRequestId: 'abcd1234-1111' });
  });
});
