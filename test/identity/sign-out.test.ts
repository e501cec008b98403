import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Tenant } from '../../src/config/tenants.ts';
import { createSignIns } from '../../src/identity/sign-ins.ts';
import { createTokens } from '../../src/identity/tokens.ts';
import { createUserSignIn } from '../../src/identity/user-sign-in.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createHttpClient, type HttpClient } from '../../src/upstream/http/agent.ts';
import { tenantOf } from './support.ts';

/** A gateway that runs and a command line beside it, on one store. */
const userName = 'analyst@contoso.com';
let simulator: Simulator;
let http: HttpClient;
let store: Store;
let tenant: Tenant;

beforeEach(async () => {
  simulator = await startSimulator();
  http = createHttpClient({ ca: [simulator.caPem] });
  store = await openStore({ url: 'memory:' });
  tenant = await tenantOf(simulator, 'contoso', { clientId: '11111111-bbbb-4bbb-8bbb-000000000001', userName });
  await signIn();
});
afterEach(async () => {
  await store.close();
  await http.close();
  await simulator.stop();
});

const signIn = () =>
  createUserSignIn({ signIns: createSignIns(store), http: http.request, now: Date.now }).byDevice(
    tenant,
    ({ userCode }) => simulator.users.approveDeviceCode(userCode, userName),
  );
/** What is kept of sign-ins. */
const kept = async (): Promise<readonly number[]> => [
  (await store.space('sign-ins', { encrypted: true }).keys()).length,
  (await store.space('sign-in-caches', { encrypted: true }).keys()).length,
];
const refusal = { code: 'TENANT_SIGN_IN_REQUIRED', message: expect.stringContaining(`${userName} is not signed in`) };

describe('a sign-out', () => {
  test('holds for the next request of a gateway that has a good token in memory', async () => {
    const tokens = createTokens({ store, clock: systemClock, http: http.request });
    const token = await tokens.get(tenant, 'mde');
    expect((await tokens.get(tenant, 'mde')).value).toBe(token.value);
    simulator.calls.reset();
    expect(await createSignIns(store).end(tenant)).toBe(true);
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject(refusal);
    await expect(tokens.get(tenant, 'graph')).rejects.toMatchObject(refusal);
    expect([simulator.calls.count({}), await kept()]).toEqual([0, [0, 0]]);
  });

  test('is not undone by a token that was under way', async () => {
    const tokens = createTokens({ store, clock: systemClock, http: http.request });
    simulator.faults.add({ operation: 'entra.token', times: 1, effect: { kind: 'slow', delayMs: 300 } });
    const underWay = tokens.get(tenant, 'mde').then(
      () => 'a token',
      () => 'refused',
    );
    // The request is at Entra's.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await createSignIns(store).end(tenant);
    await underWay;
    await expect.poll(kept).toEqual([0, 0]);
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject(refusal);
  });

  test('followed by a sign-in works at once, with nothing of the one before', async () => {
    const tokens = createTokens({ store, clock: systemClock, http: http.request });
    const before = await tokens.get(tenant, 'mde');
    await createSignIns(store).end(tenant);
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject(refusal);
    await signIn();
    expect((await tokens.get(tenant, 'mde')).value).not.toBe(before.value);
    expect(await kept()).toEqual([1, 1]);
  });
});

test('a new sign-in ends the pause that the old one ran into', async () => {
  const tokens = createTokens({ store, clock: systemClock, http: http.request });
  simulator.users.revoke(userName);
  await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject({
    details: { upstreamCode: 'AADSTS50173', retryAfterSeconds: 30 },
  });
  simulator.calls.reset();
  await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject({ details: { upstreamCode: 'AADSTS50173' } });
  expect(simulator.calls.count({})).toBe(0);
  await signIn();
  expect((await tokens.get(tenant, 'mde')).permissions).toContain('Machine.Isolate');
});
