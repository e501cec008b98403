import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** Rows of a hunt lead to the machines, alerts and users that they name. */

const alpha = 'alpha';
const beta = 'beta';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: [simTenant(alpha, { scale: 0.3 }), simTenant(beta, { scale: 0.2, cloud: 'gcc-high' })],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [
          ['access', 'roles'],
          { hunts: ['hunt:raw'], servers: { permissions: ['machine:read'], machineGroups: ['Servers'] } },
        ],
        [
          ['access', 'apiKeys'],
          [
            keyRow('hunts alone', { roles: ['hunts'] }),
            keyRow('hunts, and sees servers', { roles: ['hunts', 'servers'] }),
          ],
        ],
      ]),
  });
  await running.ask('{ tenants { capabilities { available } } }');
});
afterAll(() => running.stop());

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly totalCount: number | null;
  readonly truncated: boolean;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Answer {
  readonly hunt: {
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly tenants: readonly {
      readonly tenant: { readonly name: string };
      readonly machines: Page | null;
      readonly alerts: Page | null;
      readonly users: Page | null;
    }[];
  };
}

const page = 'totalCount truncated pageInfo { hasNextPage endCursor }';
const fields = {
  machines: `{ nodes { id: machineId } ${page} }`,
  alerts: `{ nodes { id: alertId } ${page} }`,
  users: `{ nodes { id: name } ${page} }`,
} as const;

const hunt = (query: string, asked: string, headers: Readonly<Record<string, string>> = {}, tenants = [alpha, beta]) =>
  running.ask<Answer>(
    `query ($query: String!, $tenants: [String!]) {
      hunt(input: { query: $query, tenants: $tenants }) { rows tenants { tenant { name } ${asked} } }
    }`,
    { query, tenants },
    headers,
  );

const distinct = (rows: Answer['hunt']['rows'], tenant: string, column: string): readonly unknown[] => [
  ...new Set(rows.filter(({ TenantName }) => TenantName === tenant).map((row) => row[column])),
];

test('the machines of each tenant, each once, in the order of the rows, in one call for many', async () => {
  running.simulator.calls.reset();
  const { data, errors } = await hunt(
    'DeviceProcessEvents | summarize Events = count() by DeviceId | order by DeviceId asc | take 20',
    `machines ${fields.machines}`,
  );
  expect(errors).toEqual([]);
  for (const { tenant, machines } of data.hunt.tenants) {
    const named = distinct(data.hunt.rows, tenant.name, 'DeviceId');
    expect(named.length).toBeGreaterThan(5);
    expect(machines?.nodes.map(({ id }) => id)).toEqual(named);
    expect(machines).toMatchObject({ totalCount: named.length, truncated: false });
  }
  expect(running.simulator.calls.list().length).toBeLessThanOrEqual(6);
});

test('alerts and users, by the column that is named; users of one name are one', async () => {
  const { data, errors } = await hunt(
    'AlertEvidence | where isnotempty(AccountName) | project Id = AlertId, Who = strcat("CONTOSO\\\\", AccountName)',
    `alerts(column: "Id", first: 200) ${fields.alerts} users(column: "Who", first: 200) ${fields.users}`,
    {},
    [alpha],
  );
  expect(errors).toEqual([]);
  const [answer] = data.hunt.tenants;
  expect(answer?.alerts?.nodes.map(({ id }) => id)).toEqual(distinct(data.hunt.rows, alpha, 'Id'));
  const who = distinct(data.hunt.rows, alpha, 'Who').map((name) => String(name).split('\\')[1]);
  expect(answer?.users?.nodes.map(({ id }) => id)).toEqual(who);
});

test('what is no id, and what is not there, is left out, and the latter is told', async () => {
  const { data } = await hunt(
    `print DeviceId = dynamic(["", "x y", "${'0'.repeat(40)}"]) | mv-expand DeviceId to typeof(string)`,
    `machines ${fields.machines}`,
    {},
    [alpha],
  );
  expect(data.hunt.tenants[0]?.machines).toMatchObject({ nodes: [], truncated: true, totalCount: null });
});

test('in pages', async () => {
  const query = 'DeviceInfo | distinct DeviceId | order by DeviceId asc';
  const seen: string[] = [];
  for (let after: string | null = null; ; ) {
    const given: string = after === null ? '' : `, after: "${after}"`;
    const { data } = await hunt(query, `machines(first: 4${given}) ${fields.machines}`, {}, [alpha]);
    const machines = data.hunt.tenants[0]?.machines;
    seen.push(...(machines?.nodes.map(({ id }) => id) ?? []));
    if (machines?.pageInfo.hasNextPage !== true) break;
    after = machines.pageInfo.endCursor;
  }
  const { data } = await hunt(query, '__typename', {}, [alpha]);
  expect(seen).toEqual(distinct(data.hunt.rows, alpha, 'DeviceId'));
});

test('a column that the rows have not is BAD_USER_INPUT, and the rows are there', async () => {
  const { data, errors } = await hunt('DeviceInfo | project DeviceName | take 1', `machines ${fields.machines}`, {}, [
    alpha,
  ]);
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', field: 'column' }, path: ['hunt', 'tenants', 0, 'machines'] },
  ]);
  expect(data.hunt.rows).toHaveLength(1);
});

test('too many rows are not looked into', async () => {
  const { errors } = await running.ask(
    `{ hunt(input: { query: "range i from 1 to 10001 step 1 | extend DeviceId = ''", tenants: ["${alpha}"], maxRows: 20000 }) {
      rowCount tenants { machines { nodes { machineId } } } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }]);
});

test('who may hunt alone is shown no machine, and who sees some machines those alone', async () => {
  const query = 'DeviceInfo | distinct DeviceId';
  const alone = await hunt(query, `machines ${fields.machines}`, keyHeader('hunts alone'), [alpha]);
  expect(alone.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  const some = await hunt(query, `machines(first: 200) ${fields.machines}`, keyHeader('hunts, and sees servers'), [
    alpha,
  ]);
  expect(some.errors).toEqual([]);
  const servers = running.simulator.world(alpha).machines.filter(({ rbacGroupName }) => rbacGroupName === 'Servers');
  const named = distinct(some.data.hunt.rows, alpha, 'DeviceId');
  const wanted = servers.map(({ id }) => id).filter((id) => named.includes(id));
  const machines = some.data.hunt.tenants[0]?.machines;
  expect(machines?.nodes.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
  expect(machines?.totalCount).toBe(wanted.length);
});
