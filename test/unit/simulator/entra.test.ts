import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientCredentials, startSmall, textAt, tokenUrl, valueAt } from './small-simulator.ts';

let small: Awaited<ReturnType<typeof startSmall>>;
beforeAll(async () => {
  small = await startSmall({ tokenLifetimeSeconds: 7200 });
});
afterAll(() => small[Symbol.asyncDispose]());

const graphScope = 'https://graph.microsoft.com/.default';
const fabrikamId = '22222222-aaaa-4aaa-8aaa-000000000002';
const valid = (scope = graphScope) => clientCredentials(small.simulator, 'contoso', scope);

describe('the token endpoint', () => {
  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['no credential', { client_secret: undefined }, 401, 'invalid_client', 7000218],
    [
      'an app of another tenant',
      { client_id: '22222222-bbbb-4bbb-8bbb-000000000002' },
      400,
      'unauthorized_client',
      700016,
    ],
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request', 900144],
    ['an unknown grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['an unknown resource', { scope: 'https://api.unheard-of.example/.default' }, 400, 'invalid_resource', 500011],
    [
      'two resources',
      { scope: `${graphScope} https://api.security.microsoft.com/.default` },
      400,
      'invalid_scope',
      70011,
    ],
    [
      'a scope that is no .default',
      { scope: 'https://graph.microsoft.com/SecurityAlert.Read.All' },
      400,
      'invalid_scope',
      70011,
    ],
    [
      'the resource of another cloud',
      { scope: 'https://graph.microsoft.us/.default' },
      400,
      'invalid_resource',
      500011,
    ],
    [
      'a client assertion that is no token',
      {
        client_secret: undefined,
        client_assertion: 'x',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      },
      401,
      'invalid_client',
      700027,
    ],
  ])('refuses %s', async (_title, change, status, error, code) => {
    const fields = Object.entries({ ...valid(), ...change }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const answer = await small.form(tokenUrl(small.simulator, 'contoso'), Object.fromEntries(fields));
    expect([answer.status, valueAt(answer.json, 'error'), valueAt(answer.json, 'error_codes')]).toEqual([
      status,
      error,
      [code],
    ]);
    expect(textAt(answer.json, 'error_description')).toContain(`AADSTS${code}: `);
    for (const name of ['timestamp', 'trace_id', 'correlation_id']) expect(textAt(answer.json, name)).not.toBe('');
  });

  test.each([
    ['an unknown tenant', '99999999-aaaa-4aaa-8aaa-000000000009', 90002],
    ['a tenant of another national cloud', fabrikamId, 90038],
  ])('refuses %s', async (_title, tenant, code) => {
    const { authority } = small.simulator.endpoints('contoso');
    const answer = await small.form(`${authority}/${tenant}/oauth2/v2.0/token`, valid());
    expect([answer.status, valueAt(answer.json, 'error_codes')]).toEqual([400, [code]]);
  });

  test('knows a tenant by its domain and sends the asked audience, slash and all', async () => {
    const { authority } = small.simulator.endpoints('contoso');
    const scope = 'https://api.securitycenter.microsoft.com//.default';
    const answer = await small.form(`${authority}/contoso.onmicrosoft.com/oauth2/v2.0/token`, valid(scope));
    const token = textAt(answer.json, 'access_token');
    expect(decodeJwt(token).aud).toBe('https://api.securitycenter.microsoft.com/');
    expect((await small.call(`${small.simulator.endpoints('contoso').mde}/api/machines`, { token })).status).toBe(200);
  });

  test('issues a token without roles where nothing was consented, and a refresh hint for a long one', async () => {
    const answer = await small.form(
      tokenUrl(small.simulator, 'adatum'),
      clientCredentials(small.simulator, 'adatum', graphScope),
    );
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 7200, refresh_in: 3600 });
    expect(decodeJwt(textAt(answer.json, 'access_token')).roles).toBeUndefined();
  });
});

test('tokens verify against the published keys and configuration', async () => {
  const { authority } = small.simulator.endpoints('contoso');
  const tenantId = small.simulator.tenants[0]?.tenantId ?? '';
  const configuration = await small.call(`${authority}/${tenantId}/v2.0/.well-known/openid-configuration`);
  const trusting = (url: string) => fetch(url, { dispatcher: small.agent });
  const keys = createRemoteJWKSet(new URL(textAt(configuration.json, 'jwks_uri')), {
    [customFetch]: async (url) => {
      const answer = await trusting(url);
      return new Response(await answer.text(), { status: answer.status });
    },
  });
  const token = await small.simulator.mintToken({ aud: 'api://gateway', iss: textAt(configuration.json, 'issuer') });
  const { payload } = await jwtVerify(token, keys, {
    audience: 'api://gateway',
    issuer: `${authority}/${tenantId}/v2.0`,
  });
  expect(payload.aud).toBe('api://gateway');
});

test("an administrator's consent makes a multi-tenant app known in their tenant", async () => {
  const { authority } = small.simulator.endpoints('contoso');
  const adatumId = small.simulator.tenants.find(({ name }) => name === 'adatum')?.tenantId ?? '';
  const consent = new URLSearchParams({
    client_id: valid().client_id ?? '',
    redirect_uri: 'https://gateway.example/done',
    state: 's',
  });
  const ask = () => small.form(tokenUrl(small.simulator, 'adatum'), valid());
  expect(valueAt((await ask()).json, 'error_codes')).toEqual([700016]);
  const { headers } = await small.call(`${authority}/${adatumId}/adminconsent?${consent}`);
  const back = new URL(String(headers.location)).searchParams;
  expect(Object.fromEntries(back)).toEqual({ tenant: adatumId, state: 's', admin_consent: 'True' });
  expect((await ask()).status).toBe(200);
});
