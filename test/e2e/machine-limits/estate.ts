import { expect } from 'vitest';
import type { NodeType } from '../../../src/loaders/global-id.ts';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type Answer, type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

/** Callers whose only role is limited to machines, and the machines that each of them sees. */
export const limited: Readonly<Record<string, (machine: WorldMachine) => boolean>> = {
  'of-a-group': ({ rbacGroupName }) => rbacGroupName === 'Servers',
  'of-a-tag': ({ machineTags }) => machineTags.includes('pilot ring'),
  'of-both': ({ rbacGroupName, machineTags }) => rbacGroupName === 'Executives' || machineTags.includes('finance'),
  'of-nothing': () => false,
};
export const callers = Object.keys(limited);

/** The APIs that answer differ: Graph; M365D for incidents and MDE for alerts. */
export const tenants = ['by-graph', 'by-defender'] as const;

/** Every tenant with every caller. */
export const cases = tenants.flatMap((tenant) => callers.map((caller) => ({ tenant, caller })));

/** The headers of a caller; `null`: one without limits. */
export const as = (caller: string | null): Readonly<Record<string, string>> =>
  caller === null ? {} : keyHeader(caller);

/** Ids, to be compared as sets. */
export const sorted = (ids: Iterable<string>): string[] => [...ids].toSorted();

/** Both estates behind a gateway, with scans of many machines. */
export const startEstates = async (): Promise<Running> => {
  const permissions = ['role:responder', 'hunt:raw', 'audit:read'];
  const running = await startRunning({
    simulator: {
      tenants: [simTenant('by-graph'), simTenant('by-defender', { permissions: { graph: [] } })],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [
          ['access', 'roles'],
          {
            'of-a-group': { permissions, machineGroups: ['SERVERS'] },
            'of-a-tag': { permissions, machineTags: ['Pilot Ring'] },
            'of-both': { permissions, machineGroups: ['executives'], machineTags: ['FINANCE'] },
            'of-nothing': { permissions, machineGroups: ['Nobody is here'] },
          },
        ],
        [['access', 'apiKeys'], callers.map((name) => keyRow(name, { roles: [name] }))],
      ]),
  });
  for (const tenant of tenants) {
    const machines = running.simulator.world(tenant).machines;
    const { errors } = await running.ask(
      `mutation ($tenant: String!, $machineIds: [ID!]!) {
        scanMachines(input: { tenant: $tenant, machineIds: $machineIds, comment: "a scan of many" }) { results { error { code } } }
      }`,
      { tenant, machineIds: machines.map(({ id }) => id) },
    );
    expect(errors).toEqual([]);
  }
  return running;
};

interface Page {
  readonly nodes: readonly Readonly<Record<string, string>>[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  readonly failures: readonly { readonly code: string }[];
}

/** A list of the graph: its id field, and the type of its nodes. */
export const lists = {
  machines: { id: 'machineId', type: 'Machine', look: 'machine(tenant: $tenant, machineId: $id)' },
  machineActions: { id: 'actionId', type: 'MachineAction', look: 'machineAction(tenant: $tenant, actionId: $id)' },
  alerts: { id: 'alertId', type: 'Alert', look: 'alert(tenant: $tenant, alertId: $id)' },
  incidents: { id: 'incidentId', type: 'Incident', look: 'incident(tenant: $tenant, incidentId: $id)' },
} as const satisfies Record<string, { id: string; type: NodeType; look: string }>;
/** The name of a list. */
export type List = keyof typeof lists;
const isList = (name: string): name is List => name in lists;
/** The names of all lists. */
export const listNames = Object.keys(lists).filter(isList);

/** Every id of a list, page by page; all pages but the last have to be full. */
export const idsOf = async (
  { ask }: Running,
  caller: string | null,
  list: List,
  tenant: string,
  { first = 7, arguments: more = '' } = {},
): Promise<string[]> => {
  const { id } = lists[list];
  const ids: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { data, errors }: Answer<Readonly<Record<string, Page>>> = await ask(
      `query ($tenants: [String!], $first: Int, $after: String) {
        ${list}(tenants: $tenants, first: $first, after: $after${more}) {
          nodes { ${id} } pageInfo { endCursor hasNextPage } failures { code }
        }
      }`,
      { tenants: [tenant], first, after },
      as(caller),
    );
    expect(errors).toEqual([]);
    const page: Page | undefined = data[list];
    expect(page?.failures).toEqual([]);
    ids.push(...(page?.nodes.map((node) => node[id] ?? '') ?? []));
    if (page?.pageInfo.hasNextPage !== true) return ids;
    expect(page.nodes).toHaveLength(first);
    after = page.pageInfo.endCursor;
  }
};

interface AlertRow {
  readonly alertId: string;
  readonly incidentId: string;
  readonly machineId: string | null;
  readonly evidence: readonly { readonly machineId?: string | null }[];
}

const alertFields = `alertId incidentId machineId evidence {
  ... on DeviceEvidence { machineId } ... on ProcessEvidence { machineId }
  ... on FileEvidence { machineId } ... on RegistryValueEvidence { machineId }
}`;

/** Every alert as somebody without limits sees it: listed, and within its incident, which another API may tell of. */
export const alertsIn = async ({ ask }: Running, tenant: string) => {
  const { data } = await ask<{
    alerts: { nodes: readonly AlertRow[] };
    incidents: { nodes: readonly { alerts: { nodes: readonly AlertRow[] } }[] };
  }>(
    `query ($tenants: [String!]) {
      alerts(tenants: $tenants, first: 200) { nodes { ${alertFields} } }
      incidents(tenants: $tenants, first: 100) { nodes { alerts(first: 50) { nodes { ${alertFields} } } } }
    }`,
    { tenants: [tenant] },
  );
  return { listed: data.alerts.nodes, within: data.incidents.nodes.flatMap(({ alerts }) => alerts.nodes) };
};

/** Ids of what the caller is to see of each list, judged by the estate itself. */
export const seenBy = async (
  running: Running,
  caller: string,
  tenant: string,
): Promise<Readonly<Record<List | 'alertsWithin', ReadonlySet<string>>>> => {
  const world = running.simulator.world(tenant);
  const machines = new Set(world.machines.filter((machine) => limited[caller]?.(machine)).map(({ id }) => id));
  const isSeen = ({ machineId, evidence }: AlertRow): boolean =>
    [machineId, ...evidence.map((item) => item.machineId)].some((id) => id != null && machines.has(id));
  const { listed, within } = await alertsIn(running, tenant);
  const inside = within.filter(isSeen);
  return {
    machines,
    machineActions: new Set(world.actions.filter(({ machine }) => machines.has(machine.id)).map(({ id }) => id)),
    alerts: new Set(listed.filter(isSeen).map(({ alertId }) => alertId)),
    incidents: new Set(inside.map(({ incidentId }) => incidentId)),
    alertsWithin: new Set(inside.map(({ alertId }) => alertId)),
  };
};
