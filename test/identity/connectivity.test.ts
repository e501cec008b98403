import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    settings: (offered) =>
      changedSettings(offered, [
        [
          ['access'],
          {
            roles: { blind: ['incident:read'] },
            anonymous: 'admin',
            apiKeys: [{ name: 'blind', sha256: hash, roles: ['blind'] }],
          },
        ],
        [['tenants', 1, 'auth', 'clientSecret'], 'wrong-but-hidden'],
      ]),
  });
});
afterAll(() => running.stop());

/** SHA-256 of `key`. */
const hash = '2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683';

const query = `{ tenants { name connectivity {
  signIn { kind clientId expiresAt problem }
  login { reached clockSkewSeconds problem }
  apis { api host { host reached problem } token tokenError { code message } permissions }
} } }`;

interface Data {
  readonly tenants: readonly {
    readonly name: string;
    readonly connectivity: Record<string, unknown> | null;
    readonly capabilities: readonly object[];
  }[];
}

test('P2: tells until when a token is held, and why Entra gives no new one', async () => {
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
  const effect = { kind: 'status', status: 401 } as const;
  running.simulator.faults.add({ product: 'entra', operation: 'entra.token', tenant: 'contoso', effect });
  const { data } = await running.ask<Data>(`{ tenants { name capabilities { available reason }
    connectivity { apis { api token tokenExpiresAt tokenError { code } renewalError { code message } permissions } } } }`);
  running.simulator.faults.clear();
  const [adatum, contoso, fabrikam] = data.tenants;
  const held = {
    token: true,
    tokenExpiresAt: expect.stringMatching(/^\d{4}-/),
    tokenError: null,
    renewalError: { code: 'TENANT_SIGN_IN_REQUIRED', message: expect.stringContaining('AADSTS7000215: ') },
    permissions: expect.arrayContaining([expect.any(String)]),
  };
  expect(contoso?.connectivity).toEqual({
    apis: ['GRAPH', 'M365D', 'MDE'].map((api) => ({ api, ...held })),
  });
  expect(adatum?.connectivity).toMatchObject({ apis: [{ token: true, renewalError: null }, {}, {}] });
  expect(fabrikam?.connectivity).toMatchObject({
    apis: [{ token: false, tokenExpiresAt: null, tokenError: {}, renewalError: null }, {}, {}],
  });
  // Each capability says why there is no token, once for all its APIs.
  expect(fabrikam?.capabilities[0]).toEqual({
    available: false,
    reason: expect.stringMatching(/^GRAPH, M365D: No token in tenant "fabrikam": AADSTS7000215: [^;]*$/),
  });
});

test('tells of each tenant whether hosts answer, tokens come and what they permit', async () => {
  const { data, errors, text } = await running.ask<Data>(query);
  expect(errors).toEqual([]);
  const [adatum, contoso, fabrikam] = data.tenants;
  expect(contoso?.connectivity).toMatchObject({
    signIn: { kind: 'SECRET', clientId: '11111111-bbbb-4bbb-8bbb-000000000001', expiresAt: null, problem: null },
    login: { reached: true, problem: null },
    apis: [
      { api: 'GRAPH', host: { reached: true }, token: true, tokenError: null },
      { api: 'M365D', permissions: expect.arrayContaining(['Incident.Read.All']) },
      { api: 'MDE', permissions: expect.arrayContaining(['Machine.Isolate']) },
    ],
  });
  expect(adatum?.connectivity).toMatchObject({
    apis: [{ token: true, permissions: [] }, { token: true, permissions: [] }, {}],
  });
  expect(fabrikam?.connectivity).toMatchObject({
    apis: [
      { host: { reached: true }, token: false, tokenError: { code: 'TENANT_SIGN_IN_REQUIRED' }, permissions: null },
      {},
      {},
    ],
  });
  expect(text).not.toContain('wrong-but-hidden');
});

test('calls only when asked', async () => {
  running.simulator.calls.reset();
  await running.ask('{ tenants { name cloud } }');
  expect(running.simulator.calls.count({})).toBe(0);
});

test('needs tenant:read', async () => {
  const { errors } = await running.ask(query, {}, { 'x-api-key': 'key' });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});
