import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

test('a client that sends its body byte by byte is cut after server.bodyTimeoutMs', async () => {
  const running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.1 })] },
    settings: (offered) => changedSettings(offered, [[['server', 'bodyTimeoutMs'], 300]]),
  });
  const socket = connect(Number(new URL(running.gateway.url).port), '127.0.0.1');
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  const closed = once(socket, 'close');
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  );
  const drip = setInterval(() => socket.write(' '), 20);
  expect((await running.ask('{ viewer { name } }')).errors).toEqual([]);
  await closed;
  clearInterval(drip);
  expect(received).toMatch(/^HTTP\/1\.1 408/);
  await running.stop();
});
