import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Running } from '../../support/gateway.ts';
import { alertsIn, as, cases, seenBy, sorted, startEstates } from './estate.ts';

let running: Running;
beforeAll(async () => {
  running = await startEstates();
});
afterAll(() => running.stop());

interface Everything {
  readonly incidents: {
    readonly nodes: readonly {
      readonly incidentId: string;
      readonly alerts: { readonly nodes: readonly { readonly alertId: string }[] };
      readonly machines: {
        readonly nodes: readonly { readonly machineId: string }[];
        readonly pageInfo: { readonly hasNextPage: boolean };
      };
    }[];
  };
  readonly alerts: {
    readonly nodes: readonly {
      readonly incident: { readonly incidentId: string } | null;
      readonly machine: { readonly machineId: string } | null;
      readonly machineId: string | null;
      readonly evidence: readonly {
        readonly machineId?: string | null;
        readonly machine?: { readonly machineId: string } | null;
      }[];
    }[];
  };
  readonly machines: {
    readonly nodes: readonly {
      readonly alerts: { readonly nodes: readonly { readonly alertId: string }[] };
      readonly actions: { readonly nodes: readonly { readonly actionId: string }[] };
    }[];
  };
  readonly machineActions: {
    readonly nodes: readonly { readonly machineId: string; readonly machine: { readonly machineId: string } | null }[];
  };
}

const edges = `query ($tenants: [String!]) {
  incidents(tenants: $tenants, first: 30) { nodes {
    incidentId alerts(first: 50) { nodes { alertId } } machines(first: 50) { nodes { machineId } pageInfo { hasNextPage } }
  } }
  alerts(tenants: $tenants, first: 50) { nodes {
    machineId machine { machineId } incident { incidentId }
    evidence {
      ... on DeviceEvidence { machineId machine { machineId } } ... on ProcessEvidence { machineId machine { machineId } }
      ... on FileEvidence { machineId machine { machineId } } ... on RegistryValueEvidence { machineId machine { machineId } }
    }
  } }
  machines(tenants: $tenants, first: 10) { nodes { alerts(first: 50) { nodes { alertId } } actions(first: 50) { nodes { actionId } } } }
  machineActions(tenants: $tenants, first: 50) { nodes { machineId machine { machineId } } }
}`;

test.each(cases)('no edge leads to what a caller does not see ($caller, $tenant)', async ({ tenant, caller }) => {
  const seen = await seenBy(running, caller, tenant);
  const { data, errors } = await running.ask<Everything>(edges, { tenants: [tenant] }, as(caller));
  expect(errors).toEqual([]);
  const { incidents, alerts, machines, machineActions } = data;
  const { within } = await alertsIn(running, tenant);
  for (const { incidentId, alerts: inside, machines: touched } of incidents.nodes) {
    const ofIncident = within.filter((alert) => alert.incidentId === incidentId);
    expect(sorted(inside.nodes.map(({ alertId }) => alertId))).toEqual(
      sorted(ofIncident.map(({ alertId }) => alertId).filter((id) => seen.alertsWithin.has(id))),
    );
    expect(touched.nodes.filter(({ machineId }) => !seen.machines.has(machineId))).toEqual([]);
    expect(touched.nodes.length).toBeGreaterThan(0);
    expect(touched.pageInfo.hasNextPage).toBe(false);
  }
  for (const { incident, machine, machineId, evidence } of alerts.nodes) {
    expect(incident === null || seen.incidents.has(incident.incidentId)).toBe(true);
    expect(machine?.machineId ?? null).toBe(machineId !== null && seen.machines.has(machineId) ? machineId : null);
    for (const item of evidence) {
      if (item.machineId == null) continue;
      expect(item.machine?.machineId ?? null).toBe(seen.machines.has(item.machineId) ? item.machineId : null);
    }
  }
  for (const machine of machines.nodes) {
    expect(machine.alerts.nodes.filter(({ alertId }) => !seen.alerts.has(alertId))).toEqual([]);
    expect(machine.actions.nodes.filter(({ actionId }) => !seen.machineActions.has(actionId))).toEqual([]);
  }
  for (const { machineId, machine } of machineActions.nodes) expect(machine?.machineId).toBe(machineId);
  if (caller === 'of-nothing') return;
  expect(machines.nodes.flatMap((machine) => machine.alerts.nodes).length).toBeGreaterThan(0);
  expect(machines.nodes.flatMap((machine) => machine.actions.nodes).length).toBeGreaterThan(0);
});

test('who logs on to a machine that a limited caller sees tells nothing of other machines', async () => {
  const ask = async (caller: string | null) => {
    const { data, errors } = await running.ask<{
      machines: { nodes: readonly { readonly logonUsers: { readonly nodes: readonly object[] } }[] };
    }>(
      `{ machines(tenants: ["by-graph"], first: 3) { nodes { logonUsers { nodes {
        accountName logOnMachinesCount mostPrevalentMachineId leastPrevalentMachineId } } } } }`,
      {},
      as(caller),
    );
    expect(errors).toEqual([]);
    return data.machines.nodes.flatMap(({ logonUsers }) => logonUsers.nodes);
  };
  const nothing = { logOnMachinesCount: null, mostPrevalentMachineId: null, leastPrevalentMachineId: null };
  const seen = await ask('of-a-group');
  expect(seen.length).toBeGreaterThan(0);
  for (const user of seen) expect(user).toMatchObject({ accountName: expect.any(String), ...nothing });
  expect(await ask(null)).toContainEqual(expect.objectContaining({ logOnMachinesCount: expect.any(Number) }));
});
