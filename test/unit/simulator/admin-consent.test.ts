import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoTenants } from '../../../src/simulator/tenants.ts';
import { clientCredentials, startSmall, tokenUrl, valueAt } from './small-simulator.ts';

const registered = ['https://partner.example/consented', 'https://partner.example/other'];
const [contoso, fabrikam, adatum] = demoTenants;
const app = contoso?.apps[0];
const clientId = app?.clientId ?? '';
const adatumId = adatum?.tenantId ?? '';

let small: Awaited<ReturnType<typeof startSmall>>;
beforeAll(async () => {
  if (!contoso || !fabrikam || !adatum || !app) throw new Error('The demo has three tenants');
  small = await startSmall({
    tenants: [{ ...contoso, apps: [{ ...app, redirectUris: registered }] }, fabrikam, adatum],
  });
});
afterAll(() => small[Symbol.asyncDispose]());

const visit = async (tenant: string, query: Readonly<Record<string, string>>) => {
  const { authority } = small.simulator.endpoints('contoso');
  const { status, headers, json } = await small.call(
    `${authority}/${tenant}/adminconsent?${new URLSearchParams(query)}`,
  );
  const { location } = headers;
  return { status, json, to: typeof location === 'string' ? location : null };
};

/** Whether adatum knows the app of contoso. */
const isKnown = async (): Promise<boolean> => {
  const form = clientCredentials(small.simulator, 'contoso', 'https://graph.microsoft.com/.default');
  return (await small.form(tokenUrl(small.simulator, 'adatum'), form)).status === 200;
};

test.each([
  [
    'a redirect URI that is not registered',
    adatumId,
    { client_id: clientId, redirect_uri: 'https://evil.example/' },
    50011,
  ],
  ['an app that no tenant has', adatumId, { client_id: '99999999-bbbb-4bbb-8bbb-000000000009' }, 700016],
  ['no app', adatumId, {}, 900144],
  ['a tenant that is not known', '99999999-aaaa-4aaa-8aaa-000000000009', { client_id: clientId }, 90002],
  ['an administrator of another tenant', adatumId, { client_id: clientId, login_hint: 'analyst@contoso.com' }, 50020],
  ['nobody who is signed in', 'organizations', { client_id: clientId }, 50059],
])('P2: with %s the page refuses (AADSTS), leads nowhere and records nothing', async (_what, tenant, query, number) => {
  const { status, json, to } = await visit(tenant, query);
  expect([status, to, valueAt(json, 'error_codes')]).toEqual([400, null, [number]]);
  expect(await isKnown()).toBe(false);
});

test('P2: one who declines is sent back with an error, and nothing is recorded', async () => {
  small.simulator.users.declineConsent('adatum');
  const { to } = await visit(adatumId, { client_id: clientId, redirect_uri: registered[1] ?? '', state: 'a b' });
  small.simulator.users.declineConsent('adatum', false);
  expect(to?.startsWith(`${registered[1]}?`)).toBe(true);
  expect(Object.fromEntries(new URL(to ?? '').searchParams)).toEqual({
    error: 'permission_denied',
    error_description: 'The admin canceled the request',
    state: 'a b',
  });
  expect(await isKnown()).toBe(false);
});

test('P2: whoever signs in at "organizations" consents for their tenant, and is led to the first redirect URI', async () => {
  const { status, to } = await visit('organizations', { client_id: clientId, login_hint: 'analyst@adatum.com' });
  expect([status, to]).toEqual([302, `${registered[0]}?admin_consent=True&tenant=${adatumId}`]);
  expect(await isKnown()).toBe(true);
});
