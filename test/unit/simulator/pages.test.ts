import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stableGuid } from '../../../src/simulator/tenants.ts';
import { simTenant } from '../../support/tenants.ts';
import { startSmall, tokenUrl, valueAt } from './small-simulator.ts';

/** Sign-in by code from a page, as Entra lets single-page applications do it. */
const clientId = stableGuid('app page');
const scope = `api://${stableGuid('app contoso')}/access_as_user`;
const spa = 'http://localhost:4000/';
const web = 'https://web.example/back';
const contoso = simTenant('contoso');
const tenant = {
  ...contoso,
  apps: [
    ...contoso.apps,
    { ...contoso.apps[0], clientId, secrets: [], certificates: [], permissions: { mde: [], m365d: [], graph: [] } },
  ].map((app) => (app.clientId === clientId ? { ...app, spaRedirectUris: [spa], redirectUris: [web] } : app)),
  users: [{ userPrincipalName: 'ana@contoso.com', permissions: { mde: [], m365d: [], graph: [] } }],
};

let small: Awaited<ReturnType<typeof startSmall>>;
const startedAt = Date.UTC(2026, 10, 20);
let elapsedMs = 0;
beforeAll(async () => {
  small = await startSmall({ tenants: [tenant], now: () => new Date(startedAt + elapsedMs) });
});
afterAll(() => small[Symbol.asyncDispose]());

const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');

const authorize = (redirectUri: string, more: Record<string, string> = {}) =>
  small.call(
    `${small.simulator.endpoints('contoso').authority}/${tenant.tenantId}/oauth2/v2.0/authorize?${new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      response_mode: 'fragment',
      redirect_uri: redirectUri,
      scope,
      state: 'a state',
      ...more,
    })}`,
  );

const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
const codeAt = async (redirectUri: string, more: Record<string, string> = pkce): Promise<string> => {
  const { headers } = await authorize(redirectUri, more);
  return new URLSearchParams(new URL(String(headers.location)).hash.slice(1)).get('code') ?? '';
};

interface Redemption {
  readonly redirectUri?: string;
  readonly asked?: Record<string, string>;
  readonly origin?: string | undefined;
  readonly verifier?: string;
}

const redeem = async ({ redirectUri = spa, asked = pkce, verifier: sent = verifier, ...rest }: Redemption) => {
  const { origin = 'http://localhost:4000' } = rest;
  return small.call(tokenUrl(small.simulator, 'contoso'), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...('origin' in rest && rest.origin === undefined ? {} : { origin }),
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code: await codeAt(redirectUri, asked),
      code_verifier: sent,
      scope,
    }).toString(),
  });
};

test.each<[string, Redemption, number | undefined]>([
  ['a page with its verifier has its token', {}, undefined],
  ['a page on another port of localhost, too', { redirectUri: 'http://localhost:4711/' }, undefined],
  ['a wrong verifier is refused', { verifier: 'w'.repeat(43) }, 501481],
  ['a code of a page is not redeemed by a server', { origin: undefined }, 9002327],
  ['a code of a server is not redeemed by a page', { redirectUri: web }, 9002326],
  ['a page needs PKCE', { asked: {} }, 9002325],
])('%s', async (_, asked, code) => {
  const { status, json, headers } = await redeem(asked);
  expect([status, valueAt(json, 'error_codes')]).toEqual(code === undefined ? [200, undefined] : [400, [code]]);
  expect(headers['access-control-allow-origin'], 'pages may read it').toBe('*');
});

test('a redirect URI that is not registered is told on the spot and not followed', async () => {
  const { status, headers, json } = await authorize('http://localhost:4000/other', pkce);
  expect([status, headers.location, valueAt(json, 'error_codes')]).toEqual([400, undefined, [50011]]);
});

const renew = (refreshToken: string, origin?: string) =>
  small.call(tokenUrl(small.simulator, 'contoso'), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(origin === undefined ? {} : { origin }) },
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: refreshToken,
      scope,
    }).toString(),
  });

test('a page is given a refresh token for offline_access alone, renews with it for a day, and no server does', async () => {
  expect(valueAt((await redeem({})).json, 'refresh_token')).toBeUndefined();
  const given = await redeem({ asked: { ...pkce, scope: `offline_access ${scope}` } });
  const first = String(valueAt(given.json, 'refresh_token'));
  const byServer = await renew(first);
  expect([byServer.status, valueAt(byServer.json, 'error_codes')]).toEqual([400, [9002327]]);
  elapsedMs = 23 * 3_600_000;
  const renewed = await renew(first, 'http://localhost:4000');
  const second = String(valueAt(renewed.json, 'refresh_token'));
  expect([renewed.status, second === first]).toEqual([200, false]);
  // The day is that of the sign-in: a later token does not lengthen it.
  elapsedMs = 25 * 3_600_000;
  const late = await renew(second, 'http://localhost:4000');
  expect([late.status, valueAt(late.json, 'error_codes')]).toEqual([400, [700084]]);
});
