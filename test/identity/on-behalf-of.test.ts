import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callerTokenOf } from '../../src/access/caller.ts';
import { systemClock } from '../../src/clock.ts';
import { createTokens } from '../../src/identity/tokens.ts';
import type { CallerToken } from '../../src/scope.ts';
import { everything, type SimTenant, stableGuid } from '../../src/simulator/tenants.ts';
import { openStore } from '../../src/store/store.ts';
import { createHttpClient } from '../../src/upstream/http/agent.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { tenantOf } from './support.ts';

/** The caller's own token at Microsoft's side. `ana` may do everything, `ben` alerts alone, `cleo` needs a second factor. */
const none = { mde: [], m365d: [], graph: [] } as const;
const withUsers = (name: string): SimTenant => ({
  ...simTenant(name),
  users: [
    { userPrincipalName: `ana@${name}.com`, permissions: everything },
    { userPrincipalName: `ben@${name}.com`, permissions: { ...none, mde: ['Alert.Read'] } },
    { userPrincipalName: `cleo@${name}.com`, permissions: everything, mfaRequired: true },
  ],
});
const tenants = ['contoso', 'fabrikam'].map(withUsers);
const appOf = (name: string): string => stableGuid(`app ${name}`);
const key = 'a-key-of-the-test';
/** SHA-256 of `key`. */
const keyHash = 'e1d4d6883a1dd0388c29b3ec3e181e56db77719d289664e2504b99162ee20030';

let running: Running;

const userToken = (name: string, user: string, more: Record<string, unknown> = {}): Promise<string> => {
  const tenantId = stableGuid(`tenant ${name}`);
  return running.simulator.mintToken({
    aud: appOf(name),
    iss: `${running.simulator.endpoints(name).authority}/${tenantId}/v2.0`,
    tid: tenantId,
    oid: stableGuid(user),
    preferred_username: `${user}@${name}.com`,
    scp: 'access_as_user',
    ver: '2.0',
    ...more,
  });
};

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants },
    settings: (offered, simulator) => {
      const tenantId = stableGuid('tenant contoso');
      const authority = `${simulator.endpoints('contoso').authority}/${tenantId}`;
      return changedSettings(offered, [
        [['tenants', 0, 'auth'], { clientId: appOf('contoso'), clientSecret: 'secret-contoso', onBehalfOf: true }],
        [
          ['access'],
          {
            entra: {
              tenantId,
              audience: appOf('contoso'),
              issuer: `${authority}/v2.0`,
              jwksUri: `${authority}/discovery/v2.0/keys`,
              roleClaims: { access_as_user: 'responder' },
            },
            apiKeys: [{ name: 'script', sha256: keyHash, roles: ['reader'] }],
          },
        ],
      ]);
    },
  });
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.calls.reset());

interface Data {
  readonly machines: {
    readonly nodes: readonly { readonly machineId: string }[];
    readonly failures: readonly { readonly code: string; readonly message: string; readonly claims: string | null }[];
  };
}
const query = '{ machines(first: 2, tenants: ["contoso"]) { nodes { machineId } failures { code message claims } } }';
const askAs = async (user: string) => {
  const { data } = await running.ask<Data>(query, {}, { authorization: `Bearer ${await userToken('contoso', user)}` });
  return data.machines;
};

describe('a tenant that is used on behalf of its callers', () => {
  test('shows each user what Microsoft lets them see, also at the same time', async () => {
    const asked = await Promise.all(Array.from({ length: 20 }, (_, index) => askAs(index % 2 === 0 ? 'ana' : 'ben')));
    for (const [index, { nodes, failures }] of asked.entries()) {
      expect(nodes).toHaveLength(index % 2 === 0 ? 2 : 0);
      expect(failures.map(({ code }) => code)).toEqual(index % 2 === 0 ? [] : ['MISSING_PERMISSION']);
    }
  });

  test('R7: tells what to grant by the names that user tokens carry', async () => {
    const asked = `{
      machines(first: 1, tenants: ["contoso"]) { failures { message missingPermissions } }
      tenants { name capabilities { name missingPermissions sources { api permissions granted } } }
    }`;
    const { data } = await running.ask<{
      readonly machines: { readonly failures: readonly object[] };
      readonly tenants: readonly {
        readonly name: string;
        readonly capabilities: readonly { readonly name: string }[];
      }[];
    }>(asked, {}, { authorization: `Bearer ${await userToken('contoso', 'ben')}` });
    expect(data.machines.failures).toEqual([
      {
        message: 'machines.read in contoso needs one of these permissions: Machine.Read',
        missingPermissions: ['Machine.Read'],
      },
    ]);
    const capabilities = data.tenants.find(({ name }) => name === 'contoso')?.capabilities ?? [];
    expect(capabilities.find(({ name }) => name === 'hunting')).toMatchObject({
      missingPermissions: ['AdvancedQuery.Read'],
    });
    expect(capabilities.find(({ name }) => name === 'machines.alerts')).toMatchObject({
      missingPermissions: [],
      sources: [{ api: 'MDE', permissions: ['Alert.Read', 'Alert.ReadWrite'], granted: ['Alert.Read'] }],
    });
  });

  test('shares no answer between two callers, though they may see the same at the same time', async () => {
    const tokensOfAna = await Promise.all(['a', 'b'].map((nonce) => userToken('contoso', 'ana', { nonce })));
    await Promise.all(
      tokensOfAna
        .flatMap((token) => [token, token])
        .map((token) => running.ask(query, {}, { authorization: `Bearer ${token}` })),
    );
    expect(running.simulator.calls.count({ operation: 'listMachines' })).toBe(2);
  });

  test('asks Entra once for one token of a caller', async () => {
    const authorization = `Bearer ${await userToken('contoso', 'ana', { nonce: 'once' })}`;
    for (let round = 0; round < 3; round += 1) await running.ask(query, {}, { authorization });
    expect(running.simulator.calls.count({ operation: 'entra.token' })).toBe(1);
  });

  test("hands Entra's claims challenge to the caller, who comes back with a token that meets it", async () => {
    const { failures } = await askAs('cleo');
    expect(failures).toMatchObject([
      { code: 'TENANT_SIGN_IN_REQUIRED', message: expect.stringContaining('AADSTS50076') },
    ]);
    expect(JSON.parse(failures[0]?.claims ?? '')).toMatchObject({ access_token: { acrs: { value: 'c1' } } });
    const authorization = `Bearer ${await userToken('contoso', 'cleo', { amr: ['pwd', 'mfa'] })}`;
    const { data } = await running.ask<Data>(query, {}, { authorization });
    expect(data.machines).toMatchObject({ nodes: [{}, {}], failures: [] });
  });

  test('hands the claims challenge of an API to the caller too, in rows and in errors', async () => {
    const challenge = '{"access_token":{"nbf":{"essential":true,"value":"1772359200"}}}';
    running.simulator.faults.add({
      product: 'mde',
      tenant: 'contoso',
      effect: { kind: 'claims-challenge', claims: challenge },
    });
    const authorization = `Bearer ${await userToken('contoso', 'ana', { nonce: 'challenged' })}`;
    const { data } = await running.ask<Data>(query, {}, { authorization });
    expect(data.machines.failures).toMatchObject([{ code: 'TENANT_SIGN_IN_REQUIRED', claims: challenge }]);
    const { errors } = await running.ask(
      '{ machine(tenant: "contoso", machineId: "pc.example.com") { id } }',
      {},
      { authorization },
    );
    expect(errors.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'TENANT_SIGN_IN_REQUIRED', claims: challenge },
    ]);
    running.simulator.faults.clear();
  });

  test('wants a new token when Entra does not exchange the one that it was shown', async () => {
    // The gateway forgives clocks that differ by minutes.
    const exp = Math.floor(Date.now() / 1000) - 20;
    const authorization = `Bearer ${await userToken('contoso', 'ana', { exp })}`;
    const { data } = await running.ask<Data>(query, {}, { authorization });
    expect(data.machines.failures).toMatchObject([
      { code: 'UNAUTHENTICATED', message: expect.stringContaining('get a new token for the gateway and ask again') },
    ]);
  });

  test('is closed to callers without a user, and says why', async () => {
    const { data } = await running.ask<Data>(query, {}, { 'x-api-key': key });
    expect(data.machines.failures).toMatchObject([
      {
        code: 'TENANT_SIGN_IN_REQUIRED',
        message: expect.stringContaining('call the gateway with a bearer token of a user'),
      },
    ]);
    expect(running.simulator.calls.count({})).toBe(0);
  });

  test('sees an action through to its end in the name of who asked for it', async () => {
    const headers = { authorization: `Bearer ${await userToken('contoso', 'ana')}` };
    const found = await running.ask<Data>(
      '{ machines(first: 1, tenants: ["contoso"], filter: { osPlatform: ["Windows11"] }) { nodes { machineId } failures { code } } }',
      {},
      headers,
    );
    const [machine] = found.data.machines.nodes;
    const { data } = await running.ask<{ scanMachines: { results: readonly Record<string, unknown>[] } }>(
      `mutation ($ids: [ID!]!) { scanMachines(input: { tenant: "contoso", machineIds: $ids, comment: "seen through", waitSeconds: 20 }) {
         results { action { status } error { code message } } } }`,
      { ids: [machine?.machineId] },
      headers,
    );
    expect(data.scanMachines.results).toEqual([{ action: { status: 'SUCCEEDED' }, error: null }]);
  });
});

test('tokens of two tenants and of two users never cross, in any order', async () => {
  const http = createHttpClient({ ca: [running.simulator.caPem] });
  const store = await openStore({ url: 'memory:' });
  const make = (maxPartitions: number) =>
    createTokens({ store, clock: systemClock, http: http.request, maxPartitions });
  const instances = [make(1000), make(1)];
  const auth = (name: string) => ({ clientId: appOf(name), clientSecret: `secret-${name}` });
  const settings = await Promise.all(
    ['contoso', 'fabrikam'].flatMap((name) => [
      tenantOf(running.simulator, name, { ...auth(name), onBehalfOf: true }),
      tenantOf(running.simulator, name, auth(name)),
    ]),
  );
  const callers: ReadonlyMap<string, CallerToken> = new Map(
    await Promise.all(
      ['contoso', 'fabrikam'].flatMap((name) =>
        ['ana', 'ben'].map(
          async (user) => [`${user}@${name}.com`, callerTokenOf(await userToken(name, user))] as const,
        ),
      ),
    ),
  );
  const call = fc.record({
    tenant: fc.constantFrom(...settings),
    user: fc.constantFrom('ana', 'ben'),
    fresh: fc.boolean(),
    at: fc.constantFrom(...instances),
    pause: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 10 }), async (calls) => {
      const work: Promise<void>[] = [];
      for (const { tenant, user, fresh, at, pause } of calls) {
        if (pause) await new Promise((resolve) => setTimeout(resolve, 3));
        const upn = `${user}@${tenant.name}.com`;
        work.push(
          at.get(tenant, 'mde', { fresh, callerToken: callers.get(upn) }).then(({ value }) => {
            const { tid, upn: whose } = decodeJwt(value);
            expect([tid, whose]).toEqual([tenant.tenantId, tenant.auth.kind === 'onBehalfOf' ? upn : undefined]);
          }),
        );
      }
      await Promise.all(work);
    }),
    { numRuns: 25 },
  );
  await store.close();
  await http.close();
});
