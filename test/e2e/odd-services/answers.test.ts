import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Asked,
  type Given,
  type Listed,
  none,
  type StandIn,
  startStandIn,
} from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(60);
});
afterAll(() => api.stop());

const idOf = (index: number): string => index.toString(16).padStart(40, '0');
const machine = (index: number, more: object = {}) => ({
  id: idOf(index),
  computerDnsName: `m${index}.x.com`,
  ...more,
});

/** A list of machines that ends where `$skip` is asked. */
const machines = (given: (rows: readonly object[]) => Given, rows: readonly object[] = [machine(1), machine(2)]) =>
  api.tenant(({ path, query }) =>
    path === '/api/machines' ? (query.has('$skip') ? { body: { value: [] } } : given(rows)) : none,
  );

const listMachines = `query ($tenant: String!) { list: machines(tenants: [$tenant]) {
  nodes { machineId computerDnsName osBuild isAadJoined lastSeen healthStatus healthStatusName }
  failures { code message upstreamStatus retryAfterSeconds } } }`;

const listed = async (given: (rows: readonly object[]) => Given, rows?: readonly object[]) => {
  const tenant = machines(given, rows);
  const { data, errors } = await tenant.ask<Listed>(listMachines);
  expect(errors).toEqual([]);
  return { ...data.list, asked: tenant.asked };
};

describe('R7: an answer as it may come over the wire', () => {
  const bytes = (rows: readonly object[]) => Buffer.from(JSON.stringify({ value: rows }));
  test.each<[string, (rows: readonly object[]) => Given]>([
    [
      'gzip that nobody asked for',
      (rows) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(bytes(rows)) }),
    ],
    ['x-gzip', (rows) => ({ headers: { 'Content-Encoding': 'X-GZIP' }, body: gzipSync(bytes(rows)) })],
    ['deflate', (rows) => ({ headers: { 'content-encoding': 'deflate' }, body: deflateSync(bytes(rows)) })],
    ['bare deflate', (rows) => ({ headers: { 'content-encoding': 'deflate' }, body: deflateRawSync(bytes(rows)) })],
    ['brotli', (rows) => ({ headers: { 'content-encoding': 'br' }, body: brotliCompressSync(bytes(rows)) })],
    [
      'two codings',
      (rows) => ({ headers: { 'content-encoding': 'deflate, gzip' }, body: gzipSync(deflateSync(bytes(rows))) }),
    ],
    ['identity', (rows) => ({ headers: { 'content-encoding': 'identity' }, body: bytes(rows) })],
    ['a byte order mark', (rows) => ({ body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes(rows)]) })],
    [
      'UTF-16',
      (rows) => ({
        headers: { 'content-type': 'application/json; charset=utf-16le' },
        body: Buffer.from(`\ufeff${bytes(rows).toString()}`, 'utf16le'),
      }),
    ],
    [
      'a charset in quotes',
      (rows) => ({ headers: { 'content-type': 'application/json; charset="UTF-8"' }, body: bytes(rows) }),
    ],
    [
      'a charset that is none',
      (rows) => ({ headers: { 'content-type': 'application/json; charset=x-none' }, body: bytes(rows) }),
    ],
    ['no content type', (rows) => ({ headers: { 'content-type': '' }, body: bytes(rows) })],
    ['text/plain', (rows) => ({ headers: { 'content-type': 'text/plain' }, body: bytes(rows) })],
    [
      'OData metadata and fields nobody knows',
      (rows) => ({
        headers: {
          'content-type': 'application/json;odata.metadata=minimal;IEEE754Compatible=false',
          'OData-Version': '4.0',
        },
        body: {
          '@odata.context': 'x',
          '@odata.count': '2',
          '@odata.deltaLink': null,
          extra: [{}],
          value: rows,
          '@odata.nextLink': null,
        },
      }),
    ],
    ['an empty link', (rows) => ({ body: { value: rows, '@odata.nextLink': '' } })],
    ['white space about it', (rows) => ({ body: `\r\n\t ${bytes(rows)}\n\n` })],
    ['201', (rows) => ({ status: 201, body: { value: rows } })],
  ])('%s', async (_, given) => {
    const { nodes, failures } = await listed(given);
    expect(failures).toEqual([]);
    expect(nodes.map(({ machineId }) => machineId)).toEqual([idOf(1), idOf(2)]);
  });

  test.each<[string, Given]>([
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><html>Sign in</html>' }],
    ['HTML that says it is JSON', { body: '\ufeff  <html>Sign in</html>' }],
    ['XML', { headers: { 'content-type': 'application/xml' }, body: '<?xml version="1.0"?><feed/>' }],
    ['a word', { headers: { 'content-type': 'text/plain' }, body: 'OK' }],
    ['a script', { body: 'window.location="/login"' }],
    ['HTML with 203', { status: 203, body: '<html>' }],
  ])('200 with %s names the address', async (_, given) => {
    const { nodes, failures, asked } = await listed(() => given);
    expect(nodes).toEqual([]);
    expect(failures).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE', upstreamStatus: given.status ?? 200 }]);
    expect(failures[0]?.message).toMatch(/127\.0\.0\.1:\d+\/api\/machines answered 20\d with what is no JSON/);
    expect(failures[0]?.message).not.toMatch(/html|window|feed/);
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  test.each<[string, Given]>([
    [
      'gzip that is cut off',
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"value":[]}').subarray(0, 20) },
    ],
    ['gzip that is none', { headers: { 'content-encoding': 'gzip' }, body: '{"value":[]}' }],
    ['a coding that nobody knows', { headers: { 'content-encoding': 'rot13' }, body: 'rot' }],
    ['JSON that is cut off', { body: '{"value":[{"id":"' }],
  ])('%s is an error, not an empty list', async (_, given) => {
    const { nodes, failures } = await listed(() => given);
    expect(nodes).toEqual([]);
    expect(failures).toMatchObject([{ code: 'UPSTREAM_UNAVAILABLE' }]);
  });
});

describe('R7: what a 429 says', () => {
  const past = new Date(Date.now() - 60_000).toUTCString();
  const said = 'API calls quota exceeded! You can send requests again in 3600 seconds.';
  test.each([
    ['0', said, 3600],
    ['1', said, 3600],
    [past, said, 3600],
    ['0', 'API calls quota exceeded! maximum allowed 1500 per 01:00:00', 3600],
    ['120', 'You can send requests again in 36 seconds.', 120],
  ])('Retry-After %s beside "%s": the longer counts, after one call', async (header, message, seconds) => {
    const { failures, asked } = await listed(() => ({
      status: 429,
      headers: { 'Retry-After': header },
      body: { error: { code: 'TooManyRequests', message } },
    }));
    expect(failures).toMatchObject([{ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.closeTo(seconds, -1) }]);
    expect(asked).toHaveLength(1);
  });
});

describe('R1: rows that cannot be read', () => {
  const bad = [null, {}, { id: null }, { id: '' }, 'text', 7, [], { computerDnsName: 'no id' }];
  test.each(bad)('%j among machines: the others are kept, it is told', async (row) => {
    const tenant = api.tenant(({ path, query }) =>
      path === '/api/machines' ? { body: { value: query.has('$skip') ? [] : [machine(1), row, machine(2)] } } : none,
    );
    const { data, errors } = await tenant.ask<Listed>(listMachines);
    expect(errors).toEqual([]);
    expect(data.list.nodes.map(({ machineId }) => machineId)).toEqual([idOf(1), idOf(2)]);
    expect(data.list.failures).toMatchObject([{ message: expect.stringMatching(/a row that has no id/) }]);
  });

  const kinds: readonly [string, RegExp, string, object][] = [
    ['alerts', /alerts_v2$/, 'alertId', { createdDateTime: '2026-01-01T00:00:00Z' }],
    ['incidents', /security\/incidents$/, 'incidentId', { createdDateTime: '2026-01-01T00:00:00Z' }],
    [
      'machineActions',
      /machineactions$/i,
      'actionId',
      { type: 'Isolate', creationDateTimeUtc: '2026-01-01T00:00:00Z' },
    ],
    ['vulnerabilities', /vulnerabilities$/i, 'cveId', {}],
    ['software', /software$/i, 'softwareId', {}],
    ['recommendations', /recommendations$/i, 'recommendationId', {}],
  ];
  test.each(kinds)('%s: the same, and where failures are not selected as an error', async (list, path, key, row) => {
    const play = () =>
      api.tenant(({ path: asked, query }) =>
        path.test(asked)
          ? { body: { value: query.has('$skip') ? [] : [{ ...row }, { id: '77', ...row }] } }
          : { status: 403, body: { error: { code: 'Disabled', message: 'No.' } } },
      );
    const told = await play().ask<Listed>(
      `query ($tenant: String!) { list: ${list}(tenants: [$tenant]) { nodes { ${key} } failures { code message } } }`,
    );
    expect(told.errors).toEqual([]);
    expect(told.data.list.nodes).toEqual([{ [key]: '77' }]);
    expect(told.data.list.failures).toHaveLength(1);
    const unasked = await play().ask<Listed>(
      `query ($tenant: String!) { list: ${list}(tenants: [$tenant]) { nodes { ${key} } } }`,
    );
    expect(unasked.data.list.nodes).toEqual([{ [key]: '77' }]);
    expect(unasked.errors).toMatchObject([{ path: ['list'], message: expect.stringMatching(/no id/) }]);
  });
});

test('R4: machines by tag, one of which cannot be read: the others are kept, it is told', async () => {
  const rows = [machine(1, { machineTags: ['vip'] }), { machineTags: ['vip'] }, machine(2)];
  const tenant = api.tenant(({ path, query }) => {
    if (path.toLowerCase() === '/api/machines/findbytag') return { body: { value: rows.slice(0, 2) } };
    return path === '/api/machines' ? { body: { value: query.has('$skip') ? [] : rows } } : none;
  });
  const { data, errors } = await tenant.ask<Listed>(
    'query ($tenant: String!) { list: machines(tenants: [$tenant], filter: { machineTags: ["VIP"] }) { nodes { machineId } failures { message } } }',
  );
  expect(errors).toEqual([]);
  expect(data.list.nodes).toEqual([{ machineId: idOf(1) }]);
  expect(data.list.failures).toMatchObject([{ message: expect.stringMatching(/no id/) }]);
});

test('R4: alerts of a machine, one of which cannot be read: the others are kept, it is told', async () => {
  const alert = {
    id: 'da1',
    createdDateTime: '2026-01-01T00:00:00Z',
    evidence: [{ '@odata.type': '#microsoft.graph.security.deviceEvidence', mdeDeviceId: idOf(1) }],
  };
  const tenant = api.tenant(({ path, query }) => {
    if (path.endsWith('/alerts')) return { body: { value: [{ title: 'no id' }, { id: 'da1', machineId: idOf(1) }] } };
    if (path.endsWith('alerts_v2')) return { body: { value: query.has('$skip') ? [] : [alert, { title: 'no id' }] } };
    return path === `/api/machines/${idOf(1)}` ? { body: machine(1) } : none;
  });
  const { data, errors } = await tenant.ask<Listed>(
    'query ($tenant: String!, $id: ID!) { list: alerts(tenants: [$tenant], filter: { machineId: $id }) { nodes { alertId } failures { message } } }',
    { id: idOf(1) },
  );
  expect(errors).toEqual([]);
  expect(data.list.nodes).toEqual([{ alertId: 'da1' }]);
  expect(data.list.failures).toMatchObject([{ message: expect.stringMatching(/no id/) }]);
});

describe('R2: a service that overlooks $skip', () => {
  const capped = (rows: number) =>
    api.tenant((asked: Asked) =>
      asked.path === '/api/machines'
        ? { body: { value: Array.from({ length: rows }, (_, index) => machine(index)) } }
        : none,
    );
  test.each([3, 10, 100])('and gives its %i rows again: each once, and it is told', async (rows) => {
    const tenant = capped(rows);
    const { data, errors } = await tenant.ask<Listed>(
      'query ($tenant: String!) { list: machines(tenants: [$tenant], first: 200) { nodes { machineId } failures { code message } } }',
    );
    expect(errors).toEqual([]);
    expect(data.list.nodes).toHaveLength(rows);
    expect(data.list.failures).toMatchObject([{ message: expect.stringMatching(/repeats itself/) }]);
    expect(tenant.asked.length).toBeLessThanOrEqual(3);
  });
});

describe('R8: values as they may come', () => {
  test('numbers and Booleans as text, nulls, and words that nobody knows', async () => {
    const { nodes, failures } = await listed(
      (rows) => ({ body: { value: rows } }),
      [
        machine(1, {
          osBuild: '19045',
          isAadJoined: 'True',
          lastSeen: '2026-01-01T00:00:00',
          healthStatus: 'Sleeping',
        }),
        { id: idOf(2), computerDnsName: null, osBuild: null, isAadJoined: null, lastSeen: null, healthStatus: null },
        { id: idOf(3) },
      ],
    );
    expect(failures).toEqual([]);
    expect(nodes).toEqual([
      {
        machineId: idOf(1),
        computerDnsName: 'm1.x.com',
        osBuild: 19045,
        isAadJoined: true,
        lastSeen: '2026-01-01T00:00:00Z',
        healthStatus: 'UNKNOWN',
        healthStatusName: 'Sleeping',
      },
      ...[2, 3].map((index) => ({
        machineId: idOf(index),
        computerDnsName: null,
        osBuild: null,
        isAadJoined: null,
        lastSeen: null,
        healthStatus: 'UNKNOWN',
        healthStatusName: null,
      })),
    ]);
  });

  test.each([
    ['relative', '?$skip=2'],
    ['from the root', '/api/machines?$skip=2'],
  ])('a link that is %s', async (_, link) => {
    const tenant = api.tenant(({ path, query }) =>
      path === '/api/machines'
        ? query.has('$skip')
          ? { body: { value: [machine(3)] } }
          : { body: { value: [machine(1), machine(2)], '@odata.nextLink': link } }
        : none,
    );
    const { data } = await tenant.ask<Listed>(listMachines);
    expect(data.list.failures).toEqual([]);
    expect(data.list.nodes.map(({ machineId }) => machineId)).toEqual([1, 2, 3].map(idOf));
  });
});
