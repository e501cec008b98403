import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Tenant } from '../../src/config/tenants.ts';
import { createUserSignIn } from '../../src/identity/user-sign-in.ts';
import { machineCalls } from '../../src/routing/actions.ts';
import { demoTenants, type FaultEffect, type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { listMachines } from '../../src/upstream/mde/machines.ts';
import { type Sending, startSending } from './sending.ts';
import { tenantOf } from './support.ts';

/** Continuous access evaluation over real HTTP: an API challenges, the gateway or its caller meets the challenge. */
const claims = '{"access_token":{"nbf":{"essential":true,"value":"1772359200"}}}';
const [contoso] = demoTenants;
const clientId = contoso?.apps[0]?.clientId ?? '';
const app = { clientId, clientSecret: 'demo-secret-contoso' };
const userName = 'analyst@contoso.com';

let simulator: Simulator;
let sending: Sending;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  simulator.faults.clear();
  simulator.calls.reset();
  sending = await startSending(simulator);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sending.stop();
});

const challenge = (operation: string): void => {
  simulator.faults.add({ operation, effect: { kind: 'claims-challenge', claims } });
};
const tokenRequests = () => simulator.calls.list({ operation: 'entra.token', tenant: 'contoso' });
/** What the last token request asked of the access token. */
const lastAsked = (): unknown => {
  const body = tokenRequests().at(-1)?.body;
  const asked = typeof body === 'object' && body !== null && 'claims' in body ? String(body.claims) : '{}';
  return JSON.parse(asked).access_token;
};
const declared = { xms_cc: { values: ['CP1'] } };
const met = { ...JSON.parse(claims).access_token, ...declared };

const signedIn = async (): Promise<Tenant> => {
  const tenant = await tenantOf(simulator, 'contoso', { clientId, userName });
  const { http, signIns } = sending;
  await createUserSignIn({ signIns, http, now: Date.now }).byDevice(tenant, ({ userCode }) =>
    simulator.users.approveDeviceCode(userCode, userName),
  );
  return tenant;
};

describe('a challenge of an API', () => {
  test.each<[string, () => Promise<Tenant>]>([
    ['an app', () => tenantOf(simulator, 'contoso', app)],
    ['a user who signed in', signedIn],
  ])('to %s is met by one new token, and the call is sent once more', async (_, make) => {
    const tenant = await make();
    const { send, scope } = sending;
    await send(tenant, listMachines({ top: 1 }), scope());
    expect(lastAsked()).toEqual(declared);
    expect(tokenRequests()).not.toEqual([]);
    challenge('listMachines');
    simulator.calls.reset();
    expect((await send(tenant, listMachines({ top: 2 }), scope())).items).toHaveLength(2);
    expect([tokenRequests().length, lastAsked()]).toEqual([1, met]);
    expect(simulator.calls.list({ operation: 'listMachines' }).map(({ status }) => status)).toEqual([401, 200]);
    // The new token stays: nobody is challenged again.
    await send(tenant, listMachines({ top: 3 }), scope());
    expect([tokenRequests().length, simulator.calls.count({ operation: 'listMachines' })]).toEqual([1, 3]);
  });

  test('to a managed identity is met by a token past the cache', async () => {
    vi.stubEnv(
      'IDENTITY_ENDPOINT',
      `${simulator.endpoints('contoso').authority}/${contoso?.tenantId}/identity/msi/token`,
    );
    vi.stubEnv('IDENTITY_HEADER', 'a-header');
    const tenant = await tenantOf(simulator, 'contoso', { managedIdentity: true });
    const { send, scope } = sending;
    await send(tenant, listMachines({ top: 1 }), scope());
    simulator.faults.add({ operation: 'listMachines', times: 1, effect: { kind: 'claims-challenge', claims } });
    await send(tenant, listMachines({ top: 2 }), scope());
    const asked = simulator.calls.list({ operation: 'identity.app-service' });
    expect(asked.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('xms_cc'))).toEqual(['CP1', 'CP1']);
    expect(simulator.calls.list({ operation: 'listMachines' }).map(({ status }) => status)).toEqual([200, 401, 200]);
  });

  test('to an action is met too: a 401 did nothing, and the action is done once', async () => {
    const tenant = await tenantOf(simulator, 'contoso', app);
    challenge('isolateMachine');
    const machine = simulator
      .world('contoso')
      .machines.find(({ onboardingStatus }) => onboardingStatus === 'Onboarded');
    const action = await sending.send(
      tenant,
      machineCalls.isolate.operation(machine?.id ?? '', { comment: 'test', isolationType: 'FULL' }),
      sending.scope(),
    );
    expect(action?.type).toBe('Isolate');
    const sent = simulator.calls.list({ operation: 'isolateMachine' });
    expect(sent.map(({ status }) => status)).toEqual([401, 201]);
    expect(lastAsked()).toEqual(met);
  });

  test.each<[string, FaultEffect]>([
    ['of an API that refuses every token', { kind: 'rejected-token' }],
    // The challenge of nobody: it names nothing that a token could have been asked for.
    ['that no token meets', { kind: 'claims-challenge', claims: '{"access_token":{}}' }],
  ])('%s is asked about once, not for ever', async (_, effect) => {
    const tenant = await tenantOf(simulator, 'contoso', app);
    simulator.faults.add({ operation: 'listMachines', effect });
    await expect(sending.send(tenant, listMachines({ top: 1 }), sending.scope())).rejects.toMatchObject({
      code: 'UPSTREAM_REJECTED',
    });
    expect([tokenRequests().length, simulator.calls.count({ operation: 'listMachines' })]).toEqual([2, 2]);
    for (let round = 0; round < 10; round += 1) {
      await expect(sending.send(tenant, listMachines({ top: 1 }), sending.scope())).rejects.toThrow();
    }
    expect([tokenRequests().length, simulator.calls.count({ operation: 'listMachines' })]).toEqual([2, 12]);
  });

  test('of a call on behalf of a user goes to that user, and the token that they come back with is used', async () => {
    const tenant = await tenantOf(simulator, 'contoso', { ...app, onBehalfOf: true });
    const { authority } = simulator.endpoints('contoso');
    const userToken = (nonce: string) =>
      simulator.mintToken({
        aud: clientId,
        iss: `${authority}/${tenant.tenantId}/v2.0`,
        tid: tenant.tenantId,
        preferred_username: userName,
        nonce,
      });
    simulator.faults.add({ operation: 'listMachines', times: 1, effect: { kind: 'claims-challenge', claims } });
    const { send, scope } = sending;
    const first = scope(await userToken('first'));
    await expect(send(tenant, listMachines({ top: 1 }), first)).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      details: { tenant: 'contoso', api: 'mde', claims },
    });
    expect([tokenRequests().length, simulator.calls.count({ operation: 'listMachines' })]).toEqual([1, 1]);
    const second = scope(await userToken('second'));
    expect((await send(tenant, listMachines({ top: 1 }), second)).items).toHaveLength(1);
    expect(tokenRequests()).toHaveLength(2);
  });
});
