import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { askGateway, type Running, startGatewayOn, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** Two gateways behind a proxy each, in front of one tenant, with one Redis between them. */
let redis: ChildProcess;
let running: Running;
let second: Gateway;

const limits = { requestsPerMinute: 12, failedSignInsPerMinute: 4, batchSize: 5 };

beforeAll(async () => {
  const port = await freePort();
  redis = await startRedis(port);
  let settings = '';
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.1 })], enforceQuotas: false },
    settings: (offered) => {
      settings = changedSettings(offered, [
        [['server', 'trustProxy'], 1],
        [['limits'], limits],
        [
          ['access', 'apiKeys'],
          [
            keyRow('one', { roles: ['admin'] }),
            keyRow('auditor', { roles: ['admin'] }),
            keyRow('both', { roles: ['reader'] }),
            keyRow('sharing', { roles: ['reader'] }),
            keyRow('batching', { roles: ['reader'] }),
            keyRow('slow', { roles: ['reader'], requestsPerMinute: 2 }),
          ],
        ],
        [['store'], { url: `redis://127.0.0.1:${port}`, encryptionKey: randomBytes(32).toString('base64') }],
      ]);
      return settings;
    },
  });
  second = await startGatewayOn(running.simulator, settings);
});

afterAll(async () => {
  await second.stop(1000);
  await running.stop();
  await stopRedis(redis);
});

const from = (address: string) => ({ 'x-forwarded-for': address });
const viewer = '{ viewer { name } }';
const statusesOf = async (count: number, ask: () => Promise<{ readonly status: number }>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let asked = 0; asked < count; asked += 1) statuses.push((await ask()).status);
  return statuses;
};
const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

describe('a caller', () => {
  test('past their rate is refused with 429, the time to wait, and the code', async () => {
    const ask = () => running.ask(viewer, {}, keyHeader('one'));
    expect(await statusesOf(12, ask)).toEqual(times(12, 200));
    const refused = await ask();
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(120);
    expect(refused.errors).toEqual([
      {
        message: `More than 12 operations in a minute: try again in ${seconds} s`,
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: seconds },
      },
    ]);
    expect(await (await fetch(`${running.gateway.url}/metrics`)).text()).toMatch(
      /gateway_rate_limited_total\{kind="caller"\} [1-9]/,
    );
  });

  test('is counted by all replicas together', async () => {
    const ask = (url: string) => () => askGateway(url, viewer, {}, keyHeader('both'));
    expect(await statusesOf(6, ask(running.gateway.url))).toEqual(times(6, 200));
    expect(await statusesOf(6, ask(second.url))).toEqual(times(6, 200));
    expect((await ask(running.gateway.url)()).status).toBe(429);
    expect((await ask(second.url)()).status).toBe(429);
  });

  test("with a key that has a rate of its own is held to the key's", async () => {
    expect(await statusesOf(3, () => running.ask(viewer, {}, keyHeader('slow')))).toEqual([200, 200, 429]);
  });

  test('is counted for each operation of a batch', async () => {
    const batch = async (count: number): Promise<number> => {
      const response = await fetch(`${running.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...keyHeader('batching') },
        body: JSON.stringify(Array.from({ length: count }, () => ({ query: viewer }))),
      });
      return response.status;
    };
    expect(await batch(5)).toBe(200);
    expect(await batch(5)).toBe(200);
    expect(await batch(3)).toBe(429);
    expect(await batch(2)).toBe(200);
    expect(await batch(1)).toBe(429);
  });

  test('without a credential is known by the address that the proxy names, not by what they claim', async () => {
    const ask = (address: string) => () => running.ask(viewer, {}, from(address));
    expect(await statusesOf(12, ask('203.0.113.7'))).toEqual(times(12, 200));
    expect((await ask('203.0.113.7')()).status).toBe(429);
    expect((await ask('198.51.100.66, 203.0.113.7')()).status).toBe(429);
    expect((await ask('203.0.113.8')()).status).toBe(200);
  });
});

test("the audit log has the caller's address as the proxy names it", async () => {
  const headers = { ...keyHeader('auditor'), ...from('198.51.100.66, 203.0.113.20') };
  const incidentIds = running.simulator
    .world('contoso')
    .incidents.slice(0, 1)
    .map(({ id }) => String(id));
  const mutation = `mutation ($incidentIds: [ID!]!) {
    updateIncidents(input: { tenant: "contoso", incidentIds: $incidentIds, comment: "seen" }) { results { error { code } } } }`;
  expect((await running.ask(mutation, { incidentIds }, headers)).errors).toEqual([]);
  const { data } = await running.ask<{ auditLog: { nodes: readonly { remoteAddress: string }[] } }>(
    '{ auditLog(first: 10) { nodes { remoteAddress } } }',
    {},
    headers,
  );
  expect(new Set(data.auditLog.nodes.map(({ remoteAddress }) => remoteAddress))).toEqual(new Set(['203.0.113.20']));
});

describe('an address', () => {
  test('with too many wrong credentials is told so, in all replicas; right ones and none still work', async () => {
    const address = from('203.0.113.99');
    const guess = (): Record<string, string> => ({
      ...keyHeader(`guess-${randomBytes(4).toString('hex')}`),
      ...address,
    });
    expect(await statusesOf(4, () => running.ask(viewer, {}, guess()))).toEqual(times(4, 401));
    const refused = await askGateway(second.url, viewer, {}, guess());
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(refused.headers.get('www-authenticate')).toBeNull();
    expect(refused.errors[0]).toMatchObject({
      message: expect.stringContaining('Too many wrong credentials came from this address'),
      extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
    });
    expect((await running.ask(viewer, {}, { ...keyHeader('sharing'), ...address })).status).toBe(200);
    expect((await running.ask(viewer, {}, { ...address })).status).toBe(200);
    expect((await running.ask(viewer, {}, { ...keyHeader('one-more'), ...from('203.0.113.98') })).status).toBe(401);
  });
});

test('with Redis gone, nobody is refused for their rate', async () => {
  await stopRedis(redis);
  const ask = () => askGateway(second.url, viewer, {}, keyHeader('both'));
  expect(await statusesOf(20, ask)).toEqual(times(20, 200));
});
