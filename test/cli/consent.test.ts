import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
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
    changedSettings(gatewaySettings(simulator), [[['upstream'], { caFile: 'ca.pem' }], ...changes]),
  );

/** The settings' tenants, each with these changes. */
const tenants = (...changes: readonly object[]): SettingsChange => {
  const rows: readonly object[] = parse(gatewaySettings(simulator)).tenants;
  return [['tenants'], changes.map((change, index) => ({ ...rows[index], ...change }))];
};

const linkOf = (out: string) => {
  const link = new URL(out.trim());
  return { origin: link.origin, path: link.pathname, query: Object.fromEntries(link.searchParams) };
};

const clientId = '11111111-bbbb-4bbb-8bbb-000000000001';

test('prints the link of a tenant', async () => {
  await write();
  const { code, out } = await place.run([
    'consent',
    'contoso',
    '--redirect-uri',
    'https://portal.example/',
    '--state',
    's',
  ]);
  expect(code).toBe(0);
  expect(linkOf(out)).toEqual({
    origin: simulator.endpoints('contoso').authority,
    path: '/11111111-aaaa-4aaa-8aaa-000000000001/adminconsent',
    query: { client_id: clientId, redirect_uri: 'https://portal.example/', state: 's' },
  });
});

test.each([
  ['--new', ['--new'], 'organizations'],
  ['"organizations"', ['organizations'], 'organizations'],
  ['"common"', ['common'], 'common'],
])(
  'P2: %s prints the link for a customer whose tenant is not known, with the app that tenants share',
  async (_w, args, path) => {
    await write([tenants({})]);
    const { code, out, err } = await place.run(['consent', ...args, '--redirect-uri', 'https://partner.example/']);
    expect(code).toBe(0);
    expect(linkOf(out)).toEqual({
      origin: simulator.endpoints('contoso').authority,
      path: `/${path}/adminconsent`,
      query: { client_id: clientId, redirect_uri: 'https://partner.example/' },
    });
    expect(err).toContain('tenant=');
  },
);

test.each([
  ['several apps', ['--new'], /choose one with --client-id or --cloud .*000000000001.*000000000002/],
  ['a name besides', ['--new', 'contoso'], /leave the name out/],
  [
    'a redirect URI that is none',
    ['--new', '--redirect-uri', 'partner.example'],
    /--redirect-uri must be a whole address/,
  ],
  ['a client id that is none', ['--new', '--client-id', 'contoso'], /--client-id must be a GUID/],
  ['a cloud that is none', ['--new', '--cloud', 'gcc-hihg'], /did you mean "gcc-high"/],
])('P2: %s is a fault of the command line', async (_what, args, says) => {
  await write();
  const { code, err } = await place.run(['consent', ...args]);
  expect([code, err]).toEqual([2, expect.stringMatching(says)]);
});

test.each([
  [['--cloud', 'gcc-high'], '22222222-bbbb-4bbb-8bbb-000000000002', 'fabrikam'],
  [['--client-id', clientId], clientId, 'contoso'],
])('P2: %j chooses one of several apps, at the login host of its tenants', async (args, client_id, tenant) => {
  await write();
  const { out } = await place.run(['consent', '--new', ...args]);
  const { authority } = simulator.endpoints(tenant);
  expect(linkOf(out)).toEqual({ origin: authority, path: '/organizations/adminconsent', query: { client_id } });
});

test.each([
  ['dod', 'https://login.microsoftonline.us'],
  ['global', 'https://login.microsoftonline.com'],
])('P2: an app that no tenant has yet is asked for at the login host of its cloud, %s', async (cloud, origin) => {
  await write();
  const client_id = '99999999-bbbb-4bbb-8bbb-000000000009';
  const { out } = await place.run(['consent', '--new', '--client-id', client_id, '--cloud', cloud]);
  expect(linkOf(out)).toEqual({ origin, path: '/organizations/adminconsent', query: { client_id } });
});

test('P2: without a tenant it tells where the consents of all stand, for people and as JSON', async () => {
  const foreign = { clientId: '44444444-bbbb-4bbb-8bbb-000000000004', clientSecret: 'x' };
  const wrong = { clientId: '33333333-bbbb-4bbb-8bbb-000000000003', clientSecret: 'wrong-but-hidden' };
  await write([tenants({}, { auth: foreign }, { auth: wrong })]);
  const { code, out, err } = await place.run(['consent', '--json']);
  const states: readonly { link: string }[] = JSON.parse(out).tenants;
  expect(states).toMatchObject([
    { tenant: 'contoso', state: 'CONSENTED', reason: null },
    { tenant: 'fabrikam', state: 'NOT_CONSENTED', reason: expect.stringMatching(/^AADSTS700016: /) },
    {
      tenant: 'adatum',
      state: 'UNKNOWN',
      reason: expect.stringMatching(/^AADSTS7000215: [^;]*$/),
      apis: [
        { api: 'graph', permissions: null },
        { api: 'm365d', permissions: null },
        { api: 'mde', permissions: null },
      ],
    },
  ]);
  expect(code).toBe(1);
  const table = await place.run(['consent']);
  expect(table.out).toMatch(/contoso +consented +permissions: graph \d+, m365d \d+, mde \d+/);
  expect(table.out).toMatch(/fabrikam +NOT consented +AADSTS700016/);
  expect(table.out).toContain(states[1]?.link);
  expect(table.out).toMatch(/adatum +unknown +AADSTS7000215/);
  expect(out + err + table.out).not.toContain('wrong-but-hidden');
});
