import express from 'express';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../../src/server/lifecycle.ts';
import { createRemoteAddress } from '../../../src/server/remote-address.ts';

/** Asks a server behind these proxies which address it sees. */
const seenBehind = async (trustProxy: number | readonly string[], forwardedFor: string | undefined) => {
  const app = express();
  app.set('trust proxy', trustProxy);
  const addressOf = createRemoteAddress(app);
  app.use((request, response) => void response.send(addressOf(request)));
  const server = await startServer(
    { handler: app, drain: () => {}, refuseMutations: () => {}, close: async () => {} },
    { host: '127.0.0.1', port: 0 },
  );
  onTestFinished(() => server.stop(100));
  const headers: Record<string, string> = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return (await fetch(server.url, { headers })).text();
};

const loopback = '127.0.0.1';

test.each([
  ['without a proxy is that of the socket', 0, undefined, loopback],
  ['without a proxy is not what somebody claims', 0, '203.0.113.7', loopback],
  ['behind a proxy is what that proxy says', 1, '203.0.113.7', '203.0.113.7'],
  ['behind a proxy is not what the caller told it', 1, '198.51.100.1, 203.0.113.7', '203.0.113.7'],
  ['behind two proxies is what the first of them says', 2, '198.51.100.1, 203.0.113.7, 10.0.0.1', '203.0.113.7'],
  ['behind a known proxy is what it says', ['127.0.0.0/8'], '203.0.113.7', '203.0.113.7'],
  [
    'behind known proxies is the first that is none of them',
    ['127.0.0.1', '10.0.0.0/8'],
    '1.2.3.4, 203.0.113.7, 10.1.2.3',
    '203.0.113.7',
  ],
  ['behind an unknown proxy is that of the proxy', ['10.0.0.0/8'], '203.0.113.7', loopback],
  ['is without the port that some proxies add', 1, '203.0.113.7:50123', '203.0.113.7'],
  ['is without the port of IPv6', 1, '[2001:db8::7]:50123', '2001:db8::7'],
  ['of IPv4 is in its own form', 1, '::ffff:203.0.113.7', '203.0.113.7'],
  ['is never what is none', 1, 'unknown', loopback],
  ['is never text of the caller', 1, '<script>', loopback],
])("a caller's address %s", async (_name, trustProxy, forwardedFor, address) => {
  expect(await seenBehind(trustProxy, forwardedFor)).toBe(address);
});
