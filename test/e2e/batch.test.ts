import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';

let running: Running;

beforeAll(async () => {
  // It brings its own faults and counts calls.
  running = await startRunning({ simulator: { profile: 'mild' } });
});

afterAll(() => running.stop());

const listed = '{ incidents(tenants: ["contoso"], first: 5) { nodes { id incidentId } } }';
const again =
  'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Incident { incidentId alerts { nodes { alertId } } } } }';

interface Listed {
  readonly incidents: { readonly nodes: readonly { readonly id: string; readonly incidentId: string }[] };
}
interface Again {
  readonly nodes: readonly { readonly incidentId: string }[];
}

test('parts of a batch that were turned away are asked once more, alone, and every answer finds its id', async () => {
  const { nodes } = (await running.ask<Listed>(listed)).data.incidents;
  running.simulator.calls.reset();
  const effect = { kind: 'status', status: 429, retryAfter: 1 } as const;
  running.simulator.faults.add({ operation: 'graph.incidents.get', tenant: 'contoso', times: 2, effect });

  const answer = await running.ask<Again>(again, { ids: nodes.map(({ id }) => id) });

  expect(answer.errors).toEqual([]);
  expect(answer.data.nodes.map(({ incidentId }) => incidentId)).toEqual(nodes.map(({ incidentId }) => incidentId));
  expect(running.simulator.calls.count({ operation: 'graph.batch', tenant: 'contoso' })).toBe(2);
  expect(running.simulator.calls.count({ operation: 'graph.incidents.get', tenant: 'contoso' })).toBe(5 + 2);
});
