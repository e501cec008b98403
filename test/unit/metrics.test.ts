import { expect, test } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';

test('each kind of sample shows up under its own name and labels', async () => {
  const metrics = createMetrics();
  metrics.httpRequest({ route: '/graphql', method: 'POST', status: 200, seconds: 0.02 });
  metrics.graphqlOperation({ type: 'query', outcome: 'OK', seconds: 0.02 });
  metrics.upstreamCall({ api: 'mde', operation: 'listMachines', outcome: 'UPSTREAM_THROTTLED', seconds: 0.2 });
  metrics.token({ api: 'graph', source: 'entra', outcome: 'OK' });
  metrics.quotaWait({ api: 'mde', outcome: 'OK', seconds: 3 });
  metrics.coalescedRead('listMachines');
  metrics.cachedRead('listMachines');
  metrics.apiStandings('mde', { works: 2, no_token: 1 });
  metrics.rateLimited('sign-in');
  metrics.learnedFacts({ api: 'mde', fact: 'idForm', known: 2 });
  metrics.openActions(1);
  metrics.storeLost(true);
  const text = await metrics.render();
  for (const line of [
    'gateway_http_request_duration_seconds_count{route="/graphql",method="POST",status="200"} 1',
    'gateway_graphql_operation_duration_seconds_count{type="query",outcome="OK"} 1',
    'gateway_upstream_call_duration_seconds_sum{api="mde",operation="listMachines",outcome="UPSTREAM_THROTTLED"} 0.2',
    'gateway_tokens_total{api="graph",source="entra",outcome="OK"} 1',
    'gateway_quota_wait_duration_seconds_count{api="mde",outcome="OK"} 1',
    'gateway_coalesced_reads_total{operation="listMachines"} 1',
    'gateway_rate_limited_total{kind="sign-in"} 1',
    'gateway_tenant_apis{api="mde",standing="no_token"} 1',
    'gateway_learned_facts{api="mde",fact="idForm"} 2',
    'gateway_interrupted_actions 1',
    'gateway_store_lost_entries 1',
  ]) {
    expect(text).toContain(line);
  }
});

test('two gateways in one process share nothing', async () => {
  const [first, second] = [createMetrics(), createMetrics()];
  first.token({ api: 'mde', source: 'memory', outcome: 'OK' });
  expect(await second.render()).not.toContain('source="memory"');
});

test('figures of the process are there when asked for', async () => {
  expect(await createMetrics().render()).not.toContain('process_cpu');
  expect(await createMetrics({ processMetrics: true }).render()).toContain('process_cpu_seconds_total');
});
