import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.2 })], enforceQuotas: false },
    // Any process takes more.
    settings: (offered) => changedSettings(offered, [[['limits', 'memoryBytes'], 1]]),
  });
});
afterAll(() => running.stop());

describe('D1: a process without room', () => {
  test.each([
    ['a question that costs much', '{ incidents(first: 100) { nodes { alerts(first: 50) { nodes { title } } } } }'],
    ['the schema', getIntrospectionQuery()],
  ])('D1: refuses %s, and says when to ask again', async (_, query) => {
    running.simulator.calls.reset();
    const { status, headers, errors } = await running.ask(query);
    expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, retryAfter: '5' });
    expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 5 } }]);
    expect(running.simulator.calls.count()).toBe(0);
  });

  test('D1: answers cheap questions, performs actions, and tells of itself', async () => {
    expect(await running.ask('{ incidents(first: 5) { nodes { title } } }')).toMatchObject({ status: 200, errors: [] });
    const [machine] = running.simulator.world('contoso').machines;
    const action = `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${machine?.id}"], comment: "x", dryRun: true }) { results { error { code } } } }`;
    expect(await running.ask(action)).toMatchObject({ status: 200, errors: [] });
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(`${running.gateway.url}${path}`)).status).toBe(200);
    }
    const metrics = await (await fetch(`${running.gateway.url}/metrics`)).text();
    expect(metrics).toMatch(/gateway_overloaded\{reason="memory"\} 1/);
    expect(metrics).toMatch(/gateway_shed_total\{reason="memory"\} [1-9]/);
  });
});
