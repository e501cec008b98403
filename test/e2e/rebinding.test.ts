import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.1 })] },
    settings: (offered) =>
      changedSettings(offered, [
        [['server', 'hosts'], ['gateway.example.com']],
        [['access', 'apiKeys'], [keyRow('known', { roles: ['reader'] })]],
      ]),
  });
});
afterAll(() => running.stop());

/** A question that reaches the gateway under a name, as a browser asks whose resolver was lied to. */
const askAs = (host: string, headers: Readonly<Record<string, string>> = {}) =>
  new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
    const sent = request(
      `${running.gateway.url}/graphql`,
      { method: 'POST', headers: { 'content-type': 'application/json', host, origin: `http://${host}`, ...headers } },
      async (answer) => resolve({ status: answer.statusCode, body: await text(answer) }),
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: '{ viewer { name } }' }));
  });

test('without a credential the gateway answers under its own names alone', async () => {
  expect(await askAs('evil.example')).toMatchObject({ status: 403, body: expect.stringContaining('"FORBIDDEN"') });
  expect(await askAs('gateway.example.com:4000')).toMatchObject({ status: 200 });
  expect(await askAs('localhost:4000')).toMatchObject({ status: 200 });
});

test('with a credential the name does not matter', async () => {
  expect(await askAs('evil.example', keyHeader('known'))).toMatchObject({ status: 200 });
});
