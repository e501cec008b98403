import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SimCloudName, simCloudNames } from '../../../src/simulator/clouds.ts';
import { tenantForCloud } from '../../../src/simulator/tenants.ts';
import { createTlsMaterial } from '../../../src/simulator/tls/authority.ts';
import { startSmall } from './small-simulator.ts';

let small: Awaited<ReturnType<typeof startSmall>>;
beforeAll(async () => {
  small = await startSmall({ tenants: simCloudNames.map(tenantForCloud) });
});
afterAll(() => small[Symbol.asyncDispose]());

/** What to ask Entra for, by cloud, as the documentation says it. */
const worldwide = {
  mde: 'https://api.securitycenter.microsoft.com',
  m365d: 'https://api.security.microsoft.com',
  graph: 'https://graph.microsoft.com',
};
const government = {
  mde: 'https://api-gov.securitycenter.microsoft.us',
  m365d: 'https://api-gov.security.microsoft.us',
};
const resources: Readonly<Record<SimCloudName, Readonly<Record<'mde' | 'm365d' | 'graph', string>>>> = {
  global: worldwide,
  us: worldwide,
  eu: worldwide,
  uk: worldwide,
  au: worldwide,
  swa: worldwide,
  ina: worldwide,
  aea: worldwide,
  gcc: {
    mde: 'https://api-gcc.securitycenter.microsoft.us',
    m365d: 'https://api-gcc.security.microsoft.us',
    graph: worldwide.graph,
  },
  'gcc-high': { ...government, graph: 'https://graph.microsoft.us' },
  dod: { ...government, graph: 'https://dod-graph.microsoft.us' },
};
const paths = { mde: '/api/machines', m365d: '/api/incidents', graph: '/v1.0/security/incidents' } as const;
const products = ['mde', 'm365d', 'graph'] as const;

describe.each(simCloudNames)('the cloud %s', (cloud) => {
  test.each(products)('serves %s to its own tokens only', async (product) => {
    const tenant = `sim-${cloud}`;
    const url = small.simulator.endpoints(tenant)[product] + paths[product];
    for (const other of products) {
      const token = await small.appToken(tenant, `${resources[cloud][other]}/.default`);
      const { status } = await small.call(url, { token });
      expect(status).toBe(other === product ? 200 : product === 'graph' ? 401 : 403);
    }
  });
});

test('a tenant of a region also reaches its older host names', async () => {
  const token = await small.appToken('sim-uk', `${worldwide.mde}/.default`);
  const origin = small.simulator.originOf('https://api-uk.securitycenter.microsoft.com');
  expect((await small.call(`${origin}/api/machines/x`, { token })).status).toBe(200);
});

test('a host that no tenant needs is not served', () => {
  expect(() => small.simulator.originOf('https://login.partner.microsoftonline.cn')).toThrow(/need no host/);
});

test('the server certificate is signed by the CA for every name', () => {
  const { caPem, certificatePem } = createTlsMaterial(['simulator.test', 'localhost', '127.0.0.1', '::1']);
  const [authority, server] = [new X509Certificate(caPem), new X509Certificate(certificatePem)];
  expect(authority.ca).toBe(true);
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.checkIssued(authority)).toBe(true);
  expect(server.checkHost('simulator.test')).toBe('simulator.test');
  expect([server.checkIP('127.0.0.1'), server.checkIP('::1')]).toEqual(['127.0.0.1', '::1']);
});
