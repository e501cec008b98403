import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tenant } from '../../src/config/tenants.ts';
import { createUserSignIn, type UserSignIn } from '../../src/identity/user-sign-in.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { type Sending, startSending } from './sending.ts';
import { tenantOf } from './support.ts';

/** A sign-in by browser, with a browser that does what a test wants. */
const userName = 'analyst@contoso.com';
let simulator: Simulator;
let sending: Sending;
let tenant: Tenant;
let user: UserSignIn;

beforeAll(async () => {
  simulator = await startSimulator();
  tenant = await tenantOf(simulator, 'contoso', { clientId: '11111111-bbbb-4bbb-8bbb-000000000001', userName });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  sending = await startSending(simulator);
  user = createUserSignIn({ signIns: sending.signIns, http: sending.http, now: Date.now });
});
afterEach(() => sending.stop());

const redirectOf = (page: string): string => new URL(page).searchParams.get('redirect_uri') ?? '';

/** Opens Entra's page, and gives the form that it sends back. */
const answerOf = async (page: string): Promise<URLSearchParams> => {
  const { body } = await sending.http(page, { method: 'GET' });
  const fields = [...body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]);
  return new URLSearchParams(Object.fromEntries(fields));
};
const post = async (target: string, body: URLSearchParams): Promise<number> =>
  (await fetch(target, { method: 'POST', body })).status;

describe('a sign-in by browser', () => {
  test('is bound to itself by PKCE, state and nonce', async () => {
    let page = '';
    const signIn = await user.byBrowser(tenant, async (url) => {
      page = url;
      void answerOf(url).then((answer) => post(redirectOf(url), answer));
    });
    expect(signIn.userName).toBe(userName);
    const asked = new URL(page).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(asked.get('nonce')).toMatch(/^[0-9a-f-]{36}$/);
    expect(asked.get('state')).not.toBe('');
    const [redeemed] = simulator.calls.list({ operation: 'entra.token', tenant: 'contoso' });
    expect(redeemed?.body).toMatchObject({ code_verifier: expect.stringMatching(/^[\w-]{43,128}$/) });
  });

  test.each([
    ['another state', (answer: URLSearchParams) => answer.set('state', 'forged')],
    ['no state', (answer: URLSearchParams) => answer.delete('state')],
    ['two states', (answer: URLSearchParams) => answer.append('state', 'forged')],
  ])('takes no answer with %s, and goes on waiting for its own', async (_, forge) => {
    const statuses: number[] = [];
    await user.byBrowser(tenant, async (url) => {
      void answerOf(url).then(async (answer) => {
        const forged = new URLSearchParams(answer);
        forge(forged);
        statuses.push(await post(redirectOf(url), forged));
        statuses.push(await post(redirectOf(url), answer));
      });
    });
    await expect.poll(() => statuses).toEqual([400, 200]);
  });

  test('takes no id token that was made for another sign-in', async () => {
    const signingIn = user.byBrowser(tenant, async (url) => {
      const other = new URL(url);
      other.searchParams.set('nonce', 'of-another');
      void answerOf(other.href).then((answer) => post(redirectOf(url), answer));
    });
    await expect(signingIn).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      message: 'No sign-in to tenant "contoso": the answer belongs to another sign-in',
    });
    expect(await sending.signIns.of(tenant)).toBeUndefined();
  });

  test('listens on this machine alone', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    const outcomes: string[] = [];
    const controller = new AbortController();
    const signingIn = user.byBrowser(
      tenant,
      async (url) => {
        const { port } = new URL(redirectOf(url));
        for (const { address } of outside) {
          outcomes.push(
            await fetch(`http://${address}:${port}/`).then(
              () => 'reached',
              () => 'refused',
            ),
          );
        }
        controller.abort();
      },
      controller.signal,
    );
    await expect(signingIn).rejects.toThrow();
    expect(outcomes).toEqual(outside.map(() => 'refused'));
  });

  test('ends when its time is over, and nothing listens any more', async () => {
    const controller = new AbortController();
    let target = '';
    const signingIn = user.byBrowser(
      tenant,
      async (url) => {
        target = redirectOf(url);
        setImmediate(() => controller.abort());
      },
      controller.signal,
    );
    await expect(signingIn).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      message: 'No sign-in to tenant "contoso": nobody signed in in time: start again',
    });
    await expect(fetch(target)).rejects.toThrow();
    await expect(user.byBrowser(tenant, async () => {}, controller.signal)).rejects.toThrow();
  });

  test('that the user declines says so', async () => {
    const signingIn = user.byBrowser(tenant, async (url) => {
      const state = new URL(url).searchParams.get('state') ?? '';
      void post(redirectOf(url), new URLSearchParams({ error: 'access_denied', state }));
    });
    await expect(signingIn).rejects.toMatchObject({ message: expect.stringContaining('the user declined') });
  });
});
