import { createHash } from 'node:crypto';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** `reader` sees contoso alone, `tagger` may do nothing but list tenants. */
const keys = { reader: 'key-of-the-reader', hunter: 'key-of-the-hunter', tagger: 'key-of-the-tagger' } as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        simTenant('contoso', { scale: 0.3 }),
        simTenant('endpoint-only', { scale: 0.1, permissions: { graph: [], m365d: [] } }),
        simTenant('no-isolation', { scale: 0.1, permissions: { mde: ['Machine.Read.All', 'Alert.Read.All'] } }),
        simTenant('nothing-granted', { scale: 0.1, permissions: { mde: [], m365d: [], graph: [] } }),
        simTenant('wrong-secret', { scale: 0.1 }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 4, 'auth', 'clientSecret'], 'a-secret-that-expired'],
        [['tenants', 4, 'tags'], ['broken']],
        [
          ['access', 'apiKeys'],
          [
            { name: 'reader', sha256: sha256(keys.reader), roles: ['reader'], tenants: ['contoso'] },
            { name: 'hunter', sha256: sha256(keys.hunter), roles: ['hunter'] },
            { name: 'tagger', sha256: sha256(keys.tagger), roles: ['tagger'] },
          ],
        ],
        [['access', 'roles'], { tagger: ['tenant:read'] }],
      ]),
  });
});

afterAll(() => running.stop());

/** What no answer may hold, whatever went wrong. */
const leaks = [
  /https?:\/\/[\w.-]*(localhost|127\.0\.0\.1)/i,
  /graph\.microsoft|securitycenter|login\.microsoftonline/i,
  /eyJ[\w-]{10,}/,
  /"stacktrace"|\bat [\w.<>]+ \(|\.ts:\d+/,
  /secret-[a-z]|a-secret-that-expired|key-of-the/,
  /node_modules|node:internal/,
];

const expectNoLeak = (text: string): void => {
  for (const leak of leaks) expect(text).not.toMatch(leak);
};

interface Row {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly key?: keyof typeof keys;
  readonly code: string;
  /** What the message has to say for a caller to mend it. */
  readonly says: RegExp;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly status?: number;
}

const askRow = (row: Row): Promise<Answer<unknown>> =>
  running.ask(row.query, row.variables, row.key === undefined ? {} : { authorization: `Bearer ${keys[row.key]}` });

const check = (rows: Readonly<Record<string, Row>>): void => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    const answer = await askRow(row);
    expectNoLeak(answer.text);
    expect(answer.errors).toHaveLength(1);
    const [error] = answer.errors;
    expect(error?.extensions).toMatchObject({ code: row.code, ...row.extensions });
    expect(error?.message).toMatch(row.says);
    expect(answer.status).toBe(row.status ?? 200);
  });
};

const guid = '00000000-0000-4000-8000-000000000000';
const hex = '0'.repeat(40);
const incidentsWith = (args: string): string => `{ incidents(${args}) { nodes { id } } }`;
const hunt = (input: string): string => `{ hunt(input: { ${input} }) { rowCount } }`;

describe('what does not exist', () => {
  const notFound = (query: string, says: RegExp): Row => ({ query, code: 'NOT_FOUND', says });
  check({
    'a tenant': notFound('{ tenant(name: "contosso") { name } }', /no tenant "contosso"/),
    'a tenant of a list': notFound(incidentsWith('tenants: ["contosso"]'), /no tenant "contosso"/),
    'a tag of a list': notFound(incidentsWith('tenantTags: ["apac"]'), /tag "apac"/),
    'a machine': notFound(
      `{ machine(tenant: "contoso", machineId: "${hex}") { id } }`,
      /contoso has no machine "0{40}"/,
    ),
    'a machine by name': notFound(
      '{ machine(tenant: "contoso", machineId: "pc.example.com") { id } }',
      /no machine "pc/,
    ),
    'an incident': notFound('{ incident(tenant: "contoso", incidentId: "1") { id } }', /contoso has no incident "1"/),
    'an alert': notFound('{ alert(tenant: "contoso", alertId: "da1_1") { id } }', /contoso has no alert "da1_1"/),
    'an alert, by MDE': notFound('{ alert(tenant: "endpoint-only", alertId: "da1_1") { id } }', /no alert "da1_1"/),
    'a machine action': notFound(
      `{ machineAction(tenant: "contoso", actionId: "${guid}") { id } }`,
      /no machineAction/,
    ),
  });

  test('a node is null, not an error', async () => {
    const id = Buffer.from(`Machine\ncontoso\n${hex}`).toString('base64url');
    const answer = await running.ask('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(answer).toMatchObject({ data: { node: null }, errors: [] });
  });
});

describe('what has the wrong form', () => {
  const bad = (query: string, says: RegExp, more: Partial<Row> = {}): Row => ({
    query,
    code: 'BAD_USER_INPUT',
    says,
    ...more,
  });
  check({
    'an incident id': bad('{ incident(tenant: "contoso", incidentId: "12a") { id } }', /"12a".*digits/),
    'an alert id': bad('{ alert(tenant: "contoso", alertId: "../alerts") { id } }', /is not an id/),
    'a machine id': bad('{ machine(tenant: "contoso", machineId: "a/b") { id } }', /40 hex digits or a DNS name/),
    'a machine action id': bad('{ machineAction(tenant: "contoso", actionId: "1") { id } }', /GUID/),
    'an empty id': bad('{ machine(tenant: "contoso", machineId: "") { id } }', /is not an id/),
    'a global id': bad('{ node(id: "abc") { id } }', /"abc" is not an id of this gateway/),
    'a global id of a type that is none': bad(
      `{ node(id: "${Buffer.from('Robot\ncontoso\n1').toString('base64url')}") { id } }`,
      /not an id of this gateway/,
    ),
    'first 0': bad(incidentsWith('first: 0'), /between 1 and 200/, { extensions: { field: 'first' } }),
    'first -1': bad(incidentsWith('first: -1'), /between 1 and 200/),
    'first 201': bad(incidentsWith('first: 201'), /between 1 and 200/),
    'first 201 of a list inside': bad(
      '{ incidents(tenants: ["contoso"], first: 1) { nodes { alerts(first: 201) { nodes { id } } } } }',
      /between 1 and 200/,
    ),
    'a cursor': bad(incidentsWith('after: "abc"'), /not a cursor/, { extensions: { field: 'after' } }),
    'an empty choice of tenants': bad(incidentsWith('tenants: []'), /empty choice/),
    'empty KQL': bad(hunt('query: "  "'), /empty/),
    'a management command': bad(hunt('query: ".show tables"'), /management commands/),
    'a time span': bad(hunt('query: "DeviceInfo", timespan: "7 days"'), /"7 days" is not ISO 8601/),
    'no rows': bad(hunt('query: "DeviceInfo", maxRows: 0'), /between 1 and 100000/),
    'a time span where no API takes one': bad(
      hunt('query: "DeviceInfo", timespan: "P7D", tenants: ["endpoint-only"]'),
      /endpoint-only is hunted through mde.*ago\(7d\)/,
      { extensions: { field: 'timespan', tenant: 'endpoint-only' } },
    ),
  });

  const badRequest = (query: string, says: RegExp, variables?: Row['variables']): Row => ({
    ...bad(query, says),
    status: 400,
    ...(variables === undefined ? {} : { variables }),
  });
  check({
    'a time': {
      ...badRequest(incidentsWith('filter: { createdAfter: "yesterday" }'), /DateTime: "yesterday" is not ISO 8601/),
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    'a time without zone': {
      ...badRequest(incidentsWith('filter: { createdAfter: "2026-01-31T08:00:00" }'), /with a zone/),
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    'a time in a variable': badRequest(
      'query ($at: DateTime) { incidents(filter: { createdAfter: $at }) { nodes { id } } }',
      /2026-02-31|not ISO 8601/,
      { at: '2026-13-31T08:00:00Z' },
    ),
    'an enum value': {
      ...badRequest(incidentsWith('filter: { severity: [CRITICAL] }'), /CRITICAL/),
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    'an unknown field': {
      ...badRequest('{ incidents { nodes { titel } } }', /Did you mean "title"/),
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    'a query that does not parse': { ...badRequest('{ incidents(', /Syntax Error/), code: 'GRAPHQL_PARSE_FAILED' },
    'a missing variable': badRequest('query ($t: String!) { tenant(name: $t) { name } }', /\$t/, {}),
  });
});

describe('a cursor', () => {
  const cursorOf = async (query: string, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { data } = await running.ask<{ list: { pageInfo: { endCursor: string } } }>(query, {}, headers);
    return data.list.pageInfo.endCursor;
  };
  const ask = (list: string, args: string, headers: Readonly<Record<string, string>> = {}) =>
    running.ask(`{ ${list}(tenants: ["contoso"], first: 3, ${args}) { nodes { id } } }`, {}, headers);

  test.each([
    ['another filter', 'incidents', 'filter: { severity: [HIGH] }'],
    ['another order', 'incidents', 'orderBy: { field: SEVERITY }'],
    ['another list', 'alerts', ''],
    ['other tenants', 'incidents', 'tenantTags: ["broken"]'],
  ])('of %s is refused', async (_, list, args) => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    const { errors, text } = await ask(list, `after: "${cursor}" ${args}`);
    expectNoLeak(text);
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT', field: 'after' }]);
    expect(errors[0]?.message).toMatch(/another list, filter, order or caller/);
  });

  test('of a caller who sees other tenants is refused', async () => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    const { errors } = await ask('incidents', `after: "${cursor}"`, { authorization: `Bearer ${keys.reader}` });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('that was tampered with is refused, wherever it was', async () => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    for (let at = 0; at < cursor.length; at += 17) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      const { errors } = await ask('incidents', `after: "${changed}"`);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('of the same question goes on', async () => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    expect((await ask('incidents', `after: "${cursor}"`)).errors).toEqual([]);
  });
});

describe('what Microsoft refuses of a query is told in its words', () => {
  const rejected = (query: string, tenant: string, says: RegExp): Row => ({
    query: hunt(`query: ${JSON.stringify(query)}, tenants: ["${tenant}"]`),
    code: 'BAD_USER_INPUT',
    says,
  });
  check({
    'a syntax error, by Graph': rejected('DeviceInfo | wher DeviceName == ""', 'contoso', /wher|[Ss]yntax/),
    'an unknown table, by Graph': rejected('DeviceNonsense | take 1', 'contoso', /DeviceNonsense/),
    'an unknown column, by MDE': rejected('DeviceInfo | where Nonsense == 1', 'endpoint-only', /Nonsense/),
  });
});

describe('what the tenant has not granted', () => {
  check({
    'the permission of a read': {
      query: '{ machine(tenant: "nothing-granted", machineId: "pc.example.com") { id } }',
      code: 'MISSING_PERMISSION',
      says: /Machine\.Read\.All/,
      extensions: { tenant: 'nothing-granted', missingPermissions: ['Machine.Read.All'] },
    },
    'hunting in any API': {
      query: hunt('query: "DeviceInfo", tenants: ["nothing-granted"]'),
      code: 'MISSING_PERMISSION',
      says: /ThreatHunting\.Read\.All, AdvancedHunting\.Read\.All, AdvancedQuery\.Read\.All/,
    },
    'a sign-in that works': {
      query: '{ machine(tenant: "wrong-secret", machineId: "pc.example.com") { id } }',
      code: 'TENANT_SIGN_IN_REQUIRED',
      says: /secret.*AADSTS7000215|AADSTS7000215.*secret/is,
      extensions: { tenant: 'wrong-secret' },
    },
  });

  test('the permission of an act is named in the result of its target', async () => {
    const machineId = running.simulator.world('no-isolation').machines[0]?.id;
    const { data, errors, text } = await running.ask<{
      isolateMachines: { results: { error: { code: string; message: string; missingPermissions: string[] } }[] };
    }>(
      `mutation ($id: ID!) {
        isolateMachines(input: { tenant: "no-isolation", machineIds: [$id], comment: "test" }) {
          results { error { code message missingPermissions } }
        }
      }`,
      { id: machineId },
    );
    expectNoLeak(text);
    expect(errors).toEqual([]);
    expect(data.isolateMachines.results.map(({ error }) => error)).toEqual([
      {
        code: 'MISSING_PERMISSION',
        message: expect.stringContaining('Machine.Isolate'),
        missingPermissions: ['Machine.Isolate'],
      },
    ]);
  });

  test('every kind of failure is a row of its tenant, while the others answer', async () => {
    const { data, text } = await running.ask<{
      machines: { nodes: { tenant: { name: string } }[]; failures: { tenant: { name: string }; code: string }[] };
    }>('{ machines { nodes { tenant { name } } failures { tenant { name } code } } }');
    expectNoLeak(text);
    expect(data.machines.failures).toEqual([
      { tenant: { name: 'nothing-granted' }, code: 'MISSING_PERMISSION' },
      { tenant: { name: 'wrong-secret' }, code: 'TENANT_SIGN_IN_REQUIRED' },
    ]);
    expect(new Set(data.machines.nodes.map(({ tenant }) => tenant.name))).toEqual(
      new Set(['contoso', 'endpoint-only', 'no-isolation']),
    );
  });
});

describe('who may not', () => {
  check({
    'hunt without the permission': {
      query: hunt('query: "DeviceInfo"'),
      key: 'reader',
      code: 'FORBIDDEN',
      says: /"hunt:raw" is needed/,
    },
    'list machines without the permission': {
      query: '{ machines { nodes { id } } }',
      key: 'tagger',
      code: 'FORBIDDEN',
      says: /"machine:read" is needed/,
    },
    'look a machine up without the permission': {
      query: '{ machine(tenant: "contoso", machineId: "pc.example.com") { id } }',
      key: 'tagger',
      code: 'FORBIDDEN',
      says: /"machine:read" is needed/,
    },
    'isolate without the permission': {
      query:
        'mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["pc.example.com"], comment: "x" }) { dryRun } }',
      key: 'hunter',
      code: 'FORBIDDEN',
      says: /"machine:isolate" is needed/,
    },
    'see a tenant of others: it does not exist': {
      query: '{ tenant(name: "endpoint-only") { name } }',
      key: 'reader',
      code: 'NOT_FOUND',
      says: /no tenant "endpoint-only"/,
    },
    'see a machine of others: its tenant does not exist': {
      query: '{ machine(tenant: "endpoint-only", machineId: "pc.example.com") { id } }',
      key: 'reader',
      code: 'NOT_FOUND',
      says: /no tenant "endpoint-only"/,
    },
  });

  test('see a node of another tenant: it is null', async () => {
    const machine = running.simulator.world('endpoint-only').machines[0]?.id;
    const id = Buffer.from(`Machine\nendpoint-only\n${machine}`).toString('base64url');
    const asReader = await running.ask(
      'query ($id: ID!) { node(id: $id) { id } }',
      { id },
      { authorization: `Bearer ${keys.reader}` },
    );
    expect(asReader).toMatchObject({ data: { node: null }, errors: [] });
    expect(await running.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toMatchObject({
      data: { node: { id } },
    });
  });

  test('a list over all tenants is one over those that the caller may see', async () => {
    const { data } = await running.ask<{ machines: { nodes: { tenant: { name: string } }[]; failures: unknown[] } }>(
      '{ machines { nodes { tenant { name } } failures { code } } }',
      {},
      { 'x-api-key': keys.reader },
    );
    expect(new Set(data.machines.nodes.map(({ tenant }) => tenant.name))).toEqual(new Set(['contoso']));
    expect(data.machines.failures).toEqual([]);
  });

  test.each([
    ['an unknown key', { authorization: 'Bearer no-such-key' }],
    ['an unknown key in its own header', { 'x-api-key': 'no-such-key' }],
    ['a token of nobody', { authorization: 'Bearer aaaa.bbbb.cccc' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ])('%s is 401 UNAUTHENTICATED, never anonymous', async (_, headers) => {
    const answer = await running.ask('{ viewer { name } }', {}, headers);
    expectNoLeak(answer.text);
    expect(answer.status).toBe(401);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });
});

describe('what is too much', () => {
  const expensive = (query: string, says: RegExp, status = 400): Row => ({
    query,
    code: 'QUERY_TOO_EXPENSIVE',
    says,
    status,
  });
  const deep = (levels: number): string =>
    levels === 0 ? 'incidentId' : `alerts { nodes { incident { ${deep(levels - 1)} } } }`;
  check({
    'too many levels': expensive(`{ incidents { nodes { ${deep(6)} } } }`, /depth of \d+, the limit is 15/),
    'too many aliases': expensive(
      `{ ${Array.from({ length: 31 }, (_, index) => `a${index}: viewer { name }`).join(' ')} }`,
      /aliases of 31, the limit is 30/,
    ),
    'too many things': expensive(
      '{ incidents(first: 200) { nodes { alerts(first: 200) { nodes { incident { alerts(first: 200) { nodes { title } } } } } } } }',
      /cost of \d+, the limit is 100000/,
    ),
    'too long a text': expensive(`{ ${'viewer { name } '.repeat(2000)} }`, /tokens|Document contains/i),
  });
});

describe('an HTTP request', () => {
  const send = async (init: { method: string; path?: string; headers?: Record<string, string>; body?: string }) => {
    const { method, path = '/graphql', headers = {}, body } = init;
    const answer = await request(`${running.gateway.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  const json = { 'content-type': 'application/json' };
  const mutation = encodeURIComponent(
    'mutation { isolateMachines(input: { tenant: "contoso", machineIds: [], comment: "x" }) { dryRun } }',
  );

  test.each([
    ['whose JSON is broken', { method: 'POST', headers: json, body: '{"query":' }, 400, /not valid JSON/],
    ['that is no object', { method: 'POST', headers: json, body: '"{ viewer { name } }"' }, 400, /./],
    ['without a query', { method: 'POST', headers: json, body: '{}' }, 400, /query/],
    [
      'with a list of queries',
      { method: 'POST', headers: json, body: '[{"query":"{ viewer { name } }"}]' },
      400,
      /[Bb]atch/,
    ],
    [
      'with a mutation by GET',
      { method: 'GET', path: `/graphql?query=${mutation}`, headers: { 'apollo-require-preflight': '1' } },
      405,
      /GET/,
    ],
    [
      'from another site by GET',
      { method: 'GET', path: '/graphql?query=%7Bviewer%7Bname%7D%7D' },
      400,
      /CSRF|preflight/i,
    ],
    [
      'from another site by a form',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{ viewer { name } }"}' },
      400,
      /CSRF|content-type|preflight/i,
    ],
    ['to a path that is none', { method: 'GET', path: '/nothing' }, 404, /./],
    [
      'that is too large',
      {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(1_100_000)}` }),
      },
      413,
      /too large/,
    ],
  ])('%s is refused in words', async (_, init, status, says) => {
    const answer = await send(init);
    expectNoLeak(answer.text);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(says);
    expect(answer.text).toMatch(/"code":"[A-Z_]+"/);
  });
});
