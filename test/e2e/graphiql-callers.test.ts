import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableGuid } from '../../src/simulator/tenants.ts';
import { accessFaults, launchBrowser, openIn, overflow } from '../support/browser.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** The page of a gateway that lets nobody in without a credential. */
const page = stableGuid('app page');
const nothing = { mde: [], m365d: [], graph: [] } as const;
const contoso = simTenant('contoso', { scale: 0.1 });
const tenants = [
  {
    ...contoso,
    apps: [
      ...contoso.apps,
      // The port of localhost is not compared.
      {
        ...{ clientId: page, secrets: [], certificates: [], permissions: nothing },
        spaRedirectUris: ['http://localhost/'],
      },
    ],
    users: [{ userPrincipalName: 'ana@contoso.com', permissions: nothing }],
  },
  simTenant('fabrikam', { scale: 0.1 }),
];

let running: Running;
let browser: Browser;
let url: string;

beforeAll(async () => {
  [browser, running] = await Promise.all([
    launchBrowser(),
    startRunning({
      simulator: { tenants, profile: 'mild' },
      settings: (offered, simulator) => {
        const { tenantId, name } = contoso;
        const authority = `${simulator.endpoints(name).authority}/${tenantId}`;
        const gateway = contoso.apps[0]?.clientId;
        return changedSettings(offered, [
          [['server', 'graphiqlSignIn'], { clientId: page, scope: `api://${gateway}/access_as_user` }],
          [
            ['access'],
            {
              entra: {
                tenantId,
                audience: gateway,
                issuer: `${authority}/v2.0`,
                jwksUri: `${authority}/discovery/v2.0/keys`,
                roleClaims: { access_as_user: 'hunter' },
              },
              apiKeys: [
                keyRow('reads-contoso', { roles: ['reader'], tenants: ['contoso'] }),
                keyRow('isolates-servers', { roles: ['servers'] }),
                keyRow('may-do-nothing', { roles: ['nothing'] }),
                keyRow('sees-no-tenant', { roles: ['servers'], tenants: ['contoso'] }),
              ],
              roles: {
                servers: { permissions: ['role:responder'], tenants: ['fabrikam'], machineGroups: ['Servers'] },
                nothing: [],
              },
            },
          ],
        ]);
      },
    }),
  ]);
  url = `http://localhost:${new URL(running.gateway.url).port}/`;
});

afterAll(async () => {
  await browser.close();
  await running.stop();
});

/** A browser starts slowly on a busy machine. */
const timeoutMs = 90_000;

const enterKey = async (on: Page, key: string): Promise<void> => {
  await on.getByLabel('API key or access token').fill(key);
  await on.getByLabel('API key or access token').press('Enter');
};

/** Names of the tabs, once they are there. */
const tabs = async (on: Page): Promise<readonly string[]> => {
  await on.locator('.graphiql-execute-button').waitFor({ timeout: 60_000 });
  return on.locator('.graphiql-tab-button').allTextContents();
};

const kept = (on: Page) =>
  on.evaluate<{ readonly tab: string; readonly browser: string }>(
    '({ tab: JSON.stringify({ ...sessionStorage }), browser: JSON.stringify({ ...localStorage }) })',
  );

test(
  'P1: a key opens the page with examples of what it may do; it stays in the tab and is in no address',
  async () => {
    const { page: on, faults, hosts } = await openIn(browser, url);
    await on.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(faults, 'no red 401').toEqual([]);
    expect(await on.evaluate('document.activeElement.id')).toBe('key');
    expect(await accessFaults(on)).toEqual([]);

    await enterKey(on, 'ein Schlüssel aus 東京');
    await on.getByRole('alert').filter({ hasText: 'This is no key or token' }).waitFor();
    expect(faults.splice(0)).toEqual([]);
    await enterKey(on, 'a wrong key');
    await on.getByRole('alert').filter({ hasText: 'The API key or token is not known here' }).waitFor();
    expect((await kept(on)).tab).not.toContain('wrong');
    // The browser writes the refusal that was asked for into its console.
    const expected = faults.splice(0);
    expect(expected).toEqual([expect.stringContaining('401')]);

    await enterKey(on, 'reads-contoso');
    expect(await tabs(on)).toEqual([
      ...['Me', 'Tenants', 'OpenIncidents', 'NewAlerts', 'Machines', 'Weaknesses', 'Indicators'],
    ]);
    expect(await on.locator('#caller').textContent()).toBe('reads-contoso · reader · one tenant');
    await on.getByRole('button', { name: 'Machines', exact: true }).click();
    await on.locator('.graphiql-execute-button').click();
    await on.locator('.result-window').filter({ hasText: '"name": "contoso"' }).waitFor();
    expect(await on.locator('.result-window').textContent()).not.toContain('FORBIDDEN');
    expect(await accessFaults(on)).toEqual([]);

    const places = await kept(on);
    expect(places.tab).toContain('reads-contoso');
    expect(on.url()).toBe(url);
    await on.reload();
    expect(await on.locator('#caller').filter({ hasText: 'reads-contoso' }).count(), 'a reload keeps it').toBe(1);
    const saved = on.waitForEvent('download');
    await on.getByRole('link', { name: 'Schema' }).click();
    expect((await saved).suggestedFilename()).toBe('schema.graphql');

    const other = await on.context().newPage();
    await other.goto(url);
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await on.getByRole('button', { name: 'Sign out' }).click();
    await on.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect((await kept(on)).tab).not.toContain('reads-contoso');
    expect(faults).toEqual([]);
    expect([...hosts]).toEqual([new URL(url).host]);
  },
  timeoutMs,
);

test(
  'P1: who signs in with Entra comes back, and asks as themselves',
  async () => {
    const { page: on, faults } = await openIn(browser, url, { width: 400, scheme: 'dark' });
    const signIn = on.getByRole('button', { name: 'Sign in with Microsoft Entra' });
    await signIn.waitFor();
    expect([await accessFaults(on), await overflow(on)]).toEqual([[], 0]);
    await signIn.click();
    expect(await tabs(on)).toContain('Hunt');
    expect(await on.locator('#caller').textContent()).toBe('ana@contoso.com · hunter · 2 tenants');
    expect([on.url(), await overflow(on)], 'no code stays in the address').toEqual([url, 0]);
    expect((await kept(on)).browser, 'no token outlives the tab').not.toContain('eyJ');

    await on.getByRole('button', { name: 'Hunt', exact: true }).click();
    await on.locator('.graphiql-execute-button').click();
    await on.locator('.result-window').filter({ hasText: '"status": "SUCCEEDED"' }).waitFor();
    expect(await accessFaults(on)).toEqual([]);
    expect(faults).toEqual([]);

    // A token that has ended is renewed without a word, and what was asked is asked again.
    const end = () => on.evaluate("sessionStorage.setItem('defender-gateway:credential', 'one-that-has-ended')");
    const redeemed = () => running.simulator.calls.count({ operation: 'entra.token', tenant: 'contoso' });
    const token = async () => JSON.parse((await kept(on)).tab)['defender-gateway:credential'];
    const before = redeemed();
    await end();
    await on.locator('.graphiql-execute-button').click();
    await expect.poll(token, { timeout: 10_000 }).toMatch(/^eyJ/);
    await on.locator('.result-window').filter({ hasText: '"status": "SUCCEEDED"' }).waitFor();
    expect([redeemed(), await on.locator('#notice').textContent()]).toEqual([before + 1, '']);
    await end();
    await on.reload();
    expect(await tabs(on)).toContain('Hunt');
    expect([redeemed(), await token()]).toEqual([before + 2, expect.stringMatching(/^eyJ/)]);

    // Who took the sign-in back is asked to sign in again, and finds what they wrote.
    await on.locator('.graphiql-query-editor .CodeMirror-code').click();
    await on.keyboard.press('Control+a');
    await on.keyboard.type('{ viewer { kind } }');
    await expect.poll(async () => (await kept(on)).browser, { timeout: 10_000 }).toContain('viewer { kind }');
    running.simulator.users.revoke('ana@contoso.com');
    await end();
    await on.locator('.graphiql-execute-button').click();
    await on.locator('#notice').filter({ hasText: 'Sign in again: your tabs stay.' }).waitFor();
    await on.getByRole('button', { name: 'Sign in again' }).click();
    await signIn.waitFor();
    expect((await kept(on)).tab).toBe('{}');
    await signIn.click();
    await tabs(on);
    expect(await on.locator('.graphiql-query-editor .CodeMirror-code').textContent()).toContain('viewer { kind }');
  },
  timeoutMs,
);

test(
  'P1: a sign-in that fails says why, and one that was begun elsewhere counts for nothing',
  async () => {
    const { page: on } = await openIn(browser, `${url}#code=stolen&state=of-another-tab`);
    const alert = on.getByRole('alert');
    await alert.filter({ hasText: 'This sign-in was not begun in this tab' }).waitFor();
    expect(on.url()).toBe(url);
    const redeemed = () => running.simulator.calls.count({ operation: 'entra.token', tenant: 'contoso' });
    const before = redeemed();

    running.simulator.faults.add({
      ...{ operation: 'entra.token', tenant: 'contoso', times: 1 },
      effect: { kind: 'status', status: 400, message: 'The code has expired.' },
    });
    await on.getByRole('button', { name: 'Sign in with Microsoft Entra' }).click();
    await alert.filter({ hasText: 'The code has expired.' }).waitFor();
    expect(redeemed()).toBe(before + 1);
    expect((await kept(on)).tab).toBe('{}');
  },
  timeoutMs,
);

test.each([
  ['isolates-servers', ['Me', 'OpenIncidents', 'NewAlerts', 'Machines', 'TakeIncident', 'Isolate'], ''],
  ['may-do-nothing', ['Me'], 'Your roles (nothing) allow nothing here. Ask whoever runs this gateway'],
  ['sees-no-tenant', ['Me'], 'None of your roles counts in a tenant. Ask whoever runs this gateway'],
])(
  'P1: the key %s has examples of what it may do alone, and a sentence on what it lacks',
  async (key, examples, notice) => {
    const { page: on } = await openIn(browser, url);
    await enterKey(on, key);
    expect(await tabs(on)).toEqual(examples);
    expect(await on.locator('#notice').textContent()).toContain(notice);
  },
  timeoutMs,
);
