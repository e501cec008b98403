import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallFilter } from '../../src/simulator/index.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

/** 120 machines, 100 incidents, 300 alerts. */
const scale = 2;
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    // It counts calls.
    simulator: {
      profile: 'mild',
      tenants: [simTenant('contoso', { scale }), simTenant('fabrikam')],
      enforceQuotas: false,
    },
  });
  // Tokens are not what is counted here.
  await running.ask('{ tenants { capabilities { available } } }');
});

afterAll(() => running.stop());

beforeEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
});

/** HTTP requests to the APIs; the parts of a `$batch` travel in one. */
const count = (filter: CallFilter = {}): number =>
  (['graph', 'mde', 'm365d'] as const)
    .map((product) => running.simulator.calls.count({ ...filter, product, batched: false }))
    .reduce((sum, calls) => sum + calls, 0);

const operations = (): string[] =>
  running.simulator.calls.list({ batched: false }).map(({ operation }) => operation ?? '');

const paths = (): string[] => running.simulator.calls.list().map(({ path }) => decodeURIComponent(path));

interface WithMachines {
  readonly incidents: {
    readonly nodes: readonly {
      readonly alerts: {
        readonly nodes: readonly {
          readonly alertId: string;
          readonly evidence: readonly { readonly machine?: { readonly machineId: string } | null }[];
        }[];
      };
    }[];
  };
}

const incidentPage = `{
  incidents(tenants: ["contoso"], first: 50) {
    nodes { title alerts(first: 100) { nodes { alertId evidence { __typename ... on DeviceEvidence { machine { machineId computerDnsName } } } } } }
  }
}`;

describe('the page of incidents', () => {
  test('50 incidents with alerts, evidence and machines: 1 call for the incidents, 1 for each 40 machines', async () => {
    const { data, errors } = await running.ask<WithMachines>(incidentPage);
    expect(errors).toEqual([]);
    const alerts = data.incidents.nodes.flatMap((incident) => incident.alerts.nodes);
    const machines = new Set(
      alerts.flatMap(({ evidence }) => evidence.flatMap(({ machine }) => machine?.machineId ?? [])),
    );
    expect(data.incidents.nodes).toHaveLength(50);
    expect(alerts.length).toBeGreaterThanOrEqual(100);
    expect(machines.size).toBeGreaterThan(20);
    expect(running.simulator.calls.count({ operation: 'graph.incidents.list' })).toBe(1);
    expect(running.simulator.calls.count({ operation: 'listMachines' })).toBe(Math.ceil(machines.size / 40));
    expect(count()).toBeLessThanOrEqual(3);
  });

  test.each([
    ['titles alone', '{ incidents(tenants: ["contoso"]) { nodes { title } } }'],
    [
      'alerts left out by a directive',
      'query ($no: Boolean = false) { incidents(tenants: ["contoso"]) { nodes { title alerts @include(if: $no) { nodes { title } } } } }',
    ],
  ])('%s: alerts are not read', async (_, query) => {
    expect((await running.ask(query)).errors).toEqual([]);
    expect(count()).toBe(1);
    expect(paths().filter((path) => path.includes('$expand'))).toEqual([]);
  });

  test.each([
    ['in nodes', '{ incidents(tenants: ["contoso"]) { nodes { alerts { nodes { title } } } } }'],
    ['in edges', '{ incidents(tenants: ["contoso"]) { edges { node { alerts { nodes { title } } } } } }'],
    [
      'in a fragment',
      '{ incidents(tenants: ["contoso"]) { nodes { ...F } } } fragment F on Incident { alerts { nodes { title } } }',
    ],
    [
      'in a fragment of the connection',
      '{ incidents(tenants: ["contoso"]) { ...F } } fragment F on IncidentConnection { nodes { alerts { nodes { title } } } }',
    ],
    ['under another name', '{ incidents(tenants: ["contoso"]) { nodes { found: alerts { nodes { title } } } } }'],
  ])('alerts asked for %s come with their incidents: 1 call', async (_, query) => {
    expect((await running.ask(query)).errors).toEqual([]);
    expect(operations()).toEqual(['graph.incidents.list']);
    expect(paths()[0]).toContain('$expand=alerts');
  });

  test('evidence without its machine: no call for machines', async () => {
    const query =
      '{ incidents(tenants: ["contoso"]) { nodes { alerts { nodes { evidence { __typename ... on DeviceEvidence { machineId } } } } } } }';
    expect((await running.ask(query)).errors).toEqual([]);
    expect(operations()).toEqual(['graph.incidents.list']);
  });

  test('machines of all incidents: gathered over the whole page', async () => {
    const query =
      '{ incidents(tenants: ["contoso"], first: 50) { nodes { machines(first: 200) { nodes { computerDnsName } } } } }';
    expect((await running.ask(query)).errors).toEqual([]);
    expect(running.simulator.calls.count({ operation: 'graph.incidents.list' })).toBe(1);
    expect(count()).toBeLessThanOrEqual(4);
  });

  test('two tenants: the calls of each, side by side', async () => {
    const query = incidentPage.replace('tenants: ["contoso"], ', '');
    expect((await running.ask(query)).errors).toEqual([]);
    expect(count({ tenant: 'contoso' })).toBeLessThanOrEqual(3);
    expect(count({ tenant: 'fabrikam' })).toBeLessThanOrEqual(3);
  });
});

describe('single things', () => {
  test.each([
    [
      'a machine by id',
      () =>
        `{ machine(tenant: "contoso", machineId: "${running.simulator.world('contoso').machines[3]?.id}") { computerDnsName } }`,
      'getMachine',
    ],
    [
      'a machine by name',
      () =>
        `{ machine(tenant: "contoso", machineId: "${running.simulator.world('contoso').machines[3]?.computerDnsName}") { machineId } }`,
      'getMachine',
    ],
    [
      'an incident with its alerts',
      () =>
        `{ incident(tenant: "contoso", incidentId: "${running.simulator.world('contoso').incidents[3]?.id}") { alerts { nodes { title } } } }`,
      'graph.incidents.get',
    ],
    [
      'an alert with its evidence',
      () =>
        `{ alert(tenant: "contoso", alertId: "${running.simulator.world('contoso').alerts[3]?.id}") { evidence { __typename } } }`,
      'graph.alerts.get',
    ],
    [
      'a machine action',
      () =>
        `{ machineAction(tenant: "contoso", actionId: "${running.simulator.world('contoso').actions[3]?.id}") { status } }`,
      'getMachineAction',
    ],
    [
      'a hunt',
      () => '{ hunt(input: { query: "DeviceInfo | take 1", tenants: ["contoso"] }) { rowCount } }',
      'graph.hunting.run',
    ],
  ])('%s: 1 call', async (_, query, operation) => {
    expect((await running.ask(query())).errors).toEqual([]);
    expect(count()).toBe(1);
    if (operation !== 'graph.hunting.run') expect(operations()).toEqual([operation]);
  });

  test('the same machine asked for by many aliases: 1 call', async () => {
    const id = running.simulator.world('contoso').machines[5]?.id;
    const aliases = Array.from(
      { length: 20 },
      (_, index) => `m${index}: machine(tenant: "contoso", machineId: "${id}") { computerDnsName }`,
    );
    expect((await running.ask(`{ ${aliases.join(' ')} }`)).errors).toEqual([]);
    expect(operations()).toEqual(['getMachine']);
  });

  test('nodes of 60 machines, 30 alerts and 30 incidents: gathered by kind', async () => {
    const world = running.simulator.world('contoso');
    const ids = [
      ...world.machines.slice(0, 60).map(({ id }) => `Machine\ncontoso\n${id}`),
      ...world.alerts.slice(0, 30).map(({ id }) => `Alert\ncontoso\n${id}`),
      ...world.incidents.slice(0, 30).map(({ id }) => `Incident\ncontoso\n${id}`),
    ].map((id) => Buffer.from(id).toString('base64url'));
    const { data, errors } = await running.ask<{ nodes: readonly ({ readonly id: string } | null)[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids },
    );
    expect(errors).toEqual([]);
    expect(data.nodes.map((node) => node?.id)).toEqual(ids);
    expect(running.simulator.calls.count({ operation: 'listMachines' })).toBe(2);
    expect(count({ product: 'graph' })).toBeGreaterThan(0);
    // 20 parts a batch: 30 alerts 2 batches, 30 incidents 2 batches.
    expect(count()).toBe(2 + 2 + 2);
  });

  test('the incidents of a page of alerts: gathered 20 a call', async () => {
    const { data, errors } = await running.ask<{
      alerts: { nodes: { incidentId: string; incident: { incidentId: string } }[] };
    }>('{ alerts(tenants: ["contoso"], first: 100) { nodes { incidentId incident { incidentId title } } } }');
    expect(errors).toEqual([]);
    const incidents = new Set(data.alerts.nodes.map(({ incidentId }) => incidentId));
    expect(data.alerts.nodes.map(({ incident }) => incident.incidentId)).toEqual(
      data.alerts.nodes.map(({ incidentId }) => incidentId),
    );
    expect(count()).toBe(1 + Math.ceil(incidents.size / 20));
  });
});

describe('pages', () => {
  test.each([
    ['incidents', 'contoso'],
    ['alerts', 'contoso'],
    ['machines', 'contoso'],
  ])('%s of one tenant: 1 call a page, first and later', async (list, tenant) => {
    let after: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      running.simulator.calls.reset();
      const answer: { data: Readonly<Record<string, { pageInfo: { endCursor: string } }>> } = await running.ask(
        `query ($after: String) { ${list}(tenants: ["${tenant}"], first: 20, after: $after) { nodes { id } pageInfo { endCursor } } }`,
        { after },
      );
      after = answer.data[list]?.pageInfo.endCursor ?? null;
      expect(count()).toBe(1);
    }
  });

  test('conditions that an API can take are sent to it, the others are not', async () => {
    await running.ask(
      '{ incidents(tenants: ["contoso"], filter: { severity: [HIGH, LOW], titleContains: "a" }) { nodes { id } } }',
    );
    expect(paths()[0]).toContain("severity eq 'high' or severity eq 'High' or severity eq 'HIGH'");
    running.simulator.calls.reset();
    await running.ask(
      '{ machines(tenants: ["contoso"], filter: { healthStatus: [ACTIVE], osPlatform: ["x"] }) { nodes { id } } }',
    );
    expect(paths()[0]).toContain("$filter=(healthStatus eq 'Active' or ");
    expect(paths()[0]).not.toContain('osPlatform');
  });
});
