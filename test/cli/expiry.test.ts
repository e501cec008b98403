import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import type { RemoteText } from '../../src/config/secret.ts';
import { createConnectivity } from '../../src/routing/connectivity.ts';
import { demoTenants, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { issueCertificate } from '../../src/simulator/tls/certificate.ts';
import { type Sending, startSending } from '../identity/sending.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { createPlace, type Place } from './support.ts';

const dayMs = 24 * 3_600_000;
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const certificateUntil = (notAfter: Date): string =>
  issueCertificate({
    subject: 'gateway',
    publicKey: keys.publicKey,
    issuer: { name: 'gateway', ...keys },
    notBefore: new Date(Date.now() - 400 * dayMs),
    notAfter,
    use: { kind: 'client' },
  });
/** Whole seconds, as certificates and vaults have them. */
const inDays = (days: number): Date => new Date(Math.floor((Date.now() + days * dayMs) / 1000) * 1000);

let simulator: Simulator;
let sending: Sending;
let place: Place;
const certificateEnd = inDays(100);
const certificatePem = certificateUntil(certificateEnd);
const privateKeyPem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const clientId = '11111111-bbbb-4bbb-8bbb-000000000001';

beforeAll(async () => {
  const [contoso, ...others] = demoTenants;
  const credentials = { certificates: [certificatePem], expiredSecrets: ['a-secret-of-last-year'] };
  const apps = contoso?.apps.map((app) => ({ ...app, ...credentials })) ?? [];
  simulator = await startSimulator({ tenants: contoso === undefined ? [] : [{ ...contoso, apps }, ...others] });
  sending = await startSending(simulator);
  place = await createPlace();
  await place.write('ca.pem', simulator.caPem);
  await place.write('key.pem', privateKeyPem);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await sending.stop();
  await simulator.stop();
});

const settings = (changes: readonly SettingsChange[]): string =>
  changedSettings(gatewaySettings(simulator), [[['upstream'], { caFile: 'ca.pem' }], ...changes]);

const checkCertificate = async (pem: string) => {
  await place.write('leaf.pem', pem);
  const auth = { clientId, certificateFile: 'leaf.pem', privateKeyFile: 'key.pem' };
  await place.write('defender-gateway.yaml', settings([[['tenants', 0, 'auth'], auth]]));
  const { code, out } = await place.run(['check', 'contoso', '--json']);
  const [tenant] = JSON.parse(out).tenants;
  return { code, signIn: tenant.signIn, table: (await place.run(['check', 'contoso'])).out };
};

describe('check tells when', () => {
  test('a certificate ends', async () => {
    const { code, signIn, table } = await checkCertificate(certificatePem);
    expect(signIn).toMatchObject({ kind: 'certificate', expiresAt: certificateEnd.toISOString(), problem: null });
    expect(table).toContain(`(certificate, until ${signIn.expiresAt.slice(0, 10)})`);
    expect(code).toBe(0);
  });

  test.each([
    ['ends soon', 10, /^the certificate ends on 20/],
    ['has ended', -1, /^the certificate has ended on 20/],
  ])('a certificate %s, which is a fault', async (_, days, problem) => {
    const { code, signIn } = await checkCertificate(certificateUntil(inDays(days)));
    expect(signIn.problem).toMatch(problem);
    expect(code).toBe(1);
  });
});

test('check tells a secret that has expired from one that is wrong', async () => {
  const auth = { clientId, clientSecret: 'a-secret-of-last-year' };
  await place.write('defender-gateway.yaml', settings([[['tenants', 0, 'auth'], auth]]));
  const { code, out } = await place.run(['check', 'contoso']);
  expect(out).toContain('AADSTS7000222: the client secret has expired: make a new one in the app registration');
  expect(code).toBe(1);
});

describe('a secret of Key Vault', () => {
  const signInOf = async (expiresAtMs: number | null) => {
    const reference = { keyVault: { vault: 'soc-vault', secret: 'contoso' } };
    const readKeyVault = async (): Promise<RemoteText> => ({ text: 'demo-secret-contoso', expiresAtMs });
    const text = changedSettings(gatewaySettings(simulator), [[['tenants', 0, 'auth', 'clientSecret'], reference]]);
    const { tenants } = await parseConfig(text, { env: {}, baseDir: '/', readKeyVault });
    const [tenant] = tenants;
    if (tenant === undefined) throw new Error('no tenant');
    const look = createConnectivity({
      tokens: sending.tokens,
      http: sending.http,
      clock: { now: Date.now, sleep: async () => {} },
    });
    return (await look(tenant, sending.scope())).signIn;
  };

  test('tells its end, and that it comes near', async () => {
    expect(await signInOf(null)).toMatchObject({ expiresAt: null, problem: null });
    const far = inDays(90);
    expect(await signInOf(far.getTime())).toMatchObject({ expiresAt: far.toISOString(), problem: null });
    const near = inDays(3);
    expect((await signInOf(near.getTime())).problem).toBe(
      `the client secret ends on ${near.toISOString()}: replace it`,
    );
  });
});
