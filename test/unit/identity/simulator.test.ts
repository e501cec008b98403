import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { apiNames } from '../../../src/clouds/endpoints.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { createTenantDirectory, type TenantDirectory } from '../../../src/config/directory.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import { createTokens, type Tokens } from '../../../src/identity/tokens.ts';
import { demoTenants, type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { issueCertificate } from '../../../src/simulator/tls/certificate.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createStoppedClock } from '../store/support.ts';
import { httpTrusting } from './entra.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificatePem = issueCertificate({
  subject: 'gateway',
  publicKey: rsa.publicKey,
  issuer: { name: 'gateway', ...rsa },
  notBefore: new Date(Date.now() - 86_400_000),
  notAfter: new Date(Date.now() + 86_400_000),
  use: { kind: 'client' },
});
const privateKeyPem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const contosoApp = '11111111-bbbb-4bbb-8bbb-000000000001';

/** The demo's tenants; contoso's app also knows a certificate. */
const [contoso, ...others] = demoTenants;
const simTenants = [
  ...(contoso === undefined
    ? []
    : [{ ...contoso, apps: contoso.apps.map((app) => ({ ...app, certificates: [certificatePem] })) }]),
  ...others,
];

describe('against the simulator, as the settings say', () => {
  let simulator: Simulator;
  let store: Store;
  let tokens: Tokens;
  let directory: TenantDirectory;

  beforeAll(async () => {
    simulator = await startSimulator({ tenants: simTenants });
    const settings = {
      store: { url: 'memory:' },
      tenants: simTenants.map(({ name, tenantId, cloud, apps }) => ({
        name,
        tenantId,
        cloud,
        auth: { clientId: apps[0]?.clientId, clientSecret: apps[0]?.secrets[0] },
        endpoints: { ...simulator.endpoints(name) },
      })),
    };
    directory = createTenantDirectory((await parseConfig(stringify(settings), { env: {}, baseDir: '/' })).tenants);
  });
  beforeEach(async () => {
    await store?.close();
    store = await openStore({ url: 'memory:' });
    tokens = createTokens({ store, clock: createStoppedClock(), http: httpTrusting(simulator.caPem) });
    simulator.calls.reset();
  });
  afterAll(async () => {
    await store?.close();
    await simulator?.stop();
  });

  const tenant = (name: string): Tenant => {
    const found = directory.get(name);
    if (found === undefined) throw new Error(`no tenant ${name}`);
    return found;
  };

  test.each(simTenants.flatMap(({ name }) => apiNames.map((api) => [name, api] as const)))(
    '%s has a token for %s',
    async (name, api) => {
      const token = await tokens.get(tenant(name), api);
      const consented = name !== 'adatum' || api === 'mde';
      expect((token.permissions ?? []).length > 0).toBe(consented);
      expect(token.appId).toBe(tenant(name).auth.clientId);
    },
  );

  test('500 first callers make one call to Entra', async () => {
    await Promise.all(Array.from({ length: 500 }, () => tokens.get(tenant('contoso'), 'mde')));
    expect(simulator.calls.count({})).toBe(1);
  });

  test('a certificate is accepted', async () => {
    const clientId = contosoApp;
    const auth: Tenant['auth'] = {
      kind: 'certificate',
      clientId,
      certificate: async () => ({ certificatePem, privateKeyPem, sendChain: true }),
    };
    expect((await tokens.get({ ...tenant('contoso'), auth }, 'graph')).permissions).toContain(
      'SecurityIncident.Read.All',
    );
  });

  test('a wrong secret and a wrong tenant say so', async () => {
    const clientId = contosoApp;
    const auth: Tenant['auth'] = { kind: 'secret', clientId, clientSecret: async () => 'wrong' };
    await expect(tokens.get({ ...tenant('contoso'), auth }, 'mde')).rejects.toThrow(
      'AADSTS7000215: the client secret is wrong',
    );
    const elsewhere = { ...tenant('contoso'), tenantId: '99999999-9999-4999-8999-999999999999' };
    await expect(tokens.get(elsewhere, 'mde')).rejects.toThrow(
      /AADSTS\d+: no such tenant in this cloud: check tenantId and cloud/,
    );
  });
});
