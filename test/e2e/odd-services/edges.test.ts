import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asked, type Given, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(30);
});
afterAll(() => standIn.stop());

const machine = 'a'.repeat(40);
const scan = 'a00ab94f-0000-4000-8000-000000000001';
const list = (value: readonly unknown[]): Given => ({ body: { value } });
/** The rows of each path, at its beginning. */
const lists =
  (of: Readonly<Record<string, readonly unknown[]>>) =>
  ({ path, query }: Asked): Given =>
    list((of[path] ?? []).slice(Number(query.get('$skip') ?? 0)));

test('what signs in is in no `raw` of scans, whatever its case and place', async () => {
  const tenant = standIn.tenant(
    lists({
      '/api/DeviceAuthenticatedScanDefinitions': [
        {
          id: scan,
          ScanAuthenticationParams: { password: 'S1' },
          ScannerAuthParams: { community: 'S2' },
          nested: [{ Community_String: 'S3', deeper: { AUTHPASSWORD: 'S4', kept: 'shown' } }],
          scannerAgent: { id: `org_${machine}`, machineId: machine, secret: 'S5', credentials: { user: 'S6' } },
        },
      ],
      '/api/DeviceAuthenticatedScanAgents': [
        { id: `org_${machine}`, machineId: machine, apiToken: 'S7', inner: { snmpCommunity: 'S8' } },
      ],
    }),
  );
  const { data, text } = await tenant.ask<{ scanDefinitions: { nodes: unknown[] }; scanAgents: { nodes: unknown[] } }>(
    `query ($tenant: String!) { scanDefinitions(tenants: [$tenant]) { nodes { raw scannerAgent { raw } } }
      scanAgents(tenants: [$tenant]) { nodes { raw } } }`,
  );
  expect(data.scanDefinitions.nodes).toHaveLength(1);
  expect(data.scanAgents.nodes).toHaveLength(1);
  expect(text).toContain('shown');
  expect(text).not.toMatch(/S[1-8]"/);
});

test('R5: scan definitions and agents are found in any case of their id', async () => {
  const tenant = standIn.tenant(
    lists({
      '/api/DeviceAuthenticatedScanDefinitions': [{ id: scan.toUpperCase() }],
      '/api/DeviceAuthenticatedScanAgents': [{ id: `Org_${machine}`, machineId: machine }],
    }),
  );
  const { data } = await tenant.ask(
    `query ($tenant: String!) { scanDefinition(tenant: $tenant, scanDefinitionId: "${scan}") { scanDefinitionId }
      scanAgent(tenant: $tenant, scanAgentId: "org_${machine}") { scanAgentId } }`,
  );
  expect(data).toEqual({
    scanDefinition: { scanDefinitionId: scan.toUpperCase() },
    scanAgent: { scanAgentId: `Org_${machine}` },
  });
});

test('R5: a machine is found by its id in upper case, and is shown in its one spelling', async () => {
  const tenant = standIn.tenant(({ path }) => (path === `/api/machines/${machine}` ? { body: { id: machine } } : none));
  const id = Buffer.from(`Machine\n${tenant.name}\n${machine.toUpperCase()}`).toString('base64url');
  const { data, errors } = await tenant.ask(
    `query ($tenant: String!) { machine(tenant: $tenant, machineId: "${machine.toUpperCase()}") { machineId }
      node(id: "${id}") { ... on Machine { machineId } } }`,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({ machine: { machineId: machine }, node: { machineId: machine } });
});

test('runs of a scan are in the order of their times, whatever their zone and digits', async () => {
  const run = (LastScanned: string, ScanStatus: string) => ({ ScanDefinitionIds: scan, LastScanned, ScanStatus });
  const tenant = standIn.tenant(
    lists({
      '/api/DeviceAuthenticatedScanDefinitions': [{ id: scan }],
      '/api/DeviceAuthenticatedScanDefinitions/GetScanHistoryByScanDefinitionId': [
        run('2026-01-01T10:00:00Z', 'middle'),
        run('2026-01-01T10:00:00.5', 'newest'),
        run('2026-01-01T12:00:00+05:00', 'oldest'),
      ],
    }),
  );
  const { data } = await tenant.ask<{ scanDefinitions: { nodes: { runs: { nodes: { scanStatus: string }[] } }[] } }>(
    'query ($tenant: String!) { scanDefinitions(tenants: [$tenant]) { nodes { runs { nodes { scanStatus } } } } }',
  );
  expect(data.scanDefinitions.nodes[0]?.runs.nodes.map(({ scanStatus }) => scanStatus)).toEqual([
    'newest',
    'middle',
    'oldest',
  ]);
});

test('a file with an MD5 alone is told by itself, and the others are there', async () => {
  const sha1 = 'c'.repeat(40);
  const tenant = standIn.tenant(({ path }) =>
    path.endsWith('/files')
      ? list([{ md5: 'd'.repeat(32), sha1: null, sha256: null }, { sha1 }])
      : /\/alerts(_v2)?\//.test(path)
        ? { body: { id: 'da1_1', title: 't' } }
        : { status: 404, body: { error: { code: 'NotFound', message: 'none' } } },
  );
  const { data, errors } = await tenant.ask(
    'query ($tenant: String!) { alert(tenant: $tenant, alertId: "da1_1") { relatedFiles { hash } } }',
  );
  expect(data).toEqual({ alert: { relatedFiles: [null, { hash: sha1 }] } });
  expect(errors).toMatchObject([
    {
      path: ['alert', 'relatedFiles', 0],
      message: expect.stringMatching(/MD5/),
      extensions: { code: 'UPSTREAM_REJECTED' },
    },
  ]);
});

test('of two states of an antivirus the newest counts, alone, in the list and for a page of machines', async () => {
  const other = 'b'.repeat(40);
  const state = (machineId: string, day: number, avMode: string) => ({
    id: `${machineId}${day}`,
    machineId,
    avMode,
    dataRefreshTimestamp: `2026-01-0${day}T00:00:00Z`,
  });
  const states = [state(machine, 1, '0'), state(machine, 3, '1'), state(machine, 2, '0'), state(other, 1, '0')];
  const tenant = standIn.tenant(({ path, query }) => {
    const rows: readonly { readonly id: string; readonly machineId?: string }[] =
      path === '/api/deviceavinfo' ? states : path === '/api/machines' ? [machine, other].map((id) => ({ id })) : [];
    const filter = query.get('$filter');
    const found = rows.filter(
      (row) => filter === null || (row.machineId !== undefined && filter.includes(row.machineId)),
    );
    return list(found.slice(Number(query.get('$skip') ?? 0)));
  });
  const { data } = await tenant.ask(
    `query ($tenant: String!) {
      machineAntivirusHealth(tenant: $tenant, machineId: "${machine}") { avInfoId }
      antivirusHealth(tenants: [$tenant]) { nodes { avInfoId } }
      machines(tenants: [$tenant]) { nodes { antivirusHealth { avInfoId } } }
    }`,
  );
  const [newest, others] = [{ avInfoId: `${machine}3` }, { avInfoId: `${other}1` }];
  expect(data).toEqual({
    machineAntivirusHealth: newest,
    antivirusHealth: { nodes: [newest, others] },
    machines: { nodes: [{ antivirusHealth: newest }, { antivirusHealth: others }] },
  });
});

test('R8: a count beyond 2^31 is an answer', async () => {
  const count = 3_000_000_000;
  const row = { id: 'a1', severity: 'high', status: 'new', createdDateTime: '2026-01-01T00:00:00Z' };
  const answer = (url: string) => {
    const none = /2000-01-01/.test(url);
    const link = 'https://graph.microsoft.com/v1.0/security/alerts_v2?$skiptoken=1';
    return { '@odata.count': none ? 0 : count, value: none ? [] : [row], ...(none ? {} : { '@odata.nextLink': link }) };
  };
  const tenant = standIn.tenant(({ path, body }) => {
    if (!path.endsWith('/$batch')) return { body: answer('') };
    const { requests }: { requests: { id: string; url: string }[] } = JSON.parse(body);
    return {
      body: { responses: requests.map(({ id, url }) => ({ id, status: 200, body: answer(decodeURIComponent(url)) })) },
    };
  });
  const { data, errors } = await tenant.ask(
    'query ($tenant: String!) { alertCounts(tenants: [$tenant], by: TENANT) { rows { count } total tenants { total } } }',
  );
  expect({ data, errors }).toEqual({
    data: { alertCounts: { rows: [{ count }], total: count, tenants: [{ total: count }] } },
    errors: [],
  });
});

test('R1: rows below a row that cannot be read are told to who does not ask whether these are all', async () => {
  const tenant = standIn.tenant(lists({ '/api/users/jdoe/machines': [{ id: machine }, { id: null }, null] }));
  const ask = (fields: string) =>
    tenant.ask<{ user: { machines: unknown } }>(
      `query ($tenant: String!) { user(tenant: $tenant, name: "jdoe") { machines { ${fields} } } }`,
    );
  const { data, errors } = await ask('nodes { machineId }');
  expect(data.user.machines).toEqual({ nodes: [{ machineId: machine }] });
  expect(errors).toMatchObject([
    { path: ['user', 'machines'], message: expect.stringContaining('2 rows'), extensions: { tenant: tenant.name } },
  ]);
  const asked = await ask('nodes { machineId } truncated');
  expect([asked.data.user.machines, asked.errors]).toMatchObject([{ truncated: true }, []]);
});

test('what is listed below a row and not found by its id is told, and is not in the count', async () => {
  const [found, missing] = ['CVE-2026-10001', 'CVE-2026-10002'];
  const tenant = standIn.tenant(({ path, query }) => {
    if (path === `/api/machines/${machine}`) return { body: { id: machine } };
    if (path === `/api/machines/${machine}/vulnerabilities`) return list([{ id: found }, { id: missing }]);
    if (path === '/api/vulnerabilities') return list(query.has('$skip') ? [] : [{ id: found }]);
    return path.endsWith(found) ? { body: { id: found } } : none;
  });
  const { data, errors } = await tenant.ask(
    `query ($tenant: String!) {
      machine(tenant: $tenant, machineId: "${machine}") { vulnerabilities { nodes { cveId } totalCount } }
    }`,
  );
  expect(data).toEqual({ machine: { vulnerabilities: { nodes: [{ cveId: found }], totalCount: null } } });
  expect(errors).toMatchObject([
    { path: ['machine', 'vulnerabilities'], message: '1 that is named here is not found by id: left out' },
  ]);
});

const cve = 'CVE-2026-10001';
const joined = (of: { readonly cveId?: string }): Given =>
  list([
    {
      id: `${machine}-_-${cve}-_-x-_-y-_-1-_-`,
      machineId: machine.toUpperCase(),
      productVendor: 'x',
      productName: 'y',
      ...of,
    },
  ]);
const joins = `vulnerability(tenant: $tenant, cveId: "${cve}") {
  cveId
  machines { nodes { machineId } truncated }
  software { nodes { softwareId } truncated truncationReason }
}`;

test('R5: a CVE is one whatever the case in which rows name it and its machines', async () => {
  const asked: string[] = [];
  const tenant = standIn.tenant(({ path, query }) => {
    const filter = query.get('$filter') ?? '';
    asked.push(`${path} ${filter}`);
    if (path === `/api/vulnerabilities/${cve}`) return { body: { id: cve.toLowerCase() } };
    if (path === `/api/vulnerabilities/${cve}/machineReferences`) return list([{ id: machine.toUpperCase() }]);
    if (path === '/api/vulnerabilities/machinesVulnerabilities')
      return filter.includes(cve) && !query.has('$skip') ? joined({ cveId: cve.toLowerCase() }) : list([]);
    return path === `/api/machines/${machine}` ? { body: { id: machine.toUpperCase() } } : none;
  });
  const { data, errors } = await tenant.ask(`query ($tenant: String!) { ${joins} }`);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    vulnerability: {
      cveId: cve,
      machines: { nodes: [{ machineId: machine }], truncated: false },
      software: { nodes: [{ softwareId: 'x-_-y' }], truncated: false, truncationReason: null },
    },
  });
  expect(asked.filter((each) => each.includes('cve-') || each.includes('AAAA'))).toEqual([]);
});

test('rows that do not say whose they are, though they were asked for by that, are told', async () => {
  const tenant = standIn.tenant(({ path, query }) => {
    if (path === `/api/vulnerabilities/${cve}`) return { body: { id: cve } };
    if (path === '/api/vulnerabilities/machinesVulnerabilities') return query.has('$skip') ? list([]) : joined({});
    return path.endsWith('/machineReferences') ? list([]) : none;
  });
  const { data } = await tenant.ask(`query ($tenant: String!) { ${joins} }`);
  expect(data).toMatchObject({
    vulnerability: {
      software: { nodes: [], truncated: true, truncationReason: '1 rows came without their cveId: left out' },
    },
  });
});

test.each(['tcp/ip', 'c\\+\\+', '100%', 'a%2fb', 'what?', 'c#', 'b & c;d=e', '\u65e5\u672c'])(
  'a product called %s is found by the id that its list shows, alone and among others, with what belongs to it',
  async (product) => {
    const [id, other] = [`acme-_-${product}`, 'acme-_-other'];
    const tenant = standIn.tenant(({ path, query }) => {
      const [, , ...parts] = path.split('/').map(decodeURIComponent);
      if (path === '/api/Software') return list(query.has('$skip') ? [] : [{ id }, { id: other }]);
      if (parts[0] !== 'Software' || parts[1] !== id) return none;
      return parts[2] === undefined ? { body: { id } } : list([{ version: '1.0' }]);
    });
    const { data, errors } = await tenant.ask(
      `query ($tenant: String!, $id: ID!, $ids: [ID!]!) {
        one: softwareProduct(tenant: $tenant, softwareId: $id) { softwareId versions { version } }
        many: software(tenants: [$tenant], filter: { softwareId: $ids }) { nodes { softwareId } failures { code } }
      }`,
      { id, ids: [id, other] },
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      one: { softwareId: id, versions: [{ version: '1.0' }] },
      many: { nodes: [{ softwareId: id }, { softwareId: other }], failures: [] },
    });
  },
);
