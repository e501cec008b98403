import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../../src/simulator/index.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { inTenant } from '../support/in-tenant.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** A tenant for each test: what one leaves behind (throttling, an open circuit) is not another's. */
const tenantNames = Array.from({ length: 20 }, (_, index) => `tenant-${index}`);
let running: Running;
let used = 0;

const freshTenant = () => {
  used += 1;
  return inTenant(running, tenantNames[used - 1] ?? '');
};

beforeAll(async () => {
  running = await startRunning({
    // It brings its own faults, one at a time.
    simulator: {
      profile: 'mild',
      tenants: tenantNames.map((name) => simTenant(name, { scale: 0.05 })),
      enforceQuotas: false,
    },
    settings: (offered) => changedSettings(offered, [[['limits'], { failedSignInsPerMinute: 1 }]]),
  });
});

afterAll(() => running.stop());

const apis = ['graph', 'm365d', 'mde'] as const;
type At = ReturnType<typeof freshTenant>;
const apiCalls = (at: At): number => apis.reduce((sum, product) => sum + at.calls({ product }).length, 0);
const faultEverywhere = (at: At, effect: FaultEffect): void => {
  for (const product of apis) at.fault(effect, { product });
};
const hunt = (at: At) =>
  at.ask('query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { rowCount } }');
const quota = 'API calls quota exceeded! maximum allowed 1500 per 01:00:00';

describe('R7: 429', () => {
  test('of hunting costs one call over three APIs, and none until the time that its words name', async () => {
    const at = freshTenant();
    faultEverywhere(at, { kind: 'status', status: 429, message: quota });
    const answers = [await hunt(at), await hunt(at)];
    for (const { errors } of answers) {
      expect(errors.map(({ extensions }) => extensions)).toEqual([
        expect.objectContaining({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.closeTo(3600, -1) }),
      ]);
    }
    expect(apiCalls(at)).toBe(1);
  });

  test('of a list that says a short time in words is told, not waited for', async () => {
    const at = freshTenant();
    at.fault(
      { kind: 'status', status: 429, message: 'Too many. You can send requests again in 36 seconds.' },
      { operation: 'listMachines' },
    );
    const { data } = await at.ask<{ machines: { failures: unknown[] } }>(
      `query ($tenant: String!) {
        machines(tenants: [$tenant]) { nodes { id } failures { code retryAfterSeconds upstreamStatus upstreamCode } }
      }`,
    );
    expect(data.machines.failures).toEqual([
      { code: 'UPSTREAM_THROTTLED', retryAfterSeconds: 36, upstreamStatus: 429, upstreamCode: 'TooManyRequests' },
    ]);
    expect(apiCalls(at)).toBe(1);
  });

  test('of one API leaves the alerts of another, whose quota is its own', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 429, message: quota }, { product: 'graph' });
    const { data } = await at.ask<{ alerts: { nodes: { source: string }[]; failures: unknown[] } }>(
      'query ($tenant: String!) { alerts(tenants: [$tenant], first: 1) { nodes { source } failures { code } } }',
    );
    expect(data.alerts).toEqual({ nodes: [{ source: 'MDE' }], failures: [] });
  });

  test('with a time beyond belief is bounded, and told', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 429, retryAfter: 1_000_000_000_000 });
    const { errors } = await at.askMachine();
    expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: 3600 });
  });
});

describe('R7: 403 of an action whose permission the token carries', () => {
  test("is told in Microsoft's words, with code and status, at its target", async () => {
    const at = freshTenant();
    const message = 'This device has no automation level assigned to it.';
    at.fault({ kind: 'status', status: 403, code: 'DisallowedOperation', message }, { operation: 'isolateMachine' });
    const { data } = await at.ask<{ isolateMachines: { results: { error: { message: string } }[] } }>(
      `mutation ($tenant: String!, $id: ID!) {
        isolateMachines(input: { tenant: $tenant, machineIds: [$id], comment: "test" }) {
          results { error { code message upstreamCode upstreamStatus missingPermissions } }
        }
      }`,
      { id: at.world.machines.find(({ osPlatform }) => osPlatform === 'Windows11')?.id },
    );
    expect(data.isolateMachines.results).toEqual([
      {
        error: {
          code: 'UPSTREAM_REJECTED',
          message: expect.stringContaining(message),
          upstreamCode: 'DisallowedOperation',
          upstreamStatus: 403,
          missingPermissions: [],
        },
      },
    ]);
  });

  test('of a read still lets another API answer', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 403, message: 'No licence' }, { product: 'graph' });
    const { data } = await at.ask<{ incidents: { nodes: { source: string }[] } }>(
      'query ($tenant: String!) { incidents(tenants: [$tenant], first: 1) { nodes { source } } }',
    );
    expect(data.incidents.nodes).toEqual([{ source: 'M365D' }]);
  });
});

describe('R7: one passing fault of Entra', () => {
  test.each<[string, FaultEffect, number]>([
    ['503', { kind: 'status', status: 503 }, 1],
    ['a cut connection', { kind: 'reset' }, 1],
    ['half an answer', { kind: 'truncated' }, 1],
    ['broken JSON', { kind: 'malformed-json' }, 1],
  ])('%s is asked again before the request fails', async (_, effect, times) => {
    const at = freshTenant();
    at.fault(effect, { operation: 'entra.token', times });
    const { errors, data } = await at.askMachine();
    expect(errors).toEqual([]);
    expect(data.machine?.machineId).toBe(at.world.machines[0]?.id);
    expect(at.calls({ operation: 'entra.token' })).toHaveLength(2);
  });

  test('that lasts costs two token requests, and is told', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { operation: 'entra.token' });
    const { errors } = await at.askMachine();
    expect(errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', upstreamStatus: 503 });
    expect(at.calls({ operation: 'entra.token' })).toHaveLength(2);
  });
});

const metricLines = async (): Promise<readonly string[]> =>
  (await (await fetch(`${running.gateway.url}/metrics`)).text()).split('\n');

describe('R1: the operator is told', () => {
  test('of a request with a tenant that failed: its outcome is not OK', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 409 }, { operation: 'listMachines' });
    const outcome = 'gateway_graphql_operation_duration_seconds_count{type="query",outcome="CONFLICT"} ';
    expect((await metricLines()).filter((line) => line.startsWith(outcome))).toEqual([]);
    await at.ask('query ($tenant: String!) { machines(tenants: [$tenant]) { failures { message } } }');
    expect(await metricLines()).toContain(`${outcome}1`);
  });

  test('by metrics, each of which moves at least once', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 429, retryAfter: 1 }, { operation: 'getMachine', times: 1 });
    await Promise.all([at.askMachine(), at.askMachine()]);
    at.fault({ kind: 'status', status: 400 }, { operation: 'listMachines', times: 1 });
    await at.ask(
      'query ($tenant: String!) { machines(tenants: [$tenant], filter: { riskScore: [HIGH] }) { nodes { id } } }',
    );
    const wrong = { authorization: 'Bearer wrong' };
    for (let time = 0; time < 3; time += 1) await running.ask('{ viewer { name } }', {}, wrong);
    await (await fetch(`${running.gateway.url}/export/machines?tenants=${at.tenant}&first=1`)).text();
    for (let time = 0; time < 2; time += 1)
      await running.ask(
        'query ($tenant: String!) { software(tenants: [$tenant], first: 1) { nodes { id } } }',
        { tenant: at.tenant },
        { 'cache-control': 'max-age=60' },
      );
    const lines = await metricLines();
    const declared = lines.flatMap((line) => /^# TYPE (gateway_\w+)/.exec(line)?.[1] ?? []);
    expect(declared).toContain('gateway_tenant_apis');
    expect(declared.filter((name) => !lines.some((line) => line.startsWith(name)))).toEqual([]);
    expect(
      lines.some((line) => /^gateway_tokens_total\{api="mde",source="entra",outcome="OK"\} [1-9]/.test(line)),
    ).toBe(true);
    expect(lines.some((line) => /^gateway_quota_wait.*_count\{api="mde",outcome="OK"\} [1-9]/.test(line))).toBe(true);
    expect(lines.some((line) => /^gateway_coalesced_reads_total\{operation="mde.getMachine"\} [1-9]/.test(line))).toBe(
      true,
    );
  });
});
