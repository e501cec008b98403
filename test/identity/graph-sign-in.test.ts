import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';

let running: Running;
const userName = 'analyst@contoso.com';
const key = 'key';
/** SHA-256 of `key`. */
const keyHash = '2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683';

beforeAll(async () => {
  running = await startRunning({
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 0, 'auth'], { clientId: '11111111-bbbb-4bbb-8bbb-000000000001', userName }],
        [['access'], { anonymous: 'admin', apiKeys: [{ name: 'responder', sha256: keyHash, roles: ['responder'] }] }],
      ]),
  });
});
afterAll(() => running.stop());

interface SignIn {
  readonly status: string;
  readonly userName: string;
  readonly signedInAt: string | null;
  readonly pending: { readonly userCode: string; readonly message: string } | null;
  readonly problem: string | null;
}
const fields = 'status userName signedInAt problem pending { userCode verificationUri message expiresAt }';
const status = async () =>
  (await running.ask<{ tenantSignIn: SignIn }>(`{ tenantSignIn(tenant: "contoso") { ${fields} } }`)).data.tenantSignIn;
const mutation = `mutation ($tenant: String!) { startTenantSignIn(input: { tenant: $tenant, clientMutationId: "m" }) {
  clientMutationId signIn { ${fields} tenant { name } } } }`;
const start = async () => {
  const { data } = await running.ask<{ startTenantSignIn: { signIn: SignIn; clientMutationId: string } }>(mutation, {
    tenant: 'contoso',
  });
  expect(data.startTenantSignIn).toMatchObject({ clientMutationId: 'm', signIn: { status: 'PENDING', userName } });
  return data.startTenantSignIn.signIn.pending?.userCode ?? '';
};
const machines = async () =>
  (
    await running.ask<{ machines: { failures: readonly { code: string }[] } }>(
      '{ machines(first: 1, tenants: ["contoso"]) { failures { code } } }',
    )
  ).data.machines.failures;

describe('a sign-in that is needed, from the graph', () => {
  test('never hangs a request: it is told at once', async () => {
    expect(await status()).toEqual({ status: 'REQUIRED', userName, signedInAt: null, problem: null, pending: null });
    expect(await machines()).toEqual([{ code: 'TENANT_SIGN_IN_REQUIRED' }]);
  });

  test('that is declined says so', async () => {
    running.simulator.users.declineDeviceCode(await start());
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({
      status: 'FAILED',
      problem: 'No sign-in to tenant "contoso": the user declined',
    });
  });

  test('is started, entered and done; the tenant answers without a restart', async () => {
    const [first, second] = [await start(), await start()];
    expect(second).not.toBe(first);
    running.simulator.users.approveDeviceCode(second, userName);
    await expect.poll(status, { timeout: 10_000 }).toMatchObject({
      status: 'SIGNED_IN',
      userName,
      signedInAt: expect.stringMatching(/^20/),
      pending: null,
    });
    expect(await machines()).toEqual([]);
  });

  test('is for administrators, and for tenants with a user', async () => {
    const { errors } = await running.ask(mutation, { tenant: 'contoso' }, { 'x-api-key': key });
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
    const app = await running.ask(mutation, { tenant: 'fabrikam' });
    expect(app.errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', tenant: 'fabrikam' } });
  });
});
