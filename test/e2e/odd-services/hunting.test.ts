import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/gateway.ts';
import { type Given, type Listed, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(70, ['graph', 'm365d', 'mde'], { aliases: 1000, cost: 100_000 });
});
afterAll(() => api.stop());

interface Hunted {
  readonly hunt: {
    readonly columns: readonly { name: string; type: string }[];
    readonly rows: readonly Record<string, unknown>[];
    readonly rowCount: number;
  };
}
const huntQuery =
  'query ($tenant: String!) { hunt(input: { query: "T", tenants: [$tenant] }) { columns { name type } rows rowCount } }';
const hunted = async (given: Given) => {
  const tenant = api.tenant(() => given);
  const { data, errors } = await tenant.ask<Hunted>(huntQuery);
  return { errors, hunt: data?.hunt, calls: tenant.asked.length, tenant: tenant.name };
};

describe('R8: hunting', () => {
  test('numbers keep their digits, text stays text', async () => {
    const body = `{"schema":[{"name":"A","type":"Int64"},{"name":"B","type":"Int64"},{"name":"C","type":"Double"},{"name":"D","type":"String"},{"name":"E","type":"Object"},{"name":"F","type":"Double"},{"name":"G","type":"Object"},{"name":"H","type":"SqlDecimal"}],
      "results":[{"A":-72057594038059781,"B":9007199254740993 ,"C":1.5e30,"D":"{\\"a\\":72057594038059781, \\"b\\": [72057594038059783]}","E":{"x":[72057594038059781,{"y":-9223372036854775808}],"t":"[72057594038059781]"},"F":-0.0000012,"G":[72057594038059785,\n72057594038059787],"H":"79228162514264337593543950335"},
      {"A":9007199254740991,"B":18446744073709551615,"C":1E+16,"D":" 72057594038059781 ","E":null,"F":1234567890123.5,"G":"72057594038059781","H":null}]}`;
    const { errors, hunt, tenant } = await hunted({ body });
    expect(errors).toEqual([]);
    expect(hunt?.rows).toEqual([
      {
        TenantName: tenant,
        A: '-72057594038059781',
        B: '9007199254740993',
        C: 1.5e30,
        D: '{"a":72057594038059781, "b": [72057594038059783]}',
        E: { x: ['72057594038059781', { y: '-9223372036854775808' }], t: '[72057594038059781]' },
        F: -0.0000012,
        G: ['72057594038059785', '72057594038059787'],
        H: '79228162514264337593543950335',
      },
      {
        TenantName: tenant,
        A: 9007199254740991,
        B: '18446744073709551615',
        C: 1e16,
        D: ' 72057594038059781 ',
        E: null,
        F: 1234567890123.5,
        G: '72057594038059781',
        H: null,
      },
    ]);
  });
  test('own columns named TenantName, TenantName1, tenantname', async () => {
    const names = ['TenantName', 'TenantName1', 'tenantname', 'TenantName2'];
    const { errors, hunt, tenant } = await hunted({
      body: {
        schema: names.map((name) => ({ name, type: 'String' })),
        results: [Object.fromEntries(names.map((name) => [name, `own ${name}`]))],
      },
    });
    expect(errors).toEqual([]);
    const columns = hunt?.columns.map(({ name }) => name) ?? [];
    expect(new Set(columns).size).toBe(5);
    expect(hunt?.rows[0]?.TenantName).toBe(tenant);
    expect(Object.values(hunt?.rows[0] ?? {}).toSorted()).toEqual(
      [...names.map((name) => `own ${name}`), tenant].toSorted(),
    );
    expect(Object.keys(hunt?.rows[0] ?? {}).toSorted()).toEqual([...columns].toSorted());
  });
  test.each([
    ['Graph', 'schema', 'results', 'name', 'type'],
    ['older', 'Schema', 'Results', 'Name', 'Type'],
    ['mixed', 'Schema', 'results', 'name', 'Type'],
    ['other mix', 'schema', 'Results', 'Name', 'type'],
  ])('spelling %s', async (_, schema, results, name, type) => {
    const { errors, hunt } = await hunted({
      body: { [schema]: [{ [name]: 'X', [type]: 'String' }], [results]: [{ X: 'v' }] },
    });
    expect(errors).toEqual([]);
    expect(hunt).toMatchObject({
      columns: [{ name: 'TenantName' }, { name: 'X', type: 'String' }],
      rows: [{ X: 'v' }],
    });
  });
  test('a column twice', async () => {
    const { errors, hunt } = await hunted({
      body: {
        schema: [
          { name: 'X', type: 'String' },
          { name: 'X', type: 'String' },
        ],
        results: [{ X: 'v' }],
      },
    });
    expect(errors).toEqual([]);
    expect(hunt?.rows).toMatchObject([{ X: 'v' }]);
  });
  test.each([
    ['no rows', { schema: [{ name: 'X', type: 'String' }], results: [] }, 0],
    ['no columns', { schema: [], results: [] }, 0],
  ])('%s', async (_, body, count) => {
    const { errors, hunt } = await hunted({ body });
    expect(errors).toEqual([]);
    expect(hunt?.rowCount).toBe(count);
  });
  test.each([
    ['null results', { schema: [], results: null }],
    ['no results', { schema: [] }],
    ['a row that is null', { schema: [], results: [null] }],
    ['an error with 200', { error: { code: 'X', message: 'y' } }],
    ['HTML', '<html>'],
    ['truncated', '{"schema":[{"name":"X","type":"String"}],"results":[{"X":"v"},{"X"'],
  ])('%s is no empty answer', async (_, body) => {
    const { errors } = await hunted({ body });
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_UNAVAILABLE');
  });
});

interface Page {
  readonly list: {
    readonly nodes: readonly { readonly alertId: string }[];
    readonly failures: readonly unknown[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}
const alert = (id: string, createdDateTime: unknown, more: object = {}) => ({ id, createdDateTime, ...more });
test('F4: a tenant without rows and columns leaves those of a file to the next one', async () => {
  const given = [
    { Schema: [], Results: [] },
    { Schema: [{ Name: 'A', Type: 'String' }], Results: [{ A: 'x' }] },
  ];
  const tenants = given.map((body) => api.tenant(() => ({ body })).name);
  const answer = await fetch(`${api.running.gateway.url}/export/hunt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'T', tenants, format: 'csv' }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, `TenantName,A\r\n${tenants[1]},x\r\n`]);
});

describe('R8: times', () => {
  test.each([
    ['2026-01-01T10:00:00.1234567+02:00', '2026-01-01T08:00:00.1234567Z'],
    ['2026-01-01T10:00:00-0530', '2026-01-01T15:30:00Z'],
    ['2026-01-01T10:00', '2026-01-01T10:00:00Z'],
    ['2026-01-01T10:00Z', '2026-01-01T10:00:00Z'],
    ['2026-01-01 10:00:00', '2026-01-01T10:00:00Z'],
    ['2026-01-01T10:00:00.123456789Z', '2026-01-01T10:00:00.123456789Z'],
    ['2026-01-01', '2026-01-01T00:00:00Z'],
    ['2026-01-01T10:00:00z', '2026-01-01T10:00:00Z'],
    ['0001-01-01T00:00:00Z', null],
    ['0001-01-01T00:00:00', null],
    ['', null],
    [null, null],
    ['never', null],
    ['2026-01-01T23:59:60Z', null],
    [1767261600, '2026-01-01T10:00:00Z'],
    [1767261600000, '2026-01-01T10:00:00Z'],
    ['/Date(1767261600000)/', '2026-01-01T10:00:00Z'],
    ['1/1/2026 10:00:00 AM', '2026-01-01T10:00:00Z'],
    ['Thu, 01 Jan 2026 10:00:00 GMT', '2026-01-01T10:00:00Z'],
    [' 2026-01-01T10:00:00Z ', '2026-01-01T10:00:00Z'],
  ] as const)('%s', async (sent, given) => {
    const tenant = api.tenant(({ path }) =>
      path.endsWith('alerts_v2') ? { body: { value: [alert('da1', sent)] } } : none,
    );
    const { data, errors } = await tenant.ask<Listed>(
      'query ($tenant: String!) { list: alerts(tenants: [$tenant]) { nodes { createdAt } failures { code } } }',
    );
    expect(errors).toEqual([]);
    expect(data.list).toEqual({ nodes: [{ createdAt: given }], failures: [] });
  });
  test('without a time: all rows, over pages', async () => {
    const rows = Array.from({ length: 9 }, (_, i) =>
      alert(`da${i}`, i % 3 === 0 ? null : i % 3 === 1 ? `2026-01-01T00:00:0${i}` : 'x'),
    );
    const tenant = api.tenant(({ path, query }) => {
      if (!path.endsWith('alerts_v2')) return none;
      const until = / le ([^ )]+)/.exec(query.get('$filter') ?? '')?.[1] ?? null;
      const skip = Number(query.get('$skip') ?? 0);
      const top = Number(query.get('$top') ?? 100);
      return {
        body: {
          value: rows
            .filter(
              ({ createdDateTime }) =>
                until === null ||
                (typeof createdDateTime === 'string' &&
                  createdDateTime.startsWith('2') &&
                  `${createdDateTime}Z` <= until),
            )
            .slice(skip, skip + top),
        },
      };
    });
    const found: unknown[] = [];
    let after: string | null = null;
    for (let i = 0; i < 9; i += 1) {
      const answer: Answer<Page> = await tenant.ask<Page>(
        'query ($tenant: String!, $after: String) { list: alerts(tenants: [$tenant], first: 4, after: $after) { nodes { alertId } failures { code message } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      expect(answer.errors).toEqual([]);
      found.push(...answer.data.list.nodes.map(({ alertId }) => alertId));
      after = answer.data.list.pageInfo.endCursor;
      if (!answer.data.list.pageInfo.hasNextPage) break;
    }
    expect(found.toSorted()).toEqual(rows.map(({ id }) => id));
  });
});

const refused: Given = { status: 403, body: { error: { code: 'Disabled', message: 'No.' } } };
describe('R6: ids as numbers', () => {
  const byPath = (path: RegExp, value: unknown) =>
    api.tenant((asked) => (path.test(asked.path) ? { body: { value: [value] } } : refused));
  test.each([
    ['alerts', /alerts_v2$/, { id: 123, createdDateTime: '2026-01-01T00:00:00Z' }, 'alertId', '123'],
    ['incidents', /security\/incidents$/, { id: 123, createdDateTime: '2026-01-01T00:00:00Z' }, 'incidentId', '123'],
    [
      'incidents',
      /^\/api\/incidents$/,
      { incidentId: '123', createdTime: '2026-01-01T00:00:00Z', alerts: [{ alertId: 77 }] },
      'incidentId',
      '123',
    ],
    ['machines', /machines$/, { id: 123, computerDnsName: 'x' }, 'machineId', '123'],
    ['machineActions', /machineactions$/i, { id: 123, type: 'Isolate', status: 'Succeeded' }, 'actionId', '123'],
    ['vulnerabilities', /vulnerabilities$/i, { id: 123, name: 'x' }, 'cveId', '123'],
    ['software', /software$/i, { id: 123, name: 'x' }, 'softwareId', '123'],
    ['recommendations', /recommendations$/i, { id: 123 }, 'recommendationId', '123'],
  ] as const)('%s by %s', async (list, path, row, key, id) => {
    const tenant = byPath(path, row);
    const { data, errors } = await tenant.ask<Listed>(
      `query ($tenant: String!) { list: ${list}(tenants: [$tenant]) { nodes { ${key} id } failures { code message } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.list.failures).toEqual([]);
    expect(data.list.nodes.map((node) => node[key])).toEqual([id]);
  });
});

describe('R5: names of machines', () => {
  const machines = [
    ['a', 'Fin-Ws-001.Contoso.com'],
    ['b', 'srv.contoso.com'],
    ['c', 'srv.fabrikam.com'],
    ['d', 'srv'],
    ['e', 'PLAIN'],
    ['f', null],
  ].map(([id, computerDnsName]) => ({ id: String(id).repeat(40), computerDnsName }));
  /** OData's `eq` and `startswith`, which compare with case. */
  const meets = (name: string | null | undefined, filter: string) =>
    [...filter.matchAll(/computerDnsName eq '([^']*)'|startswith\(computerDnsName,\s*'([^']*)'\)/g)].some(
      ([, equal, start]) => (equal === undefined ? (name?.startsWith(start ?? '') ?? false) : name === equal),
    );
  const play = () =>
    api.tenant(({ path, query }) => {
      const filter = query.get('$filter');
      if (path === '/api/machines')
        return {
          body: {
            value:
              Number(query.get('$skip') ?? 0) > 0
                ? []
                : machines.filter(({ computerDnsName }) => filter === null || meets(computerDnsName, filter)),
          },
        };
      const name = decodeURIComponent(path.replace('/api/machines/', ''));
      const found = machines.find(
        (machine) => machine.computerDnsName?.toLowerCase() === name.toLowerCase() || machine.id === name,
      );
      return found === undefined ? none : { body: found };
    });
  test.each([
    ['fin-ws-001', ['a']],
    ['FIN-WS-001.contoso.COM', ['a']],
    ['srv', ['b', 'c', 'd']],
    ['plain', ['e']],
    ['srv.contoso.com', ['b']],
    ['nobody', []],
  ] as const)('machines(filter: { machineId: ["%s"] })', async (name, found) => {
    const { data, errors } = await play().ask<Listed>(
      'query ($tenant: String!, $name: ID!) { list: machines(tenants: [$tenant], filter: { machineId: [$name] }) { nodes { machineId } failures { code message } } }',
      { name },
    );
    expect(errors).toEqual([]);
    expect(data.list.failures).toEqual([]);
    expect(data.list.nodes.map(({ machineId }) => String(machineId)[0]).toSorted()).toEqual(found);
  });
  test.each([
    ['fin-ws-001', 'a', undefined],
    ['srv', undefined, 'BAD_USER_INPUT'],
    ['Plain', 'e', undefined],
    ['nobody', undefined, 'NOT_FOUND'],
  ] as const)('machine(machineId: "%s")', async (name, found, code) => {
    const { data, errors } = await play().ask<{ machine: { machineId: string } | null }>(
      'query ($tenant: String!, $name: ID!) { machine(tenant: $tenant, machineId: $name) { machineId } }',
      { name },
    );
    expect([data.machine?.machineId[0], errors[0]?.extensions.code]).toEqual([found, code]);
  });
});
