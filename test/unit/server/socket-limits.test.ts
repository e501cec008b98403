import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTinyServer, type TinyServer } from '../../support/tiny-server.ts';

const portOf = ({ url }: TinyServer): number => Number(new URL(url).port);

/** A raw connection, and what came over it until the server closed it. */
const connected = async (server: TinyServer): Promise<{ socket: Socket; closed: Promise<string> }> => {
  const socket = connect(portOf(server), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  // A reset is an end, too.
  socket.on('error', () => {});
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve(received))) };
};

/** Sends one byte of `text` every few milliseconds until the connection ends. */
const drip = (socket: Socket, text: string, everyMs: number): void => {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < text.length && socket.writable) socket.write(text[sent] ?? '');
    sent += 1;
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
};

const body = JSON.stringify({ query: '{ hello }', padding: 'x'.repeat(5000) });
const head = `POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;

describe('a client that', () => {
  test('sends its body byte by byte is cut, and others are served meanwhile', async () => {
    const server = await startTinyServer({}, { bodyTimeoutMs: 1000, socketLimits: { checkIntervalMs: 20 } });
    const { socket, closed } = await connected(server);
    socket.write(head);
    drip(socket, body, 10);
    expect((await server.query('{ hello }')).status).toBe(200);
    expect(await closed).toMatch(/^HTTP\/1\.1 408/);
  });

  test('sends its headers byte by byte is cut', async () => {
    const limits = { headersTimeoutMs: 1000, checkIntervalMs: 20 };
    const server = await startTinyServer({}, { bodyTimeoutMs: 60_000, socketLimits: limits });
    const { socket, closed } = await connected(server);
    drip(socket, `GET /healthz HTTP/1.1\r\nx: ${'x'.repeat(5000)}`, 10);
    expect(await closed).toMatch(/^HTTP\/1\.1 408/);
  });

  test('connects and says nothing is cut', async () => {
    const limits = { headersTimeoutMs: 100, checkIntervalMs: 20 };
    const server = await startTinyServer({}, { socketLimits: limits });
    const { closed } = await connected(server);
    await closed;
  });

  test('asks quickly may wait longer for its answer than it may take to ask', async () => {
    const gate = Promise.withResolvers<void>();
    const server = await startTinyServer(
      {
        createContext: async (input) => {
          await gate.promise;
          return input;
        },
      },
      { bodyTimeoutMs: 1000, socketLimits: { checkIntervalMs: 10 } },
    );
    const answer = server.query('{ hello }');
    const { closed } = await connected(server);
    // The silent one is cut by the same clock: the asking one has waited longer by then.
    await closed;
    gate.resolve();
    expect((await answer).status).toBe(200);
  });

  test('takes nothing of its answer is cut', async () => {
    const ended = Promise.withResolvers<boolean>();
    const server = await startTinyServer(
      {
        routes: {
          '/export': (_request, response) => {
            response.once('close', () => ended.resolve(response.writableFinished));
            // More than the buffers of both sockets hold.
            response.end(Buffer.alloc(64_000_000, 32));
          },
        },
      },
      { socketLimits: { stalledAnswerMs: 100 } },
    );
    const { socket } = await connected(server);
    socket.pause();
    socket.write('GET /export HTTP/1.1\r\nHost: gateway\r\n\r\n');
    expect(await ended.promise).toBe(false);
  });

  test('takes a large answer slowly gets it whole', async () => {
    const size = 20_000_000;
    const server = await startTinyServer(
      { routes: { '/export': (_request, response) => void response.end(Buffer.alloc(size, 32)) } },
      { socketLimits: { stalledAnswerMs: 2000 } },
    );
    const answer = await fetch(`${server.url}/export`);
    let [taken, rests] = [0, 0];
    for await (const chunk of answer.body ?? []) {
      taken += chunk.length;
      // Longer together than nothing may be taken, and none of them near it.
      if (taken <= (size / 6) * (rests + 1)) continue;
      rests += 1;
      await sleep(450);
    }
    expect(taken).toBe(size);
    expect(rests).toBeGreaterThanOrEqual(5);
  });

  test('keeps a connection without using it loses it', async () => {
    const server = await startTinyServer({}, { socketLimits: { keepAliveTimeoutMs: 50 } });
    const { socket, closed } = await connected(server);
    socket.write('GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n');
    expect(await closed).toMatch(/^HTTP\/1\.1 200/);
  });

  test('sends more headers than there is room for is refused', async () => {
    const server = await startTinyServer({}, { socketLimits: { headerBytes: 2048 } });
    const { socket, closed } = await connected(server);
    socket.write(`GET /healthz HTTP/1.1\r\nHost: gateway\r\nx: ${'x'.repeat(3000)}\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1\.1 431/);
  });

  test('asks often over one connection is told to open another', async () => {
    const server = await startTinyServer({}, { socketLimits: { requestsPerConnection: 2 } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const connections: (string | undefined)[] = [];
    for (let asked = 0; asked < 4; asked += 1) {
      const sent = request(`${server.url}/healthz`, { agent }).end();
      const [answer] = await once(sent, 'response');
      connections.push(answer.headers.connection);
      answer.resume();
      await once(answer, 'end');
    }
    expect(connections).toEqual(['keep-alive', 'close', 'keep-alive', 'close']);
  });
});

test('more connections than allowed are closed unanswered', async () => {
  const server = await startTinyServer({}, { socketLimits: { connections: 2 } });
  const open = [await connected(server), await connected(server)];
  const { closed } = await connected(server);
  expect(await closed).toBe('');
  open[0]?.socket.destroy();
  await open[0]?.closed;
  await expect.poll(async () => (await fetch(`${server.url}/healthz`)).status).toBe(200);
});
