import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        simTenant('alpha', { scale: 0.2 }),
        simTenant('beta', { scale: 0.3, permissions: { graph: [] } }),
        simTenant('gamma', { scale: 0.1, permissions: { graph: [], m365d: [] } }),
        simTenant('locked', { scale: 0.1, permissions: { graph: [], m365d: [], mde: [] } }),
      ],
      enforceQuotas: false,
    },
  });
});

afterAll(() => running.stop());

interface Hunt {
  readonly hunt: {
    readonly columns: readonly { readonly name: string; readonly type: string }[];
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly rowCount: number;
    readonly truncated: boolean;
    readonly truncationReason: string | null;
    readonly tenants: readonly {
      readonly tenant: { readonly name: string };
      readonly status: string;
      readonly source: string | null;
      readonly rowCount: number;
      readonly error: { readonly code: string } | null;
    }[];
  };
}

const hunt = (input: Readonly<Record<string, unknown>>) =>
  running.ask<Hunt>(
    `query ($input: HuntInput!) {
      hunt(input: $input) {
        columns { name type } rows rowCount truncated truncationReason
        tenants { tenant { name } status source rowCount error { code } }
      }
    }`,
    { input },
  );

const query = 'DeviceInfo | distinct DeviceId, DeviceName | order by DeviceName asc';

test('R8: one tenant: columns and rows as Microsoft gives them, behind the tenant as over many', async () => {
  const { data, errors } = await hunt({ query, tenants: ['alpha'] });
  expect(errors).toEqual([]);
  expect(data.hunt.columns.map(({ name }) => name)).toEqual(['TenantName', 'DeviceId', 'DeviceName']);
  expect(Object.keys(data.hunt.rows[0] ?? {}).sort()).toEqual(['DeviceId', 'DeviceName', 'TenantName']);
  expect(new Set(data.hunt.rows.map(({ TenantName }) => TenantName))).toEqual(new Set(['alpha']));
  expect(data.hunt.rowCount).toBe(data.hunt.rows.length);
});

test('R8: a query’s own TenantName does not pass for the tenant, and is kept', async () => {
  const own = "DeviceInfo | take 1 | project DeviceId, TenantName = 'mine', TenantName1 = 'too'";
  for (const tenants of [['alpha'], ['alpha', 'beta']]) {
    const { data, errors } = await hunt({ query: own, tenants });
    expect(errors).toEqual([]);
    expect(data.hunt.columns.map(({ name }) => name)).toEqual(['TenantName', 'DeviceId', 'TenantName2', 'TenantName1']);
    expect(data.hunt.rows).toMatchObject(
      tenants.map((TenantName) => ({ TenantName, TenantName2: 'mine', TenantName1: 'too' })),
    );
  }
});

test('several tenants through different APIs: one table that says whose each row is; one that fails is told', async () => {
  const { data, errors } = await hunt({ query });
  expect(errors).toEqual([]);
  expect(data.hunt.columns.map(({ name }) => name)).toEqual(['TenantName', 'DeviceId', 'DeviceName']);
  expect(
    data.hunt.tenants.map(({ tenant, status, source, error }) => [tenant.name, status, source, error?.code ?? null]),
  ).toEqual([
    ['alpha', 'SUCCEEDED', 'GRAPH', null],
    ['beta', 'SUCCEEDED', 'M365D', null],
    ['gamma', 'SUCCEEDED', 'MDE', null],
    ['locked', 'FAILED', null, 'MISSING_PERMISSION'],
  ]);
  for (const { tenant, rowCount } of data.hunt.tenants) {
    const rows = data.hunt.rows.filter(({ TenantName }) => TenantName === tenant.name);
    expect(rows).toHaveLength(rowCount);
    const known = new Set(running.simulator.world(tenant.name).machines.map(({ id }) => id));
    expect(rows.filter(({ DeviceId }) => !known.has(String(DeviceId)))).toEqual([]);
  }
});

test('more rows than asked for are cut, and the answer says so', async () => {
  const { data } = await hunt({ query, tenants: ['beta'], maxRows: 2 });
  expect(data.hunt.rows).toHaveLength(2);
  expect(data.hunt.truncated).toBe(true);
  expect(data.hunt.truncationReason).toMatch(/^beta: Only 2 of \d+ rows were kept \(maxRows\)$/);
});

test('a time span narrows what is hunted', async () => {
  const count = async (timespan: string) =>
    (await hunt({ query: 'DeviceProcessEvents | summarize Events = count()', tenants: ['alpha'], timespan })).data.hunt
      .rows[0]?.Events;
  expect(Number(await count('PT1H'))).toBeLessThan(Number(await count('P30D')));
});

test('when every tenant fails, the question fails', async () => {
  const { errors } = await hunt({ query, tenants: ['locked'] });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['MISSING_PERMISSION']);
});

const parameterCases: readonly {
  readonly kind: string;
  readonly where: string;
  readonly parameters: (
    machines: readonly { readonly id: string; readonly computerDnsName: string }[],
  ) => readonly object[];
  readonly expected: number;
}[] = [
  {
    kind: 'text',
    where: 'DeviceName =~ wanted',
    parameters: ([first]) => [{ name: 'wanted', string: first?.computerDnsName }],
    expected: 1,
  },
  {
    kind: 'a list of text',
    where: 'DeviceId in (wanted)',
    parameters: (machines) => [{ name: 'wanted', strings: machines.slice(0, 3).map(({ id }) => id) }],
    expected: 3,
  },
  {
    kind: 'text that tries to be more',
    where: 'DeviceName == wanted',
    parameters: () => [{ name: 'wanted', string: '" or true //' }],
    expected: 0,
  },
  {
    kind: 'a moment and a length of time',
    where: 'Timestamp between (start .. start + length)',
    parameters: () => [
      { name: 'start', datetime: '2000-01-01T00:00:00Z' },
      { name: 'length', timespan: 'P1D' },
    ],
    expected: 0,
  },
  {
    kind: 'a number and a Boolean',
    where: 'one == 1 and yes and DeviceId == "nobody"',
    parameters: () => [
      { name: 'one', number: 1 },
      { name: 'yes', boolean: true },
    ],
    expected: 0,
  },
];

test.each(parameterCases)(
  'a parameter is a value through every API: $kind',
  async ({ where, parameters, expected }) => {
    for (const tenant of ['alpha', 'beta', 'gamma']) {
      const { machines } = running.simulator.world(tenant);
      const { data, errors } = await hunt({
        query: `DeviceInfo | where ${where} | distinct DeviceId`,
        parameters: parameters(machines),
        tenants: [tenant],
      });
      expect(errors).toEqual([]);
      expect(data.hunt.rowCount).toBe(expected);
    }
  },
);
