import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const tenant = 'alpha';
const poor = 'poor';
const ofServers = 'the server team';
const dayMs = 86_400_000;
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      // Calls are counted: nothing is cut off or asked again.
      profile: 'mild',
      tenants: [
        simTenant(tenant),
        simTenant(poor, { scale: 0.1, permissions: { mde: ['Alert.Read.All'], m365d: [], graph: [] } }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'roles'], { servers: { permissions: ['machine:read'], machineGroups: ['Servers'] } }],
        [['access', 'apiKeys'], [keyRow(ofServers, { roles: ['servers'] })]],
      ]),
  });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
});
afterAll(() => running.stop());

interface Found {
  readonly machinesByIp: {
    readonly nodes: readonly { readonly machineId: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  } | null;
}

const find = (
  ip: string,
  at: string,
  { name = tenant, first = 50, after = null as string | null, headers = {} } = {},
) =>
  running.ask<Found>(
    `query ($ip: String!, $at: DateTime!, $after: String) { machinesByIp(tenant: "${name}", ip: $ip, at: $at, first: ${first}, after: $after) {
      nodes { machineId } pageInfo { hasNextPage endCursor } } }`,
    { ip, at, after },
    headers,
  );
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
const machines = () => running.simulator.world(tenant).machines;
const longest = () => {
  const [machine] = machines().toSorted((a, b) => (a.firstSeen < b.firstSeen ? -1 : 1));
  if (machine === undefined) throw new Error('The estate has no machine');
  return machine;
};

test('the machine that had the address then, with one call', async () => {
  const { id, lastIpAddress } = longest();
  running.simulator.calls.reset();
  const { data, errors } = await find(
    lastIpAddress,
    '2026-11-20T08:00:00.1234567+02:00'.replace('2026-11-20', ago(7 * dayMs).slice(0, 10)),
  );
  expect(errors).toEqual([]);
  expect(data.machinesByIp?.nodes).toContainEqual({ machineId: id });
  const calls = running.simulator.calls.list({ tenant, product: 'mde' });
  expect(calls.map(({ path }) => decodeURIComponent(path))).toEqual([
    expect.stringMatching(/findbyip\(ip='[\d.]+',timestamp=\d{4}-\d\d-\d\dT06:00:00Z\)$/),
  ]);
});

test('several machines behind one address come page by page', async () => {
  const [one, other] = machines();
  if (one === undefined || other === undefined) throw new Error('The estate has no machines');
  const had = other.lastIpAddress;
  Object.assign(other, { lastIpAddress: one.lastIpAddress });
  const at = ago(0);
  const found: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors }: Awaited<ReturnType<typeof find>> = await find(one.lastIpAddress, at, { first: 1, after });
    expect(errors).toEqual([]);
    found.push(...(data.machinesByIp?.nodes ?? []).map(({ machineId }) => machineId));
    if (data.machinesByIp?.pageInfo.hasNextPage !== true) break;
    after = data.machinesByIp.pageInfo.endCursor;
  }
  Object.assign(other, { lastIpAddress: had });
  expect(found.toSorted()).toEqual([one.id, other.id].toSorted());
});

test('an address that nobody had is an empty page', async () => {
  const { data, errors } = await find('203.0.113.9', ago(dayMs));
  expect(errors).toEqual([]);
  expect(data.machinesByIp?.nodes).toEqual([]);
});

test.each([
  ['the machine', longest, 1],
  ['nobody', () => ({ id: '', lastIpAddress: '203.0.113.9' }), 0],
])('where the service has no such search its older form finds %s', async (_what, wanted, count) => {
  const { id, lastIpAddress } = wanted();
  running.simulator.calls.reset();
  running.simulator.faults.add({ operation: 'findMachinesByIp', times: 1, effect: { kind: 'status', status: 404 } });
  const { data, errors } = await find(lastIpAddress, ago(dayMs));
  expect(errors).toEqual([]);
  expect(data.machinesByIp?.nodes).toEqual(count === 0 ? [] : [{ machineId: id }]);
  const calls = running.simulator.calls.list({ tenant, product: 'mde' });
  expect(calls.map(({ operation }) => operation)).toEqual(['findMachinesByIp', 'findMachineInfoByIp']);
});

test.each([
  ['fe80::1%eth0', 'fe80::1'],
  ['[2001:DB8:0::1]', '2001:db8::1'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
])('%s is asked for as %s, as everywhere else', async (given, asked) => {
  running.simulator.calls.reset();
  expect((await find(given, ago(0))).errors).toEqual([]);
  const [call] = running.simulator.calls.list({ tenant, product: 'mde' });
  expect(decodeURIComponent(call?.path ?? '')).toContain(`ip='${asked}'`);
});

test('who sees machines of one group finds these alone', async () => {
  const headers = keyHeader(ofServers);
  const hidden = machines().find(({ rbacGroupName }) => rbacGroupName !== 'Servers');
  const seen = machines().find(({ rbacGroupName }) => rbacGroupName === 'Servers');
  expect((await find(hidden?.lastIpAddress ?? '', ago(0), { headers })).data.machinesByIp?.nodes).toEqual([]);
  expect((await find(seen?.lastIpAddress ?? '', ago(0), { headers })).data.machinesByIp?.nodes).toContainEqual({
    machineId: seen?.id,
  });
});

describe('bad input asks nobody', () => {
  test.each([
    ['10.0.0.0/24', () => ago(0), 'ip'],
    ['10.0.0.256', () => ago(0), 'ip'],
    ['fe80::1%', () => ago(0), 'ip'],
    ["10.0.0.1',timestamp=", () => ago(0), 'ip'],
    ['', () => ago(0), 'ip'],
    ['10.0.0.1', () => ago(31 * dayMs), 'at'],
    ['10.0.0.1', () => ago(-dayMs), 'at'],
  ])('%s at %s: %s', async (ip, at, field) => {
    running.simulator.calls.reset();
    const { data, errors } = await find(ip, at());
    expect(data.machinesByIp).toBeNull();
    expect(errors.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([['BAD_USER_INPUT', field]]);
    expect(running.simulator.calls.count()).toBe(0);
  });

  test.each([
    [poor, 'MISSING_PERMISSION'],
    ['nobody', 'NOT_FOUND'],
  ])('the tenant %s is %s', async (name, code) => {
    const { errors } = await find('10.0.0.1', ago(0), { name });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  });
});
