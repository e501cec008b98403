import { expect, test } from 'vitest';
import { checkHost } from '../../../src/server/hosts.ts';

const names = ['gateway.example.com'];

test.each([
  '127.0.0.1:4000',
  '[::1]:4000',
  '10.1.2.3',
  'localhost:4000',
  'demo.localhost',
  'gateway',
  'gateway-1:4000',
  'host.docker.internal:4000',
  'gateway.soc.svc.cluster.local',
  'gateway.example.com',
  'GATEWAY.example.com:443',
])('%s is a name of the gateway', (host) => {
  expect(() => checkHost(host, names)).not.toThrow();
});

test.each(['evil.example', 'gateway.example.com.evil.example', 'localhost.evil.example:4000', '', 'a b', undefined])(
  '%s is not',
  (host) => {
    expect(() => checkHost(host, names)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  },
);
