import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let folder: string;
let port: number;
let redis: Awaited<ReturnType<typeof startRedis>>;
let running: Running;

const start = async (): Promise<void> => {
  redis = await startRedis(port, folder, 16, false);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lost-second-'));
  port = await freePort();
  await start();
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso')], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['store'], { url: `redis://127.0.0.1:${port}`, encryptionKey: Buffer.alloc(32, 5).toString('base64') }],
        [['audit'], { url: 'memory:' }],
      ]),
  });
});
afterAll(async () => {
  await running.stop();
  await stopRedis(redis);
  await rm(folder, { recursive: true });
});

const command = async (...words: string[]): Promise<unknown> => {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    await client.close();
  }
};
const beat = async (): Promise<string> => String(await command('GET', 'defender-gateway:store-marker:marker'));

interface Mutated {
  readonly addComment: { readonly results: readonly { readonly error: { readonly code: string } | null }[] } | null;
}
const mutation = 'mutation ($input: AddCommentInput!) { addComment(input: $input) { results { error { code } } } }';

test('X6: after a fail-over that lost the last second a keyed repeat is refused, not sent again', async () => {
  const { incidents } = running.simulator.world('contoso');
  const incident = incidents.find(({ status }) => status === 'active');
  const input = { tenant: 'contoso', incidentIds: [String(incident?.id)], comment: 'Once', idempotencyKey: 'lost-1' };
  const comment = () => running.ask<Mutated>(mutation, { input });
  // Just after the process has made itself seen: it does so every few seconds.
  const before = await beat();
  await expect.poll(beat, { timeout: 10_000, interval: 50 }).not.toBe(before);
  await command('SAVE');
  expect((await comment()).data.addComment?.results).toEqual([{ error: null }]);
  await stopRedis(redis);
  await start();
  const ready = async () => (await fetch(`${running.gateway.url}/readyz`)).status;
  await expect.poll(ready, { timeout: 15_000 }).toBe(200);
  const { errors } = await comment();
  expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT', field: 'idempotencyKey' } }]);
  expect(incident?.comments.filter(({ text }) => text === 'Once')).toHaveLength(1);
});
