import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { startProxy } from '../support/proxy.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { createPlace, type Place } from './support.ts';

let simulator: Simulator;
let place: Place;

beforeAll(async () => {
  simulator = await startSimulator();
  place = await createPlace();
  await place.write('ca.pem', simulator.caPem);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await simulator.stop();
});

const write = (changes: readonly SettingsChange[] = []): Promise<string> =>
  place.write(
    'defender-gateway.yaml',
    changedSettings(gatewaySettings(simulator), [
      [['store'], { url: 'memory:' }],
      [['upstream'], { caFile: 'ca.pem' }],
      ...changes,
    ]),
  );

describe('check', () => {
  test('of a tenant where all is granted ends with 0', async () => {
    await write();
    const { code, out } = await place.run(['check', 'contoso']);
    expect(out).toMatch(/^contoso {2}global {2}11111111-aaaa/);
    expect(out).toMatch(/graph +localhost:\d+ +yes +[-+]?\d s +yes +\d+/);
    expect(out).toMatch(/machines\.isolate +mde +ok/);
    expect(out).toContain('Nothing is missing.');
    expect(code).toBe(0);
  });

  test('D3: goes by the proxy of the environment, for Entra and the APIs, and shows it', async () => {
    await write();
    const proxy = await startProxy();
    onTestFinished(() => proxy.stop());
    const { code, out } = await place.run(['check', 'contoso'], { HTTPS_PROXY: proxy.origin });
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`login +(localhost:\\d+) +yes .*${proxy.origin}`));
    expect(out).toMatch(new RegExp(`mde +localhost:\\d+ +yes .*${proxy.origin}`));
    const hosts = [...out.matchAll(/localhost:\d+/g)].map(([host]) => host);
    expect(new Set(proxy.asked)).toEqual(new Set(hosts));
    const asked = proxy.asked.length;
    const direct = await place.run(['check', 'contoso'], { HTTPS_PROXY: proxy.origin, NO_PROXY: 'localhost' });
    expect([direct.code, proxy.asked.length]).toEqual([0, asked]);
    expect(direct.out).not.toContain(proxy.origin);
  });

  test('D3: Key Vault is reached by the proxy too', async () => {
    await write([[['tenants', 0, 'auth', 'clientSecret'], { keyVault: { vault: 'soc-vault', secret: 'x' } }]]);
    const proxy = await startProxy();
    onTestFinished(() => proxy.stop());
    const { err } = await place.run(['config', 'validate'], {
      HTTPS_PROXY: proxy.origin,
      AZURE_TENANT_ID: '00000000-0000-4000-8000-000000000001',
      AZURE_CLIENT_ID: '00000000-0000-4000-8000-0000000000a1',
      AZURE_CLIENT_SECRET: 'a-secret-of-the-test',
      AZURE_AUTHORITY_HOST: 'https://login.invalid',
    });
    expect(err).toContain('no token for Key Vault');
    expect(proxy.asked).toContain('login.invalid:443');
  });

  test('Key Vault is asked with the authorities of upstream.caFile, and says what Entra says', async () => {
    await write([[['tenants', 0, 'auth', 'clientSecret'], { keyVault: { vault: 'soc-vault', secret: 'x' } }]]);
    const { err } = await place.run(['config', 'validate'], {
      AZURE_TENANT_ID: '00000000-0000-4000-8000-0000000000ee',
      AZURE_CLIENT_ID: '00000000-0000-4000-8000-0000000000a1',
      AZURE_CLIENT_SECRET: 'a-secret-of-the-test',
      AZURE_AUTHORITY_HOST: simulator.endpoints('contoso').authority,
    });
    expect(err).toContain('no token for Key Vault: AADSTS90002: no such tenant in this cloud');
  });

  test('D3: a variable that is no proxy is a fault of the settings, which shows no password', async () => {
    await write();
    const { code, err } = await place.run(['check'], { HTTPS_PROXY: 'socks5://me:hidden@proxy.example:1080' });
    expect(code).not.toBe(0);
    expect(err).toContain('HTTPS_PROXY must be the address of an HTTP proxy');
    expect(err).not.toContain('hidden');
  });

  test('names the permission to ask for, API by API, and ends with 1', async () => {
    await write();
    const { code, out } = await place.run(['check']);
    expect(code).toBe(1);
    expect(out).toContain('! incidents.read: grant SecurityIncident.Read.All (graph) or Incident.Read.All (m365d)');
    expect(out).toMatch(/machines\.read +mde +ok/);
    expect(out).toContain('fabrikam  gcc-high');
  });

  test('P2: --need makes only those features count, so that a read-only app ends with 0', async () => {
    await write();
    const served = await place.run(['check', 'adatum', '--need', 'machines.read']);
    expect([served.code, served.out.includes('Nothing is missing.')]).toEqual([0, true]);
    const missing = await place.run(['check', 'adatum', '--need', 'machines.read, incidents.read']);
    expect(missing.code).toBe(1);
    expect(missing.out.match(/^ {2}! .*/gm)).toEqual([expect.stringMatching(/^ {2}! incidents\.read: grant /)]);
    const unknown = await place.run(['check', '--need', 'incidents.raed']);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('did you mean "incidents.read"?')]);
  });

  test('P2: a tenant that expects some features ends with 0 when they work, and --need goes before it', async () => {
    const adatum = simulator.tenants.findIndex(({ name }) => name === 'adatum');
    await write([
      [
        ['tenants', adatum, 'expects'],
        ['machines.read', 'hunting'],
      ],
    ]);
    const served = await place.run(['check', 'adatum', '--json']);
    expect([served.code, JSON.parse(served.out).tenants[0].expects]).toEqual([0, ['machines.read', 'hunting']]);
    expect((await place.run(['check', 'adatum', '--need', 'incidents.read'])).code).toBe(1);
    await write([[['tenants', adatum, 'expects'], ['machines.raed']]]);
    const wrong = await place.run(['config', 'validate']);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('did you mean "machines.read"?')]);
  });

  test.each([
    [
      'an API that no needed feature goes by is missing',
      ['endpoints', 'scopes', 'm365d'],
      'https://nowhere.example',
      0,
    ],
    ['the host of such an API is not reached', ['endpoints', 'm365d'], 'https://localhost:1', 0],
    ['the API of a needed feature is missing', ['endpoints', 'scopes', 'mde'], 'https://nowhere.example', 2],
    ['the host of that API is not reached', ['endpoints', 'mde'], 'https://localhost:1', 1],
  ])('P2: with needs, when %s', async (_what, path, value, problems) => {
    await write([
      [['tenants', 0, ...path], value],
      [['tenants', 0, 'expects'], ['machines.read']],
    ]);
    const { code, out } = await place.run(['check', 'contoso']);
    expect([code, out.match(/^ {2}! /gm)?.length ?? 0]).toEqual([Math.min(problems, 1), problems]);
  });

  test('P2: what keeps from all tokens is told once, and each feature says by which code', async () => {
    await write([[['tenants', 0, 'endpoints', 'authority'], 'https://localhost:1']]);
    const { out } = await place.run(['check', 'contoso']);
    expect(out.match(/^ {2}! .*/gm)).toEqual([expect.stringContaining('localhost:1 is not reached (ECONNREFUSED)')]);
    await write([[['tenants', 0, 'auth', 'clientId'], '99999999-bbbb-4bbb-8bbb-000000000009']]);
    const unknown = await place.run(['check', 'contoso']);
    expect(unknown.out.match(/^ {2}! .*/gm)).toEqual([expect.stringContaining('AADSTS700016: the app is not known')]);
    expect(unknown.out).toMatch(/incidents\.read +- +no token \(AADSTS700016\)/);
  });

  test('P2: a wrong secret is told once, with the APIs it keeps from', async () => {
    await write([[['tenants', 0, 'auth', 'clientSecret'], 'wrong']]);
    const { code, out } = await place.run(['check', 'contoso', '--need', 'machines.read']);
    expect(code).toBe(1);
    expect(out.match(/^ {2}! .*/gm)).toEqual([
      expect.stringContaining('No token for graph, m365d, mde in tenant "contoso": AADSTS7000215'),
    ]);
  });

  test('--json tells scripts the same', async () => {
    await write();
    const { out } = await place.run(['check', 'adatum', '--json']);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      ok: false,
      tenants: [
        {
          tenant: 'adatum',
          ok: false,
          signIn: { kind: 'secret', expiresAt: null, problem: null },
          login: { reached: true, problem: null },
          apis: [
            { api: 'graph', reached: true, token: true, permissions: [] },
            { api: 'm365d', reached: true, token: true, permissions: [] },
            { api: 'mde', reached: true, token: true },
          ],
        },
      ],
    });
    expect(report.tenants[0].features).toContainEqual({
      name: 'hunting',
      api: 'mde',
      missingPermissions: [],
      problem: null,
    });
    expect(Math.abs(report.tenants[0].login.clockSkewSeconds)).toBeLessThan(3);
  });

  test('tells a wrong secret without showing it', async () => {
    await write([[['tenants', 0, 'auth', 'clientSecret'], 'wrong-but-hidden']]);
    const { code, out, err } = await place.run(['check', 'contoso']);
    expect(code).toBe(1);
    expect(out).toContain('AADSTS7000215: the client secret is wrong');
    expect(out + err).not.toContain('wrong-but-hidden');
  });

  test('of a tenant that is used on behalf of its callers tells whether the app is good', async () => {
    const [app] = simulator.tenants[0]?.apps ?? [];
    const auth = { clientId: app?.clientId, clientSecret: app?.secrets[0], onBehalfOf: true };
    await write([[['tenants', 0, 'auth'], auth]]);
    const good = await place.run(['check', 'contoso']);
    expect(good.out).toMatch(/\(onBehalfOf\)/);
    expect(good.out).toContain('What works depends on the caller');
    expect(good.code).toBe(0);
    await write([[['tenants', 0, 'auth'], { ...auth, clientSecret: 'wrong-but-hidden' }]]);
    const bad = await place.run(['check', 'contoso']);
    expect(bad.out).toContain('AADSTS7000215: the client secret is wrong');
    expect(bad.code).toBe(1);
  });

  test('tells a host that is not reached, and why', async () => {
    await write([[['tenants', 0, 'endpoints', 'mde'], 'https://localhost:1']]);
    const { code, out } = await place.run(['check', 'contoso']);
    expect(code).toBe(1);
    expect(out.match(/^ {2}! .*/gm)).toEqual(['  ! localhost:1 is not reached (ECONNREFUSED)']);
    expect(out).toMatch(/^ {2}machines\.read +mde +host not reached$/m);
    expect(out).toMatch(/^ {2}incidents\.read +graph +ok$/m);
  });

  test('R7: names the other scopes to try when Entra knows no such resource (AADSTS500011)', async () => {
    await write([[['tenants', 0, 'endpoints', 'scopes', 'mde'], 'https://api-gov.securitycenter.microsoft.us']]);
    const { code, out } = await place.run(['check', 'contoso']);
    expect(code).toBe(1);
    expect(out).toContain('AADSTS500011');
    const line = out.split('\n').find((one) => one.includes('endpoints.scopes.mde')) ?? '';
    expect(line).toContain('https://api.securitycenter.microsoft.com/.default');
    expect(line).toContain('fc780465-2017-40d4-a0c5-307022471b92/.default');
    expect(line).not.toContain('api-gov.securitycenter');
    expect(out).not.toContain('endpoints.scopes.graph');
  });

  test('tells a certificate that is not trusted', async () => {
    await write([[['upstream'], {}]]);
    const { code, out } = await place.run(['check', 'contoso']);
    expect(code).toBe(1);
    expect(out).toContain('its certificate is not trusted; name a private CA in upstream.caFile');
    // The same reason is told once, with the hosts that it keeps from.
    expect(out.match(/^ {2}! .*/gm)).toEqual([
      expect.stringMatching(/^ {2}! localhost:\d+, localhost:\d+, localhost:\d+ are not reached \(/),
    ]);
  });

  test('of a tenant that is not there names the nearest', async () => {
    await write();
    const { code, err } = await place.run(['check', 'contosso']);
    expect(code).toBe(1);
    expect(err).toContain('no tenant "contosso"; did you mean "contoso"?');
  });
});
