import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const encryptionKey = Buffer.alloc(32, 5).toString('base64');
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
    simulator: { tenants: [simTenant('contoso'), simTenant('fabrikam')], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['store'], { url: `redis://127.0.0.1:${port}`, encryptionKey }],
        [['audit'], { url: 'memory:' }],
        [['guardrails'], [{ name: 'two', requireApproval: 'addComment', tenants: 'fabrikam' }]],
        [
          ['access', 'apiKeys'],
          ['asker', 'lead'].map((name) => keyRow(name, { roles: ['admin'], owner: `${name}@contoso.com` })),
        ],
      ]),
  });
});
afterAll(async () => {
  await running.stop();
  await stopRedis(redis);
  await rm(folder, { recursive: true });
});

/** The operator's word after a loss. */
beforeEach(async () => {
  const store = await openStore({ url: `redis://127.0.0.1:${port}`, encryptionKey });
  await store.continuity.accept();
  await store.close();
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

/** Does `work`, of which Redis keeps nothing. */
const losing = async <T>(work: () => Promise<T>): Promise<T> => {
  // Just after the process has made itself seen: it does so every few seconds.
  const before = await beat();
  await expect.poll(beat, { timeout: 10_000, interval: 50 }).not.toBe(before);
  await command('SAVE');
  const done = await work();
  await stopRedis(redis);
  await start();
  const ready = async () => (await fetch(`${running.gateway.url}/readyz`)).status;
  await expect.poll(ready, { timeout: 15_000 }).toBe(200);
  return done;
};
const activeIn = (tenant: string) => {
  const incident = running.simulator.world(tenant).incidents.find(({ status }) => status === 'active');
  if (incident === undefined) throw new Error('The estate has no active incident');
  return incident;
};
const commentsOf = ({ comments }: ReturnType<typeof activeIn>) => comments.filter(({ text }) => text === 'Once');

test('X6: after a fail-over that lost the last second a keyed repeat is refused, not sent again', async () => {
  const incident = activeIn('contoso');
  const input = { tenant: 'contoso', incidentIds: [String(incident.id)], comment: 'Once', idempotencyKey: 'lost-1' };
  const comment = () => running.ask<Mutated>(mutation, { input }, keyHeader('asker'));
  expect((await losing(comment)).data.addComment?.results).toEqual([{ error: null }]);
  const { errors } = await comment();
  expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT', field: 'idempotencyKey' } }]);
  expect(commentsOf(incident)).toHaveLength(1);
});

test('X3: so is an approval that was performed in it', async () => {
  const incident = activeIn('fabrikam');
  const action = { addComment: { tenant: 'fabrikam', incidentIds: [String(incident.id)], comment: 'Once' } };
  const requested = await running.ask<{
    readonly requestApproval: { readonly approval: { readonly approvalId: string } };
  }>(
    'mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { approval { approvalId } } }',
    { input: { action } },
    keyHeader('asker'),
  );
  const { approvalId } = requested.data.requestApproval.approval;
  const approve = () =>
    running.ask<object | null>(
      'mutation ($input: ApproveActionInput!) { approveAction(input: $input) { results { outcome } } }',
      { input: { approvalId } },
      keyHeader('lead'),
    );
  expect((await losing(approve)).data).toEqual({ approveAction: { results: [{ outcome: 'DONE' }] } });
  expect((await approve()).errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
  expect(commentsOf(incident)).toHaveLength(1);
});
