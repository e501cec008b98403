import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../../src/simulator/index.ts';
import { type Answer, type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** A tenant for each test: what one leaves behind (throttling, an open circuit) is not another's. */
const tenantNames = Array.from({ length: 40 }, (_, index) => `tenant-${index}`);
const timeoutMs = 400;

let running: Running;
let used = 0;
let tenant = '';

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: tenantNames.map((name) => simTenant(name, { scale: 0.05 })), enforceQuotas: false },
    settings: (offered) => changedSettings(offered, [[['limits'], { upstreamTimeoutMs: timeoutMs }]]),
  });
});

afterAll(() => running.stop());

beforeEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
  tenant = tenantNames[used] ?? '';
  used += 1;
});

const machineQuery = 'query ($tenant: String!, $id: ID!) { machine(tenant: $tenant, machineId: $id) { machineId } }';

/** Looks a machine of the test's tenant up. */
const askMachine = (): Promise<Answer<{ machine: { machineId: string } | null }>> =>
  running.ask(machineQuery, { tenant, id: running.simulator.world(tenant).machines[0]?.id });

const fault = (effect: FaultEffect, times?: number, operation = 'getMachine'): string =>
  running.simulator.faults.add({ tenant, operation, effect, ...(times === undefined ? {} : { times }) });

const calls = (operation = 'getMachine'): number => running.simulator.calls.count({ tenant, operation });

/** No answer holds what is Microsoft's or ours alone. */
const expectClean = ({ text }: Answer<unknown>): void =>
  expect(text).not.toMatch(/<html|Unavailable<|https?:\/\/|eyJ[\w-]{10,}|"stacktrace"|\.ts:\d+|node_modules/i);

describe('a read is sent again after', () => {
  test.each<[string, FaultEffect]>([
    ['a 500', { kind: 'status', status: 500 }],
    ['a 502', { kind: 'status', status: 502 }],
    ['a 503', { kind: 'status', status: 503 }],
    ['a 504', { kind: 'status', status: 504 }],
    ['a connection that was cut', { kind: 'reset' }],
    ['half an answer', { kind: 'truncated' }],
    ['a 429 without a time', { kind: 'status', status: 429 }],
    ['a 429 whose time is 0', { kind: 'status', status: 429, retryAfter: 0 }],
  ])('%s', async (_, effect) => {
    fault(effect, 1);
    const { data, errors } = await askMachine();
    expect(errors).toEqual([]);
    expect(data.machine?.machineId).toBe(running.simulator.world(tenant).machines[0]?.id);
    expect(calls()).toBe(2);
  });

  test('a 429 with Retry-After, not before its time, by this caller or another', async () => {
    fault({ kind: 'status', status: 429, retryAfter: 1 }, 1);
    const first = askMachine();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const [one, other] = await Promise.all([first, askMachine()]);
    expect([...one.errors, ...other.errors]).toEqual([]);
    const times = running.simulator.calls.list({ tenant, operation: 'getMachine' }).map(({ at }) => Date.parse(at));
    for (const time of times.slice(1)) expect(time - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });
});

describe('a failure that lasts is told with its code', () => {
  test.each<[string, FaultEffect, string, RegExp]>([
    ['5xx', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE', /Defender for Endpoint is unavailable \(503\)/],
    ['cut connections', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', /could not be reached/],
    ['answers too late', { kind: 'slow', delayMs: 2 * timeoutMs }, 'UPSTREAM_TIMEOUT', /did not answer in time/],
    ['400', { kind: 'status', status: 400, message: 'Not like this' }, 'UPSTREAM_REJECTED', /Not like this/],
    ['403', { kind: 'status', status: 403 }, 'MISSING_PERMISSION', /Machine\.Read\.All/],
    ['409', { kind: 'status', status: 409 }, 'CONFLICT', /conflict/],
  ])('%s', async (_, effect, code, says) => {
    fault(effect);
    const answer = await askMachine();
    expectClean(answer);
    expect(answer.data.machine).toBeNull();
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code, tenant, api: 'mde' }),
    ]);
    expect(answer.errors[0]?.message).toMatch(says);
    expect(calls()).toBeLessThanOrEqual(3);
  });

  test.each<[string, FaultEffect]>([
    ['broken JSON', { kind: 'malformed-json' }],
    ['an HTML page', { kind: 'wrong-content-type' }],
    ['half an answer', { kind: 'truncated' }],
  ])('%s is an error, not a crash, and nothing of it is shown', async (_, effect) => {
    fault(effect);
    const answer = await askMachine();
    expectClean(answer);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    running.simulator.faults.clear();
    expect((await askMachine()).errors).toEqual([]);
  });

  test('a wait that is too long is not waited but told, and no call is made until it is over', async () => {
    fault({ kind: 'status', status: 429, retryAfter: 300 });
    const started = Date.now();
    const answers = [await askMachine(), await askMachine()];
    expect(Date.now() - started).toBeLessThan(2000);
    for (const { errors } of answers) {
      expect(errors.map(({ extensions }) => extensions)).toEqual([
        expect.objectContaining({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.closeTo(300, -1) }),
      ]);
    }
    expect(calls()).toBe(1);
  });
});

describe('a token', () => {
  test('that is refused is renewed once', async () => {
    fault({ kind: 'rejected-token' }, 1);
    expect((await askMachine()).errors).toEqual([]);
    expect(calls()).toBe(2);
    expect(calls('entra.token')).toBe(2);
  });

  test('that is refused again is our fault, not UNAUTHENTICATED of the caller, and no loop', async () => {
    fault({ kind: 'rejected-token' });
    const answer = await askMachine();
    expectClean(answer);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_REJECTED']);
    expect(calls()).toBe(2);
    expect(calls('entra.token')).toBe(2);
  });

  test('that lacks a claim is asked for again with the claims of the challenge', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
    fault({ kind: 'claims-challenge', claims }, 1);
    expect((await askMachine()).errors).toEqual([]);
    const bodies = running.simulator.calls
      .list({ tenant, operation: 'entra.token' })
      .map(({ body }) => JSON.stringify(body));
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toContain('1700000000');
  });

  test('that Entra does not give for now is not a sign-in to be mended', async () => {
    fault({ kind: 'status', status: 503 }, undefined, 'entra.token');
    const answer = await askMachine();
    expectClean(answer);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

describe('with Graph down', () => {
  const graphDown = (): string =>
    running.simulator.faults.add({ tenant, product: 'graph', effect: { kind: 'status', status: 503 } });

  test('incidents are those of Microsoft 365 Defender, and say so', async () => {
    graphDown();
    const { data, errors } = await running.ask<{ incidents: { nodes: { source: string }[]; failures: unknown[] } }>(
      'query ($tenant: String!) { incidents(tenants: [$tenant]) { nodes { source } failures { code } } }',
      { tenant },
    );
    expect(errors).toEqual([]);
    expect(data.incidents.failures).toEqual([]);
    expect(data.incidents.nodes.map(({ source }) => source)).toEqual(
      running.simulator.world(tenant).incidents.map(() => 'M365D'),
    );
  });

  test('one incident is that of Microsoft 365 Defender', async () => {
    graphDown();
    const { data } = await running.ask<{ incident: { source: string; alerts: { nodes: unknown[] } } }>(
      'query ($tenant: String!, $id: ID!) { incident(tenant: $tenant, incidentId: $id) { source alerts { nodes { title } } } }',
      { tenant, id: running.simulator.world(tenant).incidents[0]?.id },
    );
    expect(data.incident.source).toBe('M365D');
    expect(data.incident.alerts.nodes.length).toBeGreaterThan(0);
  });

  test('alerts are those of Defender for Endpoint', async () => {
    graphDown();
    const { data } = await running.ask<{ alerts: { nodes: { source: string }[]; failures: unknown[] } }>(
      'query ($tenant: String!) { alerts(tenants: [$tenant]) { nodes { source } failures { code } } }',
      { tenant },
    );
    expect(data.alerts.failures).toEqual([]);
    expect(new Set(data.alerts.nodes.map(({ source }) => source))).toEqual(new Set(['MDE']));
  });

  test('and Defender for Endpoint too, alerts are those inside the incidents of Microsoft 365 Defender', async () => {
    graphDown();
    running.simulator.faults.add({ tenant, product: 'mde', effect: { kind: 'reset' } });
    const { data } = await running.ask<{ alerts: { nodes: { source: string; alertId: string }[] } }>(
      'query ($tenant: String!) { alerts(tenants: [$tenant]) { nodes { source alertId } } }',
      { tenant },
    );
    expect(data.alerts.nodes.map(({ alertId }) => alertId)).toEqual(
      running.simulator.world(tenant).alerts.map(({ id }) => id),
    );
    expect(new Set(data.alerts.nodes.map(({ source }) => source))).toEqual(new Set(['M365D']));
  });

  test('hunting is done by Microsoft 365 Defender', async () => {
    graphDown();
    const { data } = await running.ask<{ hunt: { rowCount: number; tenants: unknown[] } }>(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", tenants: [$tenant] }) { rowCount tenants { source status } } }',
      { tenant },
    );
    expect(data.hunt.tenants).toEqual([{ source: 'M365D', status: 'SUCCEEDED' }]);
    expect(data.hunt.rowCount).toBeGreaterThan(0);
  });

  test('a hunt with a time span fails as Graph did: nobody else takes one', async () => {
    graphDown();
    const answer = await running.ask(
      'query ($tenant: String!) { hunt(input: { query: "DeviceInfo", timespan: "P1D", tenants: [$tenant] }) { rowCount } }',
      { tenant },
    );
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE', api: 'graph' }),
    ]);
  });

  test('a later page waits for Graph: the order of another API may differ', async () => {
    const query =
      'query ($tenant: String!, $after: String) { incidents(tenants: [$tenant], first: 1, after: $after) { nodes { id } pageInfo { endCursor } failures { code } } }';
    const first = await running.ask<{ incidents: { pageInfo: { endCursor: string } } }>(query, { tenant });
    graphDown();
    const after = first.data.incidents.pageInfo.endCursor;
    const second = await running.ask<{ incidents: { nodes: unknown[]; failures: unknown[] } }>(query, {
      tenant,
      after,
    });
    expect(second.data.incidents).toMatchObject({ nodes: [], failures: [{ code: 'UPSTREAM_UNAVAILABLE' }] });
  });

  test('after five failures in a row it is not called any more, and the others answer at once', async () => {
    graphDown();
    const query = 'query ($tenant: String!) { incidents(tenants: [$tenant]) { nodes { source } failures { code } } }';
    await running.ask(query, { tenant });
    await running.ask(query, { tenant });
    const before = running.simulator.calls.count({ tenant, product: 'graph' });
    expect(before).toBe(5);
    const started = Date.now();
    const { data } = await running.ask<{ incidents: { nodes: { source: string }[] } }>(query, { tenant });
    expect(data.incidents.nodes[0]?.source).toBe('M365D');
    expect(Date.now() - started).toBeLessThan(500);
    expect(running.simulator.calls.count({ tenant, product: 'graph' })).toBe(before);
  });
});

test('an API that is not called for now says when it is tried again', async () => {
  fault({ kind: 'reset' });
  await askMachine();
  await askMachine();
  const { errors } = await askMachine();
  expect(errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'UPSTREAM_UNAVAILABLE', tenant, api: 'mde', retryAfterSeconds: 15 },
  ]);
  expect(calls()).toBe(5);
});

test('refusals do not open the circuit: they are answers', async () => {
  fault({ kind: 'status', status: 403 });
  for (let time = 0; time < 8; time += 1) await askMachine();
  expect(calls()).toBe(8);
});

test('a tenant that is down takes nothing from another', async () => {
  running.simulator.faults.add({ tenant, effect: { kind: 'reset' } });
  const other = tenantNames.at(-1);
  const { data } = await running.ask<{ machines: { nodes: unknown[]; failures: { tenant: { name: string } }[] } }>(
    'query ($names: [String!]) { machines(tenants: $names) { nodes { id } failures { tenant { name } } } }',
    { names: [tenant, other] },
  );
  expect(data.machines.failures).toEqual([{ tenant: { name: tenant } }]);
  expect(data.machines.nodes).toHaveLength(running.simulator.world(other ?? '').machines.length);
});
