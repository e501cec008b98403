import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readProxy } from '../../../src/clouds/proxy.ts';
import { createTlsMaterial } from '../../../src/simulator/tls/authority.ts';
import { createHttpClient } from '../../../src/upstream/http/agent.ts';
import { failureWithoutAnswer } from '../../../src/upstream/http/failure.ts';
import { startProxy } from '../../support/proxy.ts';

const { caPem, certificatePem, privateKeyPem } = createTlsMaterial(['localhost']);
const secure = createServer({ cert: certificatePem, key: privateKeyPem }, (_, response) => response.end('secure'));
const plain = createPlainServer((request, response) => response.end(`${request.headers.host}${request.url}`));
let secureHost = '';
let plainHost = '';

const listen = async (server: typeof secure | typeof plain, name: string): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `${name}:${typeof address === 'object' && address !== null ? address.port : 0}`;
};

beforeAll(async () => {
  secureHost = await listen(secure, 'localhost');
  plainHost = await listen(plain, '127.0.0.1');
});
afterAll(() => {
  for (const server of [secure, plain]) {
    server.close();
    server.closeAllConnections();
  }
});

const clientBy = (env: NodeJS.ProcessEnv, connectTimeoutMs = 2000) => {
  const client = createHttpClient({ ca: [caPem], proxy: readProxy(env).proxy, connectTimeoutMs });
  onTestFinished(() => client.close());
  return client;
};
const proxyOf = async (options: Parameters<typeof startProxy>[0] = {}) => {
  const proxy = await startProxy(options);
  onTestFinished(() => proxy.stop());
  return proxy;
};

test('D3: HTTPS goes through the proxy, for calls and for files, with its credential', async () => {
  const proxy = await proxyOf();
  const client = clientBy({ HTTPS_PROXY: proxy.origin.replace('//', '//me:p%40ss@') });
  expect((await client.request(`https://${secureHost}/a`, { method: 'GET' })).body).toBe('secure');
  const { body } = await client.open(`https://${secureHost}/file`, { method: 'GET' });
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('secure');
  expect(proxy.asked).toEqual([secureHost, secureHost]);
  expect(proxy.credential()).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});

test('D3: HTTP is asked of the proxy by its whole address', async () => {
  const proxy = await proxyOf();
  const client = clientBy({ HTTP_PROXY: proxy.origin });
  const answer = await client.request(`http://${plainHost}/a?b=c`, { method: 'GET' });
  expect(answer.body).toBe(`${plainHost}/a?b=c`);
  expect(proxy.asked).toEqual([`http://${plainHost}/a?b=c`]);
});

test('D3: NO_PROXY and what is on this machine are reached without', async () => {
  const proxy = await proxyOf();
  const client = clientBy({ HTTPS_PROXY: proxy.origin, HTTP_PROXY: proxy.origin, NO_PROXY: 'localhost' });
  expect((await client.request(`https://${secureHost}/`, { method: 'GET' })).body).toBe('secure');
  expect((await client.request(`http://${plainHost}/`, { method: 'GET', direct: true })).status).toBe(200);
  expect(proxy.asked).toEqual([]);
});

const place = { tenant: 'contoso', operation: { id: 'mde.isolateMachine', api: 'mde', permissions: [] } } as const;

test.each([
  ['wants a credential', { refuse: 407 }, {}, 'UPSTREAM_UNAVAILABLE', /wants a user name and a password/],
  ['refuses the host', { refuse: 403 }, {}, 'UPSTREAM_UNAVAILABLE', /does not let it pass.*NO_PROXY/],
  ['hangs', { hangs: true }, { connectMs: 200 }, 'UPSTREAM_TIMEOUT', /in time.*through the proxy of HTTPS_PROXY/],
  ['hangs for all of a call', { hangs: true }, { callMs: 200 }, 'UPSTREAM_TIMEOUT', /through the proxy of HTTPS_PROXY/],
] as const)('D3: a proxy that %s is told as such, and nothing was sent', async (_, options, times, fault, says) => {
  const { connectMs = 60_000, callMs = 60_000 }: { connectMs?: number; callMs?: number } = times;
  const proxy = await proxyOf(options);
  const client = clientBy({ HTTPS_PROXY: proxy.origin }, connectMs);
  const asked = { method: 'POST', signal: AbortSignal.timeout(callMs) };
  const thrown: unknown = await client.request(`https://${secureHost}/`, asked).catch((error) => error);
  const { code, message, details } = failureWithoutAnswer(place, thrown, false);
  expect([code, details.sent]).toEqual([fault, 'no']);
  expect(message).toMatch(says);
});

test('D3: a certificate of another host behind the proxy is told as such', async () => {
  const proxy = await proxyOf();
  const client = clientBy({ HTTPS_PROXY: proxy.origin });
  const url = `https://127.0.0.1:${secureHost.split(':')[1]}/`;
  const thrown: unknown = await client.request(url, { method: 'GET' }).catch((error) => error);
  expect(failureWithoutAnswer(place, thrown, false).message).toMatch(/another host name/);
});
