import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collection, type Row } from '../../support/odata-rows.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';

const at = (seconds: number) => new Date(Date.parse('2026-05-01T00:00:00Z') + seconds * 1000).toISOString();
const hex = (place: number) => place.toString(16).padStart(40, '0');
const reply = (status: number, code: string, message = 'no'): Reply => ({ status, body: { error: { code, message } } });

const rows: Row[] = Array.from({ length: 5 }, (_, place) => ({
  id: String(place + 1),
  displayName: 'incident',
  status: 'active',
  severity: 'high',
  createdDateTime: at(place),
  lastUpdateDateTime: at(place),
}));
const machineRows: Row[] = Array.from({ length: 5 }, (_, place) => ({
  id: hex(place + 1),
  computerDnsName: `m${place}.contoso.com`,
  riskScore: ['Low', 'High', 'Medium'][place % 3],
}));
const good: Handler = (url) => {
  if (/security\/(incidents|alerts_v2)$/.test(url.pathname))
    return collection({ rows: () => rows, time: 'createdDateTime' })(url);
  if (/api\/machines$/.test(url.pathname))
    return collection({ rows: () => machineRows, time: 'id', order: 'none' })(url);
  if (/api\/machines\/[^/]+$/.test(url.pathname)) return { body: machineRows[0] };
  return { body: { value: [] } };
};

/** Services that cannot be asked, and what is said of them. */
const broken = {
  'html-200': [() => ({ body: '<html>Sign in</html>' }), /^UPSTREAM_/],
  'empty-object': [() => ({ body: {} }), /^UPSTREAM_/],
  'value-null': [() => ({ body: { value: null } }), /^UPSTREAM_/],
  'value-object': [() => ({ body: { value: {} } }), /^UPSTREAM_/],
  'error-in-200': [() => ({ body: { error: { code: 'generalException', message: 'no' } } }), /^UPSTREAM_/],
  'array-bare': [() => ({ body: [] }), /^UPSTREAM_/],
  'no-content': [() => ({ status: 204, body: '' }), /^UPSTREAM_/],
  redirect: [() => ({ status: 302, headers: { location: '/login' }, body: '' }), /^UPSTREAM_/],
  'html-404': [() => ({ status: 404, body: '<html>Not Found</html>' }), /^UPSTREAM_/],
  'forbidden-html': [() => ({ status: 403, body: '<html>Forbidden</html>' }), /^UPSTREAM_/],
  forbidden: [() => reply(403, 'Forbidden'), /^UPSTREAM_/],
  unauthorized: [() => reply(401, 'InvalidAuthenticationToken'), /^(UPSTREAM_|TENANT_)/],
  gone: [() => reply(410, 'Gone'), /^UPSTREAM_/],
  conflict: [() => reply(409, 'Conflict'), 'CONFLICT'],
  teapot: [() => reply(418, 'Teapot'), /^UPSTREAM_/],
  unavailable: [() => ({ ...reply(503, 'serviceNotAvailable'), headers: { 'retry-after': '300' } }), /^UPSTREAM_/],
  throttled: [() => ({ ...reply(429, 'TooManyRequests'), headers: { 'retry-after': '300' } }), 'UPSTREAM_THROTTLED'],
  bad: [() => reply(400, 'BadRequest'), /^(UPSTREAM_)/],
  hangs: [() => ({ delayMs: 5000 }), /^UPSTREAM_/],
} as const satisfies Record<string, readonly [Handler, string | RegExp]>;
type Broken = keyof typeof broken;
const names: readonly Broken[] = Object.keys(broken).filter((name): name is Broken => name in broken);

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate({ ...Object.fromEntries(names.map((name) => [name, broken[name][0]])), good }, [
    [['limits', 'upstreamTimeoutMs'], 1500],
  ]);
});
afterAll(() => estate.stop());

type Data = Readonly<
  Record<
    string,
    { readonly nodes: readonly unknown[]; readonly failures?: readonly { readonly code: string }[] } | null
  >
>;
const codeOf = (name: Broken) => {
  const [, code] = broken[name];
  return typeof code === 'string' ? code : expect.stringMatching(code);
};
const ask = (query: string) => estate.ask<Data>(query);

const lists = [
  'incidents',
  'alerts',
  'machines',
  'machineActions',
  'vulnerabilities',
  'software',
  'recommendations',
] as const;

describe.each(names)('R1: %s', (tenant) => {
  test.each(lists)('%s alone is an error; with `failures` a row', async (list) => {
    const bare = await ask(`{ ${list}(tenants: ["${tenant}"]) { nodes { id } } }`);
    expect(bare.data).toEqual({ [list]: null });
    expect(bare.errors).toMatchObject([{ path: [list], extensions: { code: codeOf(tenant), tenant } }]);
    const told = await ask(`{ ${list}(tenants: ["${tenant}"]) { nodes { id } failures { code } } }`);
    expect(told.data[list]).toEqual({ nodes: [], failures: [{ code: codeOf(tenant) }] });
    expect(told.errors).toEqual([]);
  });

  test('beside one that answers, by an alias, in a fragment', async () => {
    const { data, errors } = await ask(
      `query { mine: incidents(tenants: ["good", "${tenant}"]) { ...Page } told: incidents(tenants: ["good", "${tenant}"]) { ...Told } }
       fragment Page on IncidentConnection { nodes { id } }
       fragment Told on IncidentConnection { ... on IncidentConnection { nodes { id } whoFailed: failures { code } } }`,
    );
    expect(data.mine?.nodes).toHaveLength(5);
    expect(errors).toMatchObject([{ path: ['mine'], extensions: { code: codeOf(tenant), tenant } }]);
    expect(data.told).toMatchObject({ nodes: expect.any(Array), whoFailed: [{ code: codeOf(tenant) }] });
  });

  test.each(['@skip(if: true)', '@include(if: false)', '@include(if: $no)'])(
    '`failures %s` is not asked for',
    async (directive) => {
      const variable = directive.includes('$no') ? '($no: Boolean = false)' : '';
      const { data, errors } = await ask(
        `query ${variable} { machines(tenants: ["good", "${tenant}"]) { nodes { id } failures ${directive} { code } } }`,
      );
      expect(data.machines?.nodes).toHaveLength(5);
      expect(errors).toMatchObject([{ path: ['machines'], extensions: { code: codeOf(tenant), tenant } }]);
    },
  );

  test('only `pageInfo` or `truncated` asked for', async () => {
    const { errors } = await ask(`{ machines(tenants: ["good", "${tenant}"]) { pageInfo { hasNextPage } truncated } }`);
    expect(errors).toMatchObject([{ path: ['machines'], extensions: { code: codeOf(tenant), tenant } }]);
  });

  test('an order, a filter, a look-up and a machine’s edges', async () => {
    const ordered = await ask(
      `{ machines(tenants: ["${tenant}"], orderBy: { field: RISK_SCORE, direction: DESC }) { nodes { id } } }`,
    );
    expect(ordered.data.machines).toBeNull();
    const filtered = await ask(
      `{ alerts(tenants: ["${tenant}"], filter: { incidentId: "4", titleContains: "x" }) { nodes { id } } }`,
    );
    expect(filtered.data.alerts).toBeNull();
    const byMachine = await ask(
      `{ alerts(tenants: ["${tenant}"], filter: { machineId: "${hex(1)}" }) { nodes { id } } }`,
    );
    expect(byMachine.data.alerts).toBeNull();
    const byName = await ask(`{ alerts(tenants: ["${tenant}"], filter: { machineId: "fin-01" }) { nodes { id } } }`);
    expect(byName.data.alerts).toBeNull();
    const one = await ask(`{ machine(tenant: "${tenant}", machineId: "${hex(1)}") { machineId } }`);
    expect(one.errors).toHaveLength(1);
    expect(one.errors[0]?.extensions.code).not.toBe('NOT_FOUND');
    const incident = await ask(`{ incident(tenant: "${tenant}", incidentId: "7") { incidentId } }`);
    expect(incident.errors).toHaveLength(1);
    expect(incident.errors[0]?.extensions.code).not.toBe('NOT_FOUND');
  });
});

test('R1: all fail, each in its own way: one error that names each', async () => {
  const different: readonly Broken[] = ['html-404', 'forbidden', 'throttled', 'hangs', 'bad'];
  const { data, errors } = await ask(`{ machines(tenants: ${JSON.stringify(different)}) { nodes { id } } }`);
  expect(data.machines).toBeNull();
  expect(errors).toHaveLength(1);
  for (const name of different) expect(errors[0]?.message + String(errors[0]?.extensions.tenant)).toContain(name);
});

test('R1: a GET query and a batch are told the same', async () => {
  const query = '{ machines(tenants: ["good", "forbidden"]) { nodes { id } } }';
  const got = await (
    await fetch(`${estate.gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'application/json', 'apollo-require-preflight': '1' },
    })
  ).json();
  expect(got).toMatchObject({ errors: [{ path: ['machines'] }] });
  const batch = await fetch(`${estate.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ query }, { query: '{ machines(tenants: ["good"]) { nodes { id } } }' }]),
  });
  expect(await batch.json()).toMatchObject([{ errors: [{ path: ['machines'] }] }, { data: { machines: {} } }]);
});
