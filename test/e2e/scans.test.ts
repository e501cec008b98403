import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/loaders/global-id.ts';
import { scanAgentsOf, scanDefinitionsOf, scanRunsOf, scanSessionsOf } from '../../src/simulator/mde/scans.ts';
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
    simulator: {
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

const world = () => running.simulator.world(tenant);
interface Node {
  readonly [field: string]: unknown;
}
interface Page {
  readonly nodes: readonly Node[];
  readonly failures: readonly { readonly code: string; readonly missingPermissions: readonly string[] }[];
}
const byId = (nodes: readonly Node[]): string[] => nodes.map(({ id }) => String(id)).toSorted();

test('definitions with their scanner and their runs, newest first: one call each, however many there are', async () => {
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{ list: Page }>(
    `{ list: scanDefinitions(tenants: ["${tenant}"]) { nodes { id: scanDefinitionId scanType targetType scanName isActive
         scannerAgent { scanAgentId computerDnsName assignedApplicationId machine { machineId } } latestScan { status }
         runs { nodes { scanDefinitionId lastScanned scanStatus scannerId } } } failures { code missingPermissions } } }`,
  );
  expect(errors).toEqual([]);
  const all = scanDefinitionsOf(world());
  expect(byId(data.list.nodes)).toEqual(all.map(({ id }) => id).toSorted());
  for (const { id, scannerAgent, scanType } of all) {
    const runs = scanRunsOf(world(), [id]).toSorted((a, b) => (a.LastScanned < b.LastScanned ? 1 : -1));
    expect(data.list.nodes.find((node) => node.id === id)).toMatchObject({
      scanType: scanType.toUpperCase(),
      scannerAgent: {
        scanAgentId: scannerAgent.id,
        computerDnsName: scannerAgent.machineName,
        assignedApplicationId: scannerAgent.assignedApplicationId,
        machine: { machineId: scannerAgent.machineId },
      },
      runs: {
        nodes: runs.map((run) => ({
          scanDefinitionId: id,
          lastScanned: run.LastScanned,
          scanStatus: run.ScanStatus,
          scannerId: run.ScannerId,
        })),
      },
    });
  }
  const calls = (operation: string) => running.simulator.calls.list({ operation, tenant }).length;
  expect([calls('listScanDefinitions'), calls('listScanAgents')]).toEqual([1, 0]);
  // The runs, and the proof that there are no others.
  expect(calls('getScanHistoryByDefinition')).toBeLessThanOrEqual(2);
});

test('sessions by their ids, with what each reached: one call for all; what does not exist is null', async () => {
  const all = scanSessionsOf(world());
  const ids = all.map(({ SessionIds }) => SessionIds);
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{ list: readonly (Node | null)[] }>(
    `query ($ids: [ID!]!) { list: scanSessions(tenant: "${tenant}", sessionIds: $ids) {
       sessionId scanDefinitionId numberOfTargets scannedTargets { ip hostname scanStatus } } }`,
    { ids: [...ids, 'nobody'] },
  );
  expect(errors).toEqual([]);
  expect(data.list).toEqual([
    ...all.map((session) => ({
      sessionId: session.SessionIds,
      scanDefinitionId: session.ScanDefinitionIds,
      numberOfTargets: session.NumberOfTargets,
      scannedTargets: [session.ListScannedTargets]
        .flat()
        .map((target) => ({ ip: target?.Ip, hostname: target?.Hostname, scanStatus: target?.ScanStatus })),
    })),
    null,
  ]);
  expect(running.simulator.calls.list({ operation: 'getScanHistoryBySession', tenant })).toHaveLength(1);
});

test.each([
  ['none', []],
  ['what is no id', ['a/b']],
  ['too many', Array.from({ length: 101 }, (_, place) => `s${place}`)],
])('sessions of %s are BAD_USER_INPUT and ask nobody', async (_, ids) => {
  running.simulator.calls.reset();
  const { errors } = await running.ask(
    `query ($ids: [ID!]!) { scanSessions(tenant: "${tenant}", sessionIds: $ids) { sessionId } }`,
    { ids },
  );
  expect(errors.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([
    ['BAD_USER_INPUT', 'sessionIds'],
  ]);
  expect(running.simulator.calls.count()).toBe(0);
});

test('how a scanner signs in is told nowhere', async () => {
  const { data, text } = await running.ask<{ list: Page }>(
    `{ list: scanDefinitions(tenants: ["${tenant}"]) { nodes { raw } } }`,
  );
  expect(data.list.nodes).not.toEqual([]);
  expect(JSON.stringify(scanDefinitionsOf(world()))).toContain('not-for-your-eyes');
  expect(text).not.toMatch(/not-for-your-eyes|scanAuthenticationParams/);
});

test('agents are there, by their list and by their ids', async () => {
  const { data } = await running.ask<{ list: Page }>(
    `{ list: scanAgents(tenants: ["${tenant}"]) { nodes { id: scanAgentId scannerSoftwareVersion machine { machineId } } } }`,
  );
  const all = scanAgentsOf(world());
  expect(byId(data.list.nodes)).toEqual(all.map(({ id }) => id).toSorted());
  expect(data.list.nodes[0]).toMatchObject({ scannerSoftwareVersion: expect.stringMatching(/^7\./) });
  running.simulator.calls.reset();
  const answer = await running.ask<{ nodes: readonly Node[] }>(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ScanAgent { id: scanAgentId } } }',
    { ids: all.map(({ id }) => encodeGlobalId({ type: 'ScanAgent', tenant, id })) },
  );
  expect(byId(answer.data.nodes)).toEqual(all.map(({ id }) => id).toSorted());
  expect(running.simulator.calls.list({ operation: 'listScanAgents', tenant })).toHaveLength(1);
});

test('one agent is one call, and is told from a machine that has its id', async () => {
  const [agent] = scanAgentsOf(world());
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{ one: Node }>(
    `{ one: scanAgent(tenant: "${tenant}", scanAgentId: "${agent?.id}") { scanAgentId machineId scannerSoftwareVersion } }`,
  );
  expect(errors).toEqual([]);
  expect(data.one).toEqual({
    ...{ scanAgentId: agent?.id, machineId: agent?.machineId },
    scannerSoftwareVersion: agent?.ScannerSoftwareVersion,
  });
  const calls = (operation: string) => running.simulator.calls.list({ operation, tenant }).length;
  expect([calls('getScanAgent'), calls('listScanAgents')]).toEqual([1, 0]);
});

test('an agent that the read of one does not find is looked for in the list', async () => {
  const [agent] = scanAgentsOf(world());
  running.simulator.faults.add({ operation: 'getScanAgent', times: 1, effect: { kind: 'status', status: 404 } });
  const { data } = await running.ask<{ one: Node | null }>(
    `{ one: scanAgent(tenant: "${tenant}", scanAgentId: "${agent?.id}") { scanAgentId } }`,
  );
  expect(data.one).toEqual({ scanAgentId: agent?.id });
});

describe('a filter keeps what it says', () => {
  test.each([
    ['scanDefinitions', 'scanType: [NETWORK]', 3],
    ['scanDefinitions', 'isActive: false', 2],
    ['scanDefinitions', 'scanName: ["NETWORK OF FLOOR 1"]', 1],
  ])('%s: %s', async (list, filter, count) => {
    const { data } = await running.ask<{ list: Page }>(
      `{ list: ${list}(tenants: ["${tenant}"], filter: { ${filter} }) { nodes { id } } }`,
    );
    expect(data.list.nodes).toHaveLength(count);
  });

  test('of agents, by their names', async () => {
    const [one] = scanAgentsOf(world());
    const { data } = await running.ask<{ list: Page }>(
      `{ list: scanAgents(tenants: ["${tenant}"], filter: { computerDnsName: ["${one?.computerDnsName.toUpperCase()}"] }) { nodes { id: scanAgentId } } }`,
    );
    expect(byId(data.list.nodes)).toEqual([one?.id]);
  });
});

test('who sees machines of one group sees the scans and agents of these alone', async () => {
  const isServer = ({ machineId }: { readonly machineId: string }): boolean =>
    world().machines.some(({ id, rbacGroupName }) => id === machineId && rbacGroupName === 'Servers');
  const { data, errors } = await running.ask<Readonly<Record<'scans' | 'agents', Page>>>(
    `{ scans: scanDefinitions(tenants: ["${tenant}"]) { nodes { id: scanDefinitionId runs { nodes { scannerId } } } }
       agents: scanAgents(tenants: ["${tenant}"]) { nodes { id: scanAgentId } } }`,
    {},
    keyHeader(ofServers),
  );
  expect(errors).toEqual([]);
  const agents = scanAgentsOf(world()).filter(isServer);
  expect(agents.length).toBeLessThan(scanAgentsOf(world()).length);
  expect(byId(data.agents.nodes)).toEqual(agents.map(({ id }) => id).toSorted());
  expect(byId(data.scans.nodes)).toEqual(
    scanDefinitionsOf(world())
      .filter(({ scannerAgent }) => isServer(scannerAgent))
      .map(({ id }) => id)
      .toSorted(),
  );
});

test.each([
  ['scanDefinition', 'scanDefinitionId', '60c4aa57-c573-4488-8d18-230914792a92', tenant, 'NOT_FOUND'],
  ['scanDefinition', 'scanDefinitionId', 'x/../y', tenant, 'BAD_USER_INPUT'],
  ['scanDefinition', 'scanDefinitionId', '60c4aa57-c573-4488-8d18-230914792a92', poor, 'MISSING_PERMISSION'],
  ['scanAgent', 'scanAgentId', `org_${'0'.repeat(40)}`, tenant, 'NOT_FOUND'],
  ['scanAgent', 'scanAgentId', 'agent', tenant, 'BAD_USER_INPUT'],
])('%s %s %s of %s is %s', async (field, argument, id, name, code) => {
  const { errors } = await running.ask(`{ ${field}(tenant: "${name}", ${argument}: "${id}") { id } }`);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
});
