import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../src/upstream/http/agent.ts';
import { failureWithoutAnswer } from '../../../src/upstream/http/failure.ts';

const place = { tenant: 'contoso', operation: { id: 'mde.isolateMachine', api: 'mde', permissions: [] } } as const;

/** Whether a call to a server may have been sent, by its failure. */
const sentTo = async (scheme: 'http' | 'https', serve: ((socket: Socket) => void) | null) => {
  const server = createServer(serve ?? (() => {})).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  const { port } = address;
  const client = createHttpClient({ connectTimeoutMs: 300 });
  onTestFinished(async () => {
    server.close();
    await client.close();
  });
  if (serve === null) await new Promise((resolve) => server.close(resolve));
  const thrown: unknown = await client
    .request(`${scheme}://127.0.0.1:${port}/`, { method: 'POST', body: '{}' })
    .catch((error: unknown) => error);
  return failureWithoutAnswer(place, thrown, false).details.sent;
};

test.each<[string, 'http' | 'https', ((socket: Socket) => void) | null, 'no' | 'maybe']>([
  ['a refused connection', 'http', null, 'no'],
  ['a handshake that is cut', 'https', (socket) => void socket.destroy(), 'no'],
  [
    'a handshake that is cut after the first bytes',
    'https',
    (socket) => void socket.once('data', () => socket.destroy()),
    'no',
  ],
  ['a handshake that nobody answers', 'https', () => {}, 'no'],
  ['a host that is no host of TLS', 'https', (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), 'no'],
  ['a connection that is cut before the request is read', 'http', (socket) => void socket.destroy(), 'maybe'],
  [
    'a request that is read and not answered',
    'http',
    (socket) => void socket.once('data', () => socket.destroy()),
    'maybe',
  ],
])('X1: whether it was sent: %s', async (_name, scheme, serve, expected) => {
  expect(await sentTo(scheme, serve)).toBe(expected);
});

test.each([
  ['a handshake that nobody answers', 'https', 'no'],
  ['a request that nobody answers', 'http', 'maybe'],
] as const)(
  'D3: %s ends with the deadline of its call, and it is known whether it was sent',
  async (_, scheme, sent) => {
    const server = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const client = createHttpClient({ connectTimeoutMs: 2000 });
    onTestFinished(async () => {
      server.close();
      await client.close();
    });
    const started = performance.now();
    const thrown: unknown = await client
      .request(`${scheme}://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`, {
        method: 'POST',
        body: '{}',
        signal: AbortSignal.timeout(200),
      })
      .catch((error: unknown) => error);
    expect(performance.now() - started).toBeLessThan(1500);
    const { code, details } = failureWithoutAnswer(place, thrown, true);
    expect([code, details.sent]).toEqual(['UPSTREAM_TIMEOUT', sent]);
  },
);

test('D3: what was given up while connecting is never sent, even when the connection comes about', async () => {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {}).on('data', (bytes) => heard.push(bytes.toString()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const client = createHttpClient({});
  onTestFinished(async () => {
    server.close();
    await client.close();
  });
  const send = (path: string, signal: AbortSignal) =>
    client.request(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}${path}`, {
      method: 'POST',
      body: '{}',
      signal,
    });
  const leaving = new AbortController();
  const first = send('/first', leaving.signal);
  leaving.abort(new Error('left'));
  await expect(first).rejects.toMatchObject({ name: 'NoConnectionError' });
  const second = send('/second', AbortSignal.timeout(300));
  await expect(second).rejects.toThrow();
  expect(heard.join('')).toContain('/second');
  expect(heard.join('')).not.toContain('/first');
});
