import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning();
});

afterAll(() => running.stop());

interface Actions {
  readonly machineActions: {
    readonly nodes: readonly { readonly actionId: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const page = async (after: string | null) => {
  const query = `query ($after: String) {
    machineActions(tenants: ["contoso"], first: 2, after: $after) { nodes { actionId } pageInfo { hasNextPage endCursor } }
  }`;
  return (await running.ask<Actions>(query, { after })).data.machineActions;
};

test('actions that are begun between two pages neither repeat an earlier action nor hide one', async () => {
  const before = running.simulator.world('contoso').actions.map(({ id }) => id);
  const idle = running.simulator.world('contoso').machines.filter(({ healthStatus }) => healthStatus === 'Active');
  const seen: string[] = [];
  let after: string | null = null;
  for (let pages = 0; pages <= before.length; pages += 1) {
    const { nodes, pageInfo } = await page(after);
    seen.push(...nodes.map(({ actionId }) => actionId));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
    const machineIds = [idle[pages]?.id];
    await running.ask(
      'mutation ($machineIds: [ID!]!) { scanMachines(input: { tenant: "contoso", machineIds: $machineIds, comment: "between" }) { results { error { code } } } }',
      { machineIds },
    );
  }
  expect(before.length).toBeGreaterThan(3);
  expect(seen.toSorted()).toEqual(before.toSorted());
});
