import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Running } from '../../support/gateway.ts';
import { as, startEstates } from './estate.ts';

let running: Running;
beforeAll(async () => {
  running = await startEstates();
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.faults.clear());

test.each([
  ['hunting', '{ hunt(input: { query: "DeviceInfo" }) { rowCount } }', 'hunt:raw'],
  ['the audit log', '{ auditLog { nodes { at } } }', 'audit:read'],
  ['the state of a tenant', '{ tenant(name: "by-graph") { connectivity { apis { api } } } }', 'tenant:read'],
])(
  '%s is about whole tenants: their role does not give it, and the refusal says why',
  async (_name, query, permission) => {
    const { errors } = await running.ask(query, {}, as('of-a-group'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    expect(errors[0]?.message).toContain(`"${permission}" is needed`);
    expect(errors[0]?.message).toContain('a role that is limited to machine groups or machine tags does not give it');
  },
);

test('a machine that they do not see does not exist under its DNS name either', async () => {
  const hidden = running.simulator.world('by-graph').machines.find(({ rbacGroupName }) => rbacGroupName !== 'Servers');
  const look = (machineId: string | undefined) =>
    running.ask(
      'query ($id: ID!) { machine(tenant: "by-graph", machineId: $id) { id } }',
      { id: machineId },
      as('of-a-group'),
    );
  const [named, absent] = [await look(hidden?.computerDnsName), await look('nowhere.example.com')];
  expect(named.errors[0]?.message).toBe(`by-graph has no machine "${hidden?.computerDnsName}"`);
  expect(absent.errors[0]?.message).toBe('by-graph has no machine "nowhere.example.com"');
});

test('when the machines cannot be read, nothing is shown that depends on them, and the answer says so', async () => {
  for (const operation of ['listMachines', 'getMachine'])
    running.simulator.faults.add({ tenant: 'by-graph', operation, effect: { kind: 'status', status: 500 } });
  const { data } = await running.ask<{ alerts: unknown }>(
    '{ alerts(tenants: ["by-graph"], first: 5) { nodes { alertId } failures { code } } }',
    {},
    as('of-a-group'),
  );
  expect(data.alerts).toMatchObject({ nodes: [], failures: [{ code: 'UPSTREAM_UNAVAILABLE' }] });
});

test('judging costs the machines of the rows alone, 50 a call, and whoever has no limits pays nothing for it', async () => {
  // It counts calls: nothing of an answer is left to be asked for.
  running.simulator.oddities.set(
    { expandFailsAbove: null, alertsNextLink: null, inList: 'answered', truncatedJson: false, shortPages: null },
    'by-graph',
  );
  const callsOf = async (caller: string | null) => {
    running.simulator.calls.reset();
    await running.ask('{ incidents(tenants: ["by-graph"], first: 5) { nodes { title } } }', {}, as(caller));
    return running.simulator.calls.list({ batched: false }).map(({ operation }) => operation);
  };
  expect(await callsOf(null)).toEqual(['graph.incidents.list']);
  expect(await callsOf('of-a-group')).toEqual(['graph.incidents.list', 'listMachines']);
});
