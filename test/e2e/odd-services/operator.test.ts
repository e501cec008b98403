import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Estate, type Handler, startEstate } from '../../support/stand-in.ts';

const good: Handler = () => ({ body: { value: [] } });
let estate: Estate;
beforeAll(async () => {
  estate = await startEstate({
    good,
    hanging: () => ({ delayMs: 6000 }),
    forbidden: () => ({ status: 403, body: { error: { code: 'Forbidden', message: 'no' } } }),
  });
});
afterAll(() => estate.stop());

const metrics = async () => (await fetch(`${estate.gateway.url}/metrics`)).text();

test('R1: one tenant of three hangs and one is refused: told within the time of a call, and in the metrics', async () => {
  const started = Date.now();
  const { data, errors } = await estate.ask<{ incidents: { nodes: readonly unknown[] } }>(
    '{ incidents { nodes { id } } }',
  );
  expect(data.incidents.nodes).toEqual([]);
  expect(errors.map(({ extensions }) => [extensions.tenant, extensions.code]).toSorted()).toEqual([
    ['forbidden', 'UPSTREAM_REJECTED'],
    ['hanging', 'UPSTREAM_TIMEOUT'],
  ]);
  expect(Date.now() - started).toBeLessThan(15_000);
  const text = await metrics();
  expect(text).toMatch(/operation_duration_seconds_count\{type="query",outcome="UPSTREAM_[A-Z]+"\} 1/);
  expect(text).not.toMatch(/operation_duration_seconds_count\{type="query",outcome="OK"\}/);
  expect(text).toContain('gateway_tenant_apis{api="graph",standing="forbidden"} 1');
  // Long before its breaker opens.
  expect(text).toContain('gateway_tenant_apis{api="graph",standing="timed_out"} 1');
  expect(text).toContain('gateway_tenant_apis{api="graph",standing="works"} 1');
});
