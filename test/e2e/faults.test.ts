import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../../src/simulator/index.ts';
import { type Answer, type Running, startRunning } from '../support/gateway.ts';
import { inTenant } from '../support/in-tenant.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/**
 * A tenant for each test: what one leaves behind (throttling, an open circuit) is not another's, so they run side by side,
 * each waiting for its own retries.
 */
const tenantNames = Array.from({ length: 30 }, (_, index) => `tenant-${index}`);
const timeoutMs = 1500;

let running: Running;
let used = 0;

/** A tenant that no test had before. */
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
    settings: (offered) => changedSettings(offered, [[['limits'], { upstreamTimeoutMs: timeoutMs }]]),
  });
});

afterAll(() => running.stop());

/** No answer holds what is Microsoft's or ours alone. */
const expectClean = ({ text }: Answer<unknown>): void =>
  expect(text).not.toMatch(/<html|Unavailable<|https?:\/\/|eyJ[\w-]{10,}|"stacktrace"|\.ts:\d+|node_modules/i);

describe.concurrent('a read is sent again after', () => {
  test.each<[string, FaultEffect]>([
    ['a 500', { kind: 'status', status: 500 }],
    ['a 502', { kind: 'status', status: 502 }],
    ['a 503', { kind: 'status', status: 503 }],
    ['a 504', { kind: 'status', status: 504 }],
    ['a connection that was cut', { kind: 'reset' }],
    ['half an answer', { kind: 'truncated' }],
    ['broken JSON (R7)', { kind: 'malformed-json' }],
    ['an HTML page (R7)', { kind: 'wrong-content-type' }],
    ['a 429 whose time is 0', { kind: 'status', status: 429, retryAfter: 0 }],
  ])('%s', async (_, effect) => {
    const at = freshTenant();
    at.fault(effect, { operation: 'getMachine', times: 1 });
    const { data, errors } = await at.askMachine();
    expect(errors).toEqual([]);
    expect(data.machine?.machineId).toBe(at.world.machines[0]?.id);
    expect(at.calls()).toHaveLength(2);
  });

  test('a 429 with Retry-After, not before its time, by this caller or another', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 429, retryAfter: 1 }, { operation: 'getMachine', times: 1 });
    const first = at.askMachine();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const [one, other] = await Promise.all([first, at.askMachine()]);
    expect([...one.errors, ...other.errors]).toEqual([]);
    const times = at.calls({ operation: 'getMachine' }).map(({ at }) => Date.parse(at));
    for (const time of times.slice(1)) expect(time - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });
});

describe.concurrent('a failure that lasts is told with its code', () => {
  test.each<[string, FaultEffect, string, RegExp]>([
    ['5xx', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE', /Defender for Endpoint is unavailable \(503\)/],
    ['cut connections', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', /could not be reached/],
    ['answers too late', { kind: 'slow', delayMs: 2 * timeoutMs }, 'UPSTREAM_TIMEOUT', /did not answer in time/],
    ['400', { kind: 'status', status: 400, message: 'Not like this' }, 'UPSTREAM_REJECTED', /Not like this/],
    [
      '403 of a token that has the permission',
      { kind: 'status', status: 403 },
      'UPSTREAM_REJECTED',
      /refuses .*Simulated fault 403/,
    ],
    ['409', { kind: 'status', status: 409 }, 'CONFLICT', /conflict/],
    ['D3: 403 of a proxy', { kind: 'html-forbidden' }, 'UPSTREAM_REJECTED', /not Microsoft's own answer.*proxy/],
    [
      'D3: an answer that is far too large',
      { kind: 'oversized', bytes: 34 * 1024 * 1024 },
      'UPSTREAM_UNAVAILABLE',
      /33554432 bytes \(limits\.answerBytes\)/,
    ],
  ])('%s', async (_, effect, code, says) => {
    const at = freshTenant();
    at.fault(effect);
    const answer = await at.askMachine();
    expectClean(answer);
    expect(answer.data.machine).toBeNull();
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({ code, tenant: at.tenant, api: 'mde' }),
    ]);
    expect(answer.errors[0]?.message).toMatch(says);
    expect(at.calls().length).toBeLessThanOrEqual(3);
  });

  test.each<[string, FaultEffect]>([
    ['broken JSON', { kind: 'malformed-json' }],
    ['an HTML page', { kind: 'wrong-content-type' }],
    ['half an answer', { kind: 'truncated' }],
  ])('%s is an error, not a crash, and nothing of it is shown', async (_, effect) => {
    const at = freshTenant();
    const id = at.fault(effect);
    const answer = await at.askMachine();
    expectClean(answer);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
    running.simulator.faults.clear(id);
    expect((await at.askMachine()).errors).toEqual([]);
  });

  test('R7: a 429 without a time is one call, and the window of the API is told', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 429 });
    const answers = [await at.askMachine(), await at.askMachine()];
    for (const { errors } of answers) {
      expect(errors.map(({ extensions }) => extensions)).toEqual([
        expect.objectContaining({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.closeTo(60, -1) }),
      ]);
    }
    expect(at.calls()).toHaveLength(1);
  });

  test('a wait that is too long is not waited but told, and no call is made until it is over', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 429, retryAfter: 300 });
    const started = Date.now();
    const answers = [await at.askMachine(), await at.askMachine()];
    expect(Date.now() - started).toBeLessThan(10_000);
    for (const { errors } of answers) {
      expect(errors.map(({ extensions }) => extensions)).toEqual([
        expect.objectContaining({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.closeTo(300, -1) }),
      ]);
    }
    expect(at.calls()).toHaveLength(1);
  });
});

describe.concurrent('a token', () => {
  test('that is refused is renewed once', async () => {
    const at = freshTenant();
    at.fault({ kind: 'rejected-token' }, { operation: 'getMachine', times: 1 });
    expect((await at.askMachine()).errors).toEqual([]);
    expect(at.calls()).toHaveLength(2);
    expect(at.calls({ operation: 'entra.token' })).toHaveLength(2);
  });

  test('that is refused again is our fault, not UNAUTHENTICATED of the caller, and no loop', async () => {
    const at = freshTenant();
    at.fault({ kind: 'rejected-token' });
    const answer = await at.askMachine();
    expectClean(answer);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_REJECTED']);
    expect(at.calls()).toHaveLength(2);
    expect(at.calls({ operation: 'entra.token' })).toHaveLength(2);
  });

  test('that lacks a claim is asked for again with the claims of the challenge', async () => {
    const at = freshTenant();
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}';
    at.fault({ kind: 'claims-challenge', claims }, { operation: 'getMachine', times: 1 });
    expect((await at.askMachine()).errors).toEqual([]);
    const bodies = at.calls({ operation: 'entra.token' }).map(({ body }) => JSON.stringify(body));
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toContain('1700000000');
  });

  test('that Entra does not give for now is not a sign-in to be fixed', async () => {
    const at = freshTenant();
    at.fault({ kind: 'status', status: 503 }, { operation: 'entra.token' });
    const answer = await at.askMachine();
    expectClean(answer);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});

test.concurrent('an API that is not called for now says when it is tried again', async () => {
  const at = freshTenant();
  at.fault({ kind: 'reset' });
  await at.askMachine();
  await at.askMachine();
  const { errors } = await at.askMachine();
  expect(errors.map(({ extensions }) => extensions)).toEqual([
    { code: 'UPSTREAM_UNAVAILABLE', tenant: at.tenant, api: 'mde', retryAfterSeconds: 15 },
  ]);
  expect(at.calls()).toHaveLength(5);
});

test.concurrent('refusals do not open the circuit: they are answers', async () => {
  const at = freshTenant();
  at.fault({ kind: 'status', status: 403 });
  for (let time = 0; time < 8; time += 1) await at.askMachine();
  expect(at.calls()).toHaveLength(8);
});

test.concurrent('a tenant that is down takes nothing from another', async () => {
  const at = freshTenant();
  at.fault({ kind: 'reset' }, {});
  const other = tenantNames.at(-1);
  const { data } = await at.ask<{ machines: { nodes: unknown[]; failures: { tenant: { name: string } }[] } }>(
    'query ($names: [String!]) { machines(tenants: $names) { nodes { id } failures { tenant { name } } } }',
    { names: [at.tenant, other] },
  );
  expect(data.machines.failures).toEqual([{ tenant: { name: at.tenant } }]);
  expect(data.machines.nodes).toHaveLength(running.simulator.world(other ?? '').machines.length);
});
