import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
let url: string;
let running: Running;

beforeAll(async () => {
  const port = await freePort();
  redis = await startRedis(port);
  url = `redis://127.0.0.1:${port}`;
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso')], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['store'], { url, encryptionKey: Buffer.alloc(32, 5).toString('base64') }],
        [['audit'], { url: 'memory:' }],
      ]),
  });
});
afterAll(async () => {
  await running.stop();
  await stopRedis(redis);
});

interface Mutated {
  readonly isolateMachines: {
    readonly results: readonly { readonly error: { readonly code: string } | null }[];
  } | null;
}

const mutation =
  'mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) { results { error { code } } } }';

test('X6: after Redis came back empty a keyed repeat is refused, not sent again; a request without a key is done', async () => {
  const world = running.simulator.world('contoso');
  const [machine, other] = world.machines.filter(
    (candidate) =>
      candidate.onboardingStatus === 'Onboarded' &&
      candidate.osPlatform === 'Windows11' &&
      !world.actions.some((action) => action.machine === candidate),
  );
  if (machine === undefined || other === undefined) throw new Error('The estate has too few machines without actions');
  const isolate = (machineId: string, more: Readonly<Record<string, unknown>> = {}) =>
    running.ask<Mutated>(mutation, {
      input: { tenant: 'contoso', comment: 'Beaconing', machineIds: [machineId], ...more },
    });
  const sent = () => running.simulator.calls.count({ tenant: 'contoso', operation: 'isolateMachine' });
  const keyed = { idempotencyKey: 'emptied-1' };

  expect((await isolate(machine.id, keyed)).data.isolateMachines?.results).toEqual([{ error: null }]);
  expect((await isolate(machine.id, keyed)).data.isolateMachines?.results).toEqual([{ error: null }]);
  expect(sent()).toBe(1);

  const client = createClient({ url });
  await client.connect();
  await client.flushAll();
  await client.close();
  const refused = await isolate(machine.id, keyed);
  expect(refused.errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'idempotencyKey' });
  expect(refused.errors[0]?.message).toContain('defender-gateway store accept');
  expect(sent()).toBe(1);
  expect((await isolate(other.id)).data.isolateMachines?.results).toEqual([{ error: null }]);
  expect(sent()).toBe(2);

  const ready = await fetch(`${running.gateway.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    ready: true,
    checks: { store: 'ok', idempotencyKeys: expect.stringContaining('the store was emptied') },
  });
  expect(await (await fetch(`${running.gateway.url}/metrics`)).text()).toMatch(/^gateway_store_lost_entries 1$/m);
});
