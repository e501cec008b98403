import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/loaders/global-id.ts';
import { antivirusOf } from '../../src/simulator/mde/device-health.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const tenant = 'alpha';
const poor = 'poor';
const ofServers = 'the server team';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    // It counts calls: pages hold what they are asked for, and nothing is asked again.
    simulator: {
      oddities: { shortPages: null, truncatedJson: false, repeatsAtBorder: false, inList: 'answered' },
      tenants: [
        simTenant(tenant, { scale: 2 }),
        simTenant(poor, { scale: 0.1, permissions: { mde: ['Alert.Read.All'], m365d: [], graph: [] } }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['limits'], { requestsPerMinute: 0, upstreamCalls: 1000, cost: 100_000 }],
        [['access', 'roles'], { servers: { permissions: ['machine:read'], machineGroups: ['Servers'] } }],
        [['access', 'apiKeys'], [keyRow(ofServers, { roles: ['servers'] })]],
      ]),
  });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
});
afterAll(() => running.stop());

type Health = ReturnType<typeof antivirusOf>[number];
const all = (): readonly Health[] => antivirusOf(running.simulator.world(tenant));
const idsOf = (some: readonly Health[]): string[] => some.map(({ machine }) => machine.id).toSorted();
const one = (): Health => {
  const [health] = all();
  if (health === undefined) throw new Error('The estate has no antivirus');
  return health;
};
const calls = () => running.simulator.calls.list({ operation: 'listDeviceAvInfo', tenant });

interface Node {
  readonly [field: string]: unknown;
}
interface Page {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  readonly failures: readonly { readonly code: string; readonly missingPermissions: readonly string[] }[];
}

test.each([7, 100])(
  'pages of %i hold every state once, though Microsoft gives twenty unless asked for more',
  async (first) => {
    expect(all().length).toBeGreaterThan(20);
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const { data, errors }: { data: { list: Page }; errors: readonly unknown[] } = await running.ask(
        `query ($after: String) { list: antivirusHealth(tenants: ["${tenant}"], first: ${first}, after: $after) {
        nodes { machineId } pageInfo { hasNextPage endCursor } failures { code missingPermissions } } }`,
        { after },
      );
      expect(errors).toEqual([]);
      found.push(...data.list.nodes.map(({ machineId }) => String(machineId)));
      if (!data.list.pageInfo.hasNextPage) break;
      after = data.list.pageInfo.endCursor;
    }
    expect(found.toSorted()).toEqual(idsOf(all()));
  },
);

test('a hundred machines cost three calls, and one more for those that have no antivirus', async () => {
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{ machines: Page }>(
    `{ machines(tenants: ["${tenant}"], first: 100) { nodes { machineId antivirusHealth { machineId avMode } } } }`,
  );
  expect(errors).toEqual([]);
  const known = new Set(idsOf(all()));
  const { nodes } = data.machines;
  expect(nodes.length).toBeGreaterThan(90);
  expect(nodes.filter(({ antivirusHealth }) => antivirusHealth !== null).length).toBeGreaterThan(50);
  for (const { machineId, antivirusHealth } of nodes)
    expect(antivirusHealth).toEqual(known.has(String(machineId)) ? { machineId, avMode: expect.any(String) } : null);
  expect(calls().length).toBeLessThanOrEqual(4);
});

test('machines of which none has an antivirus are told so without a call each', async () => {
  const known = new Set(idsOf(all()));
  const without = running.simulator
    .world(tenant)
    .machines.map(({ id }) => id)
    .filter((id) => !known.has(id));
  expect(without.length).toBeGreaterThan(3);
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{ machines: Page }>(
    `query ($ids: [ID!]) { machines(tenants: ["${tenant}"], first: 100, filter: { machineId: $ids }) { nodes { antivirusHealth { machineId } } } }`,
    { ids: without.slice(0, 20) },
  );
  expect(errors).toEqual([]);
  expect(data.machines.nodes.filter(({ antivirusHealth }) => antivirusHealth !== null)).toEqual([]);
  expect(calls().length).toBeLessThanOrEqual(3);
});

describe('a filter keeps what it says, and Microsoft is asked for it alone where it can be', () => {
  test.each<readonly [filter: () => string, keeps: (health: Health) => boolean, pushed: string]>([
    [() => `machineId: ["${one().machine.id.toUpperCase()}"]`, ({ id }) => id === one().id, 'machineId eq'],
    [() => `computerDnsName: "${one().machine.computerDnsName.toUpperCase()}"`, ({ id }) => id === one().id, ''],
    [() => 'osKind: [MAC, LINUX]', ({ osKind }) => osKind !== 'windows', "osKind eq 'mac'"],
    [() => 'osPlatform: ["windows11"]', ({ machine }) => machine.osPlatform === 'Windows11', ''],
    [() => `osVersion: ["${one().osVersion}"]`, ({ osVersion }) => osVersion === one().osVersion, 'osVersion eq'],
    [() => 'avMode: [DISABLED]', ({ avMode }) => avMode === '2', "avMode eq '2'"],
    [() => 'avMode: [OTHER, EDR_BLOCKED]', ({ avMode }) => ['', '3', '4'].includes(avMode), ''],
    [
      () => 'avEngineVersion: ["1.1.25060.6"]',
      ({ avEngineVersion }) => avEngineVersion === '1.1.25060.6',
      'avEngineVersion eq',
    ],
    [
      () => 'avPlatformVersion: ["4.18.25080.5"]',
      ({ avPlatformVersion }) => avPlatformVersion === '4.18.25080.5',
      'avPlatformVersion eq',
    ],
    [
      () => `avSignatureVersion: ["${one().avSignatureVersion}"]`,
      (health) => health.avSignatureVersion === one().avSignatureVersion,
      'avSignatureVersion eq',
    ],
    [
      () => 'quickScanResult: [FAILED]',
      ({ quickScanResult }) => quickScanResult === 'Failed',
      "quickScanResult eq 'Failed'",
    ],
    [() => 'quickScanError: ["0X80508023"]', ({ quickScanError }) => quickScanError !== null, ''],
    [() => 'fullScanResult: [UNKNOWN]', ({ fullScanResult }) => fullScanResult === '', ''],
    [() => 'fullScanError: ["0x8050800c"]', ({ fullScanError }) => fullScanError !== null, ''],
    [
      () => 'avIsSignatureUpToDate: [OUT_OF_DATE]',
      (health) => health.avIsSignatureUpToDate === 'False',
      "avIsSignatureUpToDate eq 'False'",
    ],
    [
      () => 'avIsEngineUpToDate: [UP_TO_DATE]',
      (health) => health.avIsEngineUpToDate === 'True',
      "avIsEngineUpToDate eq 'True'",
    ],
    [() => 'avIsPlatformUpToDate: [UNKNOWN]', (health) => health.avIsPlatformUpToDate === 'Unknown', ''],
    [
      () => `rbacGroupId: "${one().machine.rbacGroupId}"`,
      ({ machine }) => machine.rbacGroupId === one().machine.rbacGroupId,
      'rbacGroupId eq',
    ],
  ])('%s', async (filter, keeps, pushed) => {
    running.simulator.calls.reset();
    const { data, errors } = await running.ask<{ list: Page }>(
      `{ list: antivirusHealth(tenants: ["${tenant}"], first: 200, filter: { ${filter()} }) { nodes { machineId } failures { code missingPermissions } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.list.failures).toEqual([]);
    const kept = all().filter(keeps);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(all().length);
    expect(data.list.nodes.map(({ machineId }) => machineId).toSorted()).toEqual(idsOf(kept));
    expect(decodeURIComponent(calls()[0]?.path ?? '').replaceAll('+', ' ')).toContain(pushed);
  });

  test.each([
    ['machineId: ["workstation-1"]', 'filter.machineId'],
    ['machineId: []', 'filter.machineId'],
    ['rbacGroupId: "Servers"', 'filter.rbacGroupId'],
    ['avSignatureVersion: [""]', 'filter.avSignatureVersion'],
  ])('%s is BAD_USER_INPUT and asks nobody', async (filter, field) => {
    running.simulator.calls.reset();
    const { errors } = await running.ask(`{ antivirusHealth(filter: { ${filter} }) { nodes { machineId } } }`);
    expect(errors.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([['BAD_USER_INPUT', field]]);
    expect(running.simulator.calls.count()).toBe(0);
  });
});

describe('one', () => {
  const look = (id: string, name = tenant) =>
    `{ found: machineAntivirusHealth(tenant: "${name}", machineId: "${id}") { machineId machine { machineId } } }`;

  test('is found by its machine and by its global id', async () => {
    const machineId = one().machine.id;
    const { data } = await running.ask<{ found: Node }>(look(machineId.toUpperCase()));
    expect(data.found).toEqual({ machineId, machine: { machineId } });
    const answer = await running.ask<{ node: Node }>(
      'query ($id: ID!) { node(id: $id) { __typename ... on AntivirusHealth { machineId } } }',
      { id: encodeGlobalId({ type: 'AntivirusHealth', tenant, id: machineId }) },
    );
    expect(answer.data.node).toEqual({ __typename: 'AntivirusHealth', machineId });
  });

  test.each([
    ['0'.repeat(40), tenant, 'NOT_FOUND'],
    ['0'.repeat(40), 'nobody', 'NOT_FOUND'],
    ['workstation-1.alpha.com', tenant, 'BAD_USER_INPUT'],
    ['0'.repeat(40), poor, 'MISSING_PERMISSION'],
  ])('%s of %s is %s', async (id, name, code) => {
    const { data, errors } = await running.ask<{ found: null }>(look(id, name));
    expect(data).toEqual({ found: null });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  });
});

test('who sees machines of one group sees the antivirus of these alone', async () => {
  const { data, errors } = await running.ask<{ list: Page }>(
    `{ list: antivirusHealth(tenants: ["${tenant}"], first: 200) { nodes { machineId } } }`,
    {},
    keyHeader(ofServers),
  );
  expect(errors).toEqual([]);
  const seen = all().filter(({ machine }) => machine.rbacGroupName === 'Servers');
  expect(seen.length).toBeGreaterThan(0);
  expect(data.list.nodes.map(({ machineId }) => machineId).toSorted()).toEqual(idsOf(seen));
  const other = all().find(({ machine }) => machine.rbacGroupName !== 'Servers');
  const one = await running.ask(
    `{ machineAntivirusHealth(tenant: "${tenant}", machineId: "${other?.machine.id}") { machineId } }`,
    {},
    keyHeader(ofServers),
  );
  expect(one.errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
});

test('users who logged on cost a call a machine, which the price says', async () => {
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{
    machines: { readonly nodes: readonly { readonly machineId: string; readonly logonUsers: Page }[] };
  }>(
    `{ machines(tenants: ["${tenant}"], first: 5) { nodes { machineId logonUsers { nodes {
      userId accountName accountDomain logonTypes firstSeen isDomainAdmin } } } } }`,
  );
  expect(errors).toEqual([]);
  const { machines } = running.simulator.world(tenant);
  for (const { machineId, logonUsers } of data.machines.nodes) {
    const machine = machines.find(({ id }) => id === machineId);
    expect(logonUsers.nodes.map(({ accountName }) => accountName)).toEqual(
      machine?.logonUsers.map(({ accountName }) => accountName),
    );
  }
  expect(data.machines.nodes.flatMap(({ logonUsers }) => logonUsers.nodes)).toContainEqual(
    expect.objectContaining({ logonTypes: ['Interactive', 'Network'], userId: expect.stringContaining('\\') }),
  );
  expect(running.simulator.calls.list({ operation: 'listMachineLogonUsers', tenant })).toHaveLength(5);
});

test('a tenant without the permission is a failure that names it', async () => {
  const { data } = await running.ask<{ list: Page }>(
    '{ list: antivirusHealth(first: 200) { nodes { machineId } failures { code missingPermissions } } }',
  );
  expect(data.list.nodes.length).toBeGreaterThan(0);
  expect(data.list.failures).toEqual([{ code: 'MISSING_PERMISSION', missingPermissions: ['Machine.Read.All'] }]);
});
