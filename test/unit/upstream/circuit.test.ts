import { expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors.ts';
import { type CircuitPlace, createCircuits } from '../../../src/upstream/http/circuit.ts';
import { tenantNamed } from '../../support/tenant.ts';

const down = () => Promise.reject(new UpstreamError('UPSTREAM_UNAVAILABLE', 'down'));
const refused = () => Promise.reject(new UpstreamError('UPSTREAM_REJECTED', 'no'));
const at = (id: string, tenant = 'contoso'): CircuitPlace => ({
  tenant: tenantNamed(tenant),
  operation: { id, api: 'graph' },
});
const action = (id: string): CircuitPlace => ({
  tenant: tenantNamed('contoso'),
  operation: { id, api: 'graph', repeatable: false },
});

const started = () => {
  const circuits = createCircuits();
  return {
    circuits,
    end: async (place: CircuitPlace, work: () => Promise<unknown>, times = 1) => {
      for (let time = 0; time < times; time += 1) await circuits.run(place, work).catch(() => undefined);
    },
    isKeptBack: (place: CircuitPlace) =>
      circuits
        .run(place, async () => 'sent')
        .then(
          () => false,
          () => true,
        ),
  };
};

test('R3: an operation that fails five times is kept back, and nothing else of its API', async () => {
  const { circuits, end, isKeptBack } = started();
  await end(at('graph.listIncidents'), down, 8);
  expect(circuits.isOpen(at('graph.listIncidents'))).toBe(true);
  expect(await isKeptBack(at('graph.listIncidents'))).toBe(true);
  expect(await isKeptBack(at('graph.hunting.run'))).toBe(false);
  expect(await isKeptBack(at('graph.listIncidents', 'fabrikam'))).toBe(false);
});

test('R3: the API is kept back when several operations fail and none succeeds', async () => {
  const { end, isKeptBack } = started();
  for (const id of ['graph.listIncidents', 'graph.listAlerts', 'graph.getAlert']) await end(at(id), down, 2);
  expect(await isKeptBack(at('graph.hunting.run'))).toBe(true);
  expect(await isKeptBack(at('graph.hunting.run', 'fabrikam'))).toBe(false);
});

test('R3: one operation that works shows that the API does', async () => {
  const { end, isKeptBack } = started();
  for (const id of ['graph.listIncidents', 'graph.listAlerts', 'graph.getAlert']) {
    await end(at(id), down, 2);
    await end(at('graph.getIncident'), async () => 'well');
  }
  expect(await isKeptBack(at('graph.hunting.run'))).toBe(false);
});

test('a refusal between two failures is an answer: the API is there', async () => {
  const { end, isKeptBack } = started();
  await end(at('graph.getAlert'), down, 4);
  await end(at('graph.getAlert'), refused);
  await end(at('graph.getAlert'), down, 4);
  expect(await isKeptBack(at('graph.getAlert'))).toBe(false);
});

test('D3: an action is not kept back by the breaker of the API, which reads have opened', async () => {
  const { circuits, end, isKeptBack } = started();
  for (const id of ['graph.a', 'graph.b', 'graph.c']) await end(at(id), down, 3);
  expect(await isKeptBack(at('graph.d'))).toBe(true);
  expect(circuits.isOpen(action('graph.isolate'))).toBe(false);
  expect(await isKeptBack(action('graph.isolate'))).toBe(false);
});

test('D3: an action that fails five times is kept back by itself, and reads are not', async () => {
  const { end, isKeptBack } = started();
  await end(action('graph.isolate'), down, 5);
  expect(await isKeptBack(action('graph.isolate'))).toBe(true);
  expect(await isKeptBack(at('graph.listIncidents'))).toBe(false);
});
