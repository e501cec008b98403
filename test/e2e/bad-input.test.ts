import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { expectRefusal, huntQuery, type Refusal } from '../support/refusals.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        simTenant('contoso', { scale: 0.3 }),
        simTenant('endpoint-only', { scale: 0.1, permissions: { graph: [], m365d: [] } }),
      ],
      enforceQuotas: false,
    },
  });
});

afterAll(() => running.stop());

const check = (rows: Readonly<Record<string, Refusal>>): void => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    expectRefusal(await running.ask(row.query, row.variables, row.headers), row);
  });
};

const guid = '00000000-0000-4000-8000-000000000000';
const hex = '0'.repeat(40);
const incidentsWith = (args: string): string => `{ incidents(${args}) { nodes { id } } }`;

describe('what does not exist', () => {
  const notFound = (query: string, says: RegExp): Refusal => ({ query, code: 'NOT_FOUND', says });
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
  const bad = (query: string, says: RegExp, more: Partial<Refusal> = {}): Refusal => ({
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
    'empty KQL': bad(huntQuery('query: "  "'), /empty/),
    'a management command': bad(huntQuery('query: ".show tables"'), /management commands/),
    'a management command behind comments': bad(
      huntQuery('query: "// tables\\n\\n  // all\\r\\n.show tables"'),
      /management commands/,
    ),
    'a time span': bad(huntQuery('query: "DeviceInfo", timespan: "7 days"'), /"7 days" is not ISO 8601/),
    'no rows': bad(huntQuery('query: "DeviceInfo", maxRows: 0'), /between 1 and 100000/),
    'a time span where no API takes one': bad(
      huntQuery('query: "DeviceInfo", timespan: "P7D", tenants: ["endpoint-only"]'),
      /endpoint-only is hunted through mde.*ago\(7d\)/,
      { extensions: { field: 'timespan', tenant: 'endpoint-only' } },
    ),
  });

  const badRequest = (query: string, says: RegExp, variables?: Refusal['variables']): Refusal => ({
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

describe('what Microsoft refuses of a query is told in its words', () => {
  const rejected = (query: string, tenant: string, says: RegExp): Refusal => ({
    query: huntQuery(`query: ${JSON.stringify(query)}, tenants: ["${tenant}"]`),
    code: 'BAD_USER_INPUT',
    says,
  });
  check({
    'a syntax error, by Graph': rejected('DeviceInfo | wher DeviceName == ""', 'contoso', /wher|[Ss]yntax/),
    'an unknown table, by Graph': rejected('DeviceNonsense | take 1', 'contoso', /DeviceNonsense/),
    'an unknown column, by MDE': rejected('DeviceInfo | where Nonsense == 1', 'endpoint-only', /Nonsense/),
  });
});

describe('what is too much', () => {
  const expensive = (query: string, says: RegExp, status = 400): Refusal => ({
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
      /cost of \d+, the limit is 200000/,
    ),
    'too long a text': expensive(`{ ${'viewer { name } '.repeat(2000)} }`, /tokens|Document contains/i),
  });
});
