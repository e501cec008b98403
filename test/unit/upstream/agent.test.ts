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
