import { GraphQLClient, gql } from 'graphql-request';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiNames, clouds } from '../../src/clouds/endpoints.ts';
import { type SimCloudName, type Simulator, simCloudNames, tenantForCloud } from '../../src/simulator/index.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';

/** Every host that a tenant of the cloud may have to do with, by the gateway's own table. */
const hostsOf = (cloud: SimCloudName): Readonly<Record<string, string>> => {
  const { authority, apis } = clouds[cloud];
  return { authority: authority ?? '', ...Object.fromEntries(apiNames.map((api) => [api, apis[api]?.baseUrl ?? ''])) };
};

/** Each host in its stand-in: a wrong row of the table is a host that nobody serves. */
const endpointsOf = (cloud: SimCloudName, simulator: Simulator): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(hostsOf(cloud)).map(([name, host]) => [name, simulator.originOf(host)]));

const custom = (simulator: Simulator) => ({
  name: 'own-cloud',
  tenantId: tenantForCloud('global').tenantId,
  cloud: 'custom',
  auth: { clientId: tenantForCloud('global').apps[0]?.clientId, clientSecret: 'demo-secret-sim-global' },
  endpoints: simulator.endpoints('sim-global'),
});

const china = {
  name: 'shanghai',
  tenantId: '99999999-aaaa-4aaa-8aaa-000000000009',
  cloud: 'china',
  auth: { clientId: '99999999-bbbb-4bbb-8bbb-000000000009', clientSecret: 'demo-secret-shanghai' },
};

let running: Running;
let client: GraphQLClient;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: simCloudNames.map((cloud) => ({ ...tenantForCloud(cloud), scale: 0.2 })) },
    settings: (offered, simulator) =>
      changedSettings(offered, [
        ...simCloudNames.map(
          (cloud, index) => [['tenants', index, 'endpoints'], endpointsOf(cloud, simulator)] as const,
        ),
        [['tenants', simCloudNames.length], custom(simulator)],
        [['tenants', simCloudNames.length + 1], china],
      ]),
  });
  client = new GraphQLClient(`${running.gateway.url}/graphql`);
});

afterAll(() => running.stop());

interface MachineNode {
  readonly machineId: string;
  readonly computerDnsName: string;
}

interface CloudPage {
  readonly incidents: {
    readonly nodes: readonly {
      readonly incidentId: string;
      readonly source: string;
      readonly alerts: {
        readonly nodes: readonly {
          readonly alertId: string;
          readonly evidence: readonly { readonly __typename: string }[];
        }[];
      };
    }[];
    readonly failures: readonly unknown[];
  };
  readonly machines: { readonly nodes: readonly MachineNode[]; readonly failures: readonly unknown[] };
  readonly hunt: {
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly tenants: readonly { readonly status: string; readonly source: string }[];
  };
}

const page = gql`
  query Page($tenant: String!) {
    incidents(tenants: [$tenant]) {
      nodes { incidentId source alerts { nodes { alertId evidence { __typename } } } }
      failures { code message }
    }
    machines(tenants: [$tenant]) { nodes { machineId computerDnsName } failures { code message } }
    hunt(input: { query: "DeviceInfo | distinct DeviceId, DeviceName", tenants: [$tenant] }) {
      rows
      tenants { status source }
    }
  }
`;

const oneMachine = gql`
  query One($tenant: String!, $machineId: ID!) {
    machine(tenant: $tenant, machineId: $machineId) { machineId computerDnsName tenant { cloud } }
  }
`;

describe.each(simCloudNames)('in the cloud %s', (cloud) => {
  const tenant = tenantForCloud(cloud).name;

  test('a page of incidents, machines and a hunt is whole, and touches hosts of this cloud alone', async () => {
    const world = running.simulator.world(tenant);
    running.simulator.calls.reset();
    const { incidents, machines, hunt } = await client.request<CloudPage>(page, { tenant });

    expect(incidents.failures).toEqual([]);
    expect(incidents.nodes.map(({ incidentId }) => incidentId)).toEqual(world.incidents.map(({ id }) => id));
    expect(new Set(incidents.nodes.map(({ source }) => source))).toEqual(new Set(['GRAPH']));
    const alerts = incidents.nodes.flatMap((incident) => incident.alerts.nodes);
    expect(new Set(alerts.map(({ alertId }) => alertId))).toEqual(new Set(world.alerts.map(({ id }) => id)));
    expect(alerts.flatMap(({ evidence }) => evidence)).toHaveLength(
      world.alerts.flatMap(({ evidence }) => evidence).length,
    );
    expect(machines.failures).toEqual([]);
    expect(new Set(machines.nodes.map(({ machineId }) => machineId))).toEqual(
      new Set(world.machines.map(({ id }) => id)),
    );
    expect(hunt.tenants).toEqual([{ status: 'SUCCEEDED', source: 'GRAPH' }]);
    expect(hunt.rows.length).toBeGreaterThan(0);

    const calls = running.simulator.calls.list();
    // Behind the last machine there is none, which MDE says with 404 (get-machines.md).
    const isEnd = (call: (typeof calls)[number]): boolean => call.operation === 'listMachines' && call.status === 404;
    // What fails in passing is asked again.
    const isRefused = ({ status }: (typeof calls)[number]): boolean => status !== 200 && (status ?? 0) < 500;
    expect(calls.filter((call) => isRefused(call) && !isEnd(call))).toEqual([]);
    expect(new Set(calls.map(({ tenant: name }) => name))).toEqual(new Set([tenant]));
    expect(Object.values(hostsOf(cloud))).toEqual(expect.arrayContaining([...new Set(calls.map(({ host }) => host))]));
  });

  test('a machine is found by its id', async () => {
    const [machine] = running.simulator.world(tenant).machines;
    const answer = await client.request<{ machine: MachineNode & { tenant: { cloud: string } } }>(oneMachine, {
      tenant,
      machineId: machine?.id,
    });
    expect(answer.machine).toEqual({
      machineId: machine?.id,
      computerDnsName: machine?.computerDnsName,
      tenant: { cloud: cloud.toUpperCase().replace('-', '_') },
    });
  });
});

test('each host gets the tokens of its own cloud and API: none was refused', () => {
  expect(running.simulator.calls.list().filter(({ status }) => status === 401 || status === 403)).toEqual([]);
});

test('a cloud of the settings alone answers through its own endpoints', async () => {
  const world = running.simulator.world('sim-global');
  const { incidents, machines, hunt } = await client.request<CloudPage>(page, { tenant: 'own-cloud' });
  expect(incidents.nodes).toHaveLength(world.incidents.length);
  expect(machines.nodes).toHaveLength(world.machines.length);
  expect(hunt.tenants).toEqual([{ status: 'SUCCEEDED', source: 'GRAPH' }]);
});

describe('a cloud without Defender APIs', () => {
  const notAvailable = { code: 'NOT_AVAILABLE_IN_CLOUD', tenant: { name: 'shanghai' } };

  test.each([
    ['incidents', '{ incidents(tenants: ["shanghai"]) { nodes { id } failures { code tenant { name } } } }'],
    ['alerts', '{ alerts(tenants: ["shanghai"]) { nodes { id } failures { code tenant { name } } } }'],
    ['machines', '{ machines(tenants: ["shanghai"]) { nodes { id } failures { code tenant { name } } } }'],
    ['machineActions', '{ machineActions(tenants: ["shanghai"]) { nodes { id } failures { code tenant { name } } } }'],
  ])('is a row of failures in %s, without a call', async (field, query) => {
    running.simulator.calls.reset();
    const { data } = await running.ask<Record<string, unknown>>(query);
    expect(data[field]).toEqual({ nodes: [], failures: [notAvailable] });
    expect(running.simulator.calls.count()).toBe(0);
  });

  test.each([
    ['incident', '{ incident(tenant: "shanghai", incidentId: "1") { id } }'],
    ['alert', '{ alert(tenant: "shanghai", alertId: "da1_1") { id } }'],
    ['machine', '{ machine(tenant: "shanghai", machineId: "pc.example.com") { id } }'],
    ['hunt', '{ hunt(input: { query: "DeviceInfo", tenants: ["shanghai"] }) { rowCount } }'],
  ])('is an error of %s that names the cloud', async (_, query) => {
    const { errors } = await running.ask(query);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_AVAILABLE_IN_CLOUD']);
    expect(errors[0]?.message).toContain('china');
  });

  test('says so in its capabilities before any call', async () => {
    const { data } = await running.ask<{
      tenant: { capabilities: { available: boolean; sources: { state: string }[] }[] };
    }>('{ tenant(name: "shanghai") { capabilities { available sources { state } } } }');
    expect(data.tenant.capabilities.some(({ available }) => available)).toBe(false);
    const states = data.tenant.capabilities.flatMap(({ sources }) => sources.map(({ state }) => state));
    expect(new Set(states)).toEqual(new Set(['NOT_IN_CLOUD']));
  });
});
