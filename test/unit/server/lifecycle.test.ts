import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../../src/server/lifecycle.ts';
import { startTinyServer, tinySchema } from '../../support/tiny-server.ts';

/** A schema whose `waits` tells that it started and ends when let. */
const gatedSchema = () => {
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<string>();
  const schema = tinySchema({
    waits: () => {
      started.resolve();
      return gate.promise;
    },
  });
  return { schema, started: started.promise, open: () => gate.resolve('done') };
};

test('port 0 takes a free port and says which', async () => {
  const { url } = await startTinyServer();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('a port in use is refused in words that help', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startTinyServer({}, { port })).rejects.toThrow(
    `The gateway cannot listen: port ${port} of 127.0.0.1 is taken by another process: stop that, or choose another with --port or server.port`,
  );
});

test.each([
  ['no address of this machine', '192.0.2.1', /192\.0\.2\.1 is no address of this machine: choose another/],
  ['no host', 'nobody.invalid', /the host nobody\.invalid is not known.*server\.host/],
])('a host that is %s is refused in words that help', async (_, host, says) => {
  await expect(startTinyServer({}, { host })).rejects.toThrow(says);
});

test('stopping finishes what was accepted, refuses what is new, and ends', async () => {
  const { schema, started, open } = gatedSchema();
  const server = await startTinyServer({ schema });
  const accepted = server.query('{ waits }');
  await started;

  const stopped = server.stop(10_000);
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  open();
  expect((await accepted).body.data).toEqual({ waits: 'done' });
  await stopped;
});

test('a connection that is already open learns that the gateway is not ready', async () => {
  const { schema, started, open } = gatedSchema();
  const server = await startTinyServer({ schema });
  const accepted = server.query('{ waits }');
  await started;
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  // The first bytes of a request keep the connection from counting as idle.
  socket.write('GET /readyz HTTP/1.1\r\nHost: gateway\r\n');
  await new Promise((resolve) => server.server.getConnections(resolve));
  const stopped = server.stop(10_000);
  socket.write('\r\n');
  const answer = await new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())));
  expect(answer).toMatch(/^HTTP\/1\.1 503/);
  expect(answer).toMatch(/connection: close/i);
  open();
  await accepted;
  await stopped;
});

test('X6: a mutation that comes while the gateway stops is refused with 503 and Retry-After; what was begun ends', async () => {
  const { schema, started, open } = gatedSchema();
  const server = await startTinyServer({ schema });
  const accepted = server.query('{ waits }');
  await started;
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const body = JSON.stringify({ query: 'mutation { rename(name: "other") }' });
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: gateway\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  await new Promise((resolve) => server.server.getConnections(resolve));
  const stopped = server.stop(10_000);
  socket.write(body);
  const answer = await new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())));
  expect(answer).toMatch(/^HTTP\/1\.1 503/);
  expect(answer).toMatch(/retry-after: 5\r\n/i);
  expect(answer).toContain('The gateway is stopping, so nothing was begun: ask again');
  open();
  expect((await accepted).body.data).toEqual({ waits: 'done' });
  await stopped;
});

test('an idle keep-alive connection does not hold the stop back', async () => {
  const server = await startTinyServer();
  await server.query('{ hello }');
  let awaited = Number.NaN;
  await server.stop(60_000, {
    onDrained: (_leftMs, requests) => {
      awaited = requests;
    },
  });
  expect(awaited).toBe(0);
});

test('what does not end within the grace is cut off', async () => {
  const { schema, started, open } = gatedSchema();
  const server = await startTinyServer({ schema });
  const accepted = server.query('{ waits }');
  const cutOff = expect(accepted).rejects.toThrow();
  await started;
  const told: string[] = [];
  await server.stop(20, {
    onDrained: (leftMs, requests) => void told.push(`${requests} within ${leftMs}`),
    onCut: (requests) => void told.push(`${requests} cut`),
  });
  await cutOff;
  expect(told).toEqual(['1 within 20', '1 cut']);
  open();
});

test('the order is: not ready, no new connections, hooks, drained, closed; once, however often asked', async () => {
  const steps: string[] = [];
  const running = await startServer(
    {
      handler: (_request, response) => response.end('ok'),
      drain: () => void steps.push('drain'),
      refuseMutations: () => void steps.push('refuse mutations'),
      close: async () => void steps.push('close'),
    },
    {
      host: '127.0.0.1',
      port: 0,
      onStopping: () => void steps.push(running.server.listening ? 'listening' : 'not listening'),
    },
  );
  await Promise.all([running.stop(1000), running.stop(1000)]);
  expect(steps).toEqual(['drain', 'refuse mutations', 'not listening', 'close']);
});

test('D3: while it drains /readyz says 503 and requests are taken as before, mutations too', async () => {
  const server = await startTinyServer({}, { drainSeconds: 1 });
  const startedMs = performance.now();
  let isStopped = false;
  const stopped = server.stop(10_000).then(() => {
    isStopped = true;
  });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  while (performance.now() - startedMs < 700) {
    expect((await server.query('mutation { rename(name: "other") }')).body.data).toEqual({ rename: 'other' });
  }
  expect(isStopped).toBe(false);
  await stopped;
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(995);
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
});

test.each([
  ['SIGINT', { atOnce: true }, 10_000],
  ['a short grace', {}, 200],
] as const)('D3: draining is left out or cut short by %s', async (_what, options, graceMs) => {
  const server = await startTinyServer({}, { drainSeconds: 60 });
  const startedMs = performance.now();
  await server.stop(graceMs, options);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

test.each([
  ['nothing', ''],
  ['half a header', 'POST /graphql HTTP/1.1\r\nHost: gateway\r\ncontent-'],
  [
    'half a body',
    'POST /graphql HTTP/1.1\r\nHost: gateway\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"query":',
  ],
])('D3: a connection on which %s was sent does not hold the stop', async (_what, sent) => {
  const server = await startTinyServer();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  if (sent !== '') await new Promise((resolve) => socket.write(sent, resolve));
  await server.query('{ hello }');
  const startedMs = performance.now();
  await server.stop(30_000);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  await closed;
});
