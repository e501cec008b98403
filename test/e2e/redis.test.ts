import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { askGateway, type Running, startGatewayOn, startRunning } from '../support/gateway.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** Two gateways in front of one tenant, with one Redis between them. */
let redis: ChildProcess;
let running: Running;
let settings = '';
let second: Gateway;

beforeAll(async () => {
  const port = await freePort();
  redis = await startRedis(port);
  running = await startRunning({
    // It counts requests for tokens.
    simulator: {
      oddities: { entraPassing: false },
      tenants: [simTenant('contoso', { scale: 0.3 })],
      enforceQuotas: false,
    },
    settings: (offered) => {
      settings = changedSettings(offered, [
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

interface MachinePage {
  readonly machines: {
    readonly nodes: readonly { readonly machineId: string }[];
    readonly pageInfo: { readonly endCursor: string };
  };
}

const page =
  'query ($after: String) { machines(first: 5, after: $after) { nodes { machineId } pageInfo { endCursor } } }';

test('a token that one gateway got serves the other: it asks Entra for none', async () => {
  expect((await running.ask(page)).errors).toEqual([]);
  expect(running.simulator.calls.count({ operation: 'entra.token' })).toBe(1);
  running.simulator.calls.reset();
  const answer = await askGateway<MachinePage>(second.url, page);
  expect(answer.errors).toEqual([]);
  expect(answer.data.machines.nodes).toHaveLength(5);
  expect(running.simulator.calls.count({ operation: 'entra.token' })).toBe(0);
});

test('a page that one gateway began is gone on with at the other', async () => {
  const first = await running.ask<MachinePage>(page);
  const after = first.data.machines.pageInfo.endCursor;
  const next = await askGateway<MachinePage>(second.url, page, { after });
  expect(next.errors).toEqual([]);
  const ids = running.simulator.world('contoso').machines.map(({ id }) => id);
  expect(next.data.machines.nodes.map(({ machineId }) => machineId)).toEqual(ids.slice(5, 10));
});

test('what one gateway keeps of a tenant is not given any more after an action by the other', async () => {
  const id = running.simulator.world('contoso').machines[0]?.id;
  const one = `{ machine(tenant: "contoso", machineId: "${id}") { machineTags } }`;
  const ask = (seconds: number) =>
    running.ask<{ machine: { machineTags: readonly string[] } }>(one, {}, { 'cache-control': `max-age=${seconds}` });
  const calls = () => running.simulator.calls.count({ operation: 'getMachine' });
  // The tenant's mark becomes known.
  await ask(300);
  await ask(0);
  const before = calls();
  await ask(300);
  expect(calls()).toBe(before);
  const tagged = await askGateway(
    second.url,
    'mutation ($input: TagMachinesInput!) { tagMachines(input: $input) { results { outcome } } }',
    { input: { tenant: 'contoso', machineIds: [id], tag: 'elsewhere', operation: 'ADD' } },
  );
  expect(tagged.errors).toEqual([]);
  expect((await ask(300)).data.machine.machineTags).toContain('elsewhere');
});

test('with Redis gone, reads go on and the gateway says that it is not ready', async () => {
  await stopRedis(redis);
  const answer = await askGateway<MachinePage>(second.url, page);
  expect(answer.errors).toEqual([]);
  expect(answer.data.machines.nodes).toHaveLength(5);
  expect((await fetch(`${second.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
});
