import { describe, expect, onTestFinished, test } from 'vitest';
import { createTokens } from '../../../src/identity/tokens.ts';
import { capabilityStates } from '../../../src/routing/capability-states.ts';
import { createRouting } from '../../../src/routing/route.ts';
import { createScope } from '../../../src/scope.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { granted, refused, startEntra, tenantAt } from '../identity/entra.ts';
import { createStoppedClock } from '../store/support.ts';

/** Permissions that an administrator grants while tokens without them are at hand: Entra's tokens live for hours. */
const started = async () => {
  const entra = await startEntra();
  const clock = createStoppedClock();
  const store = await openStore({ url: 'memory:' });
  onTestFinished(async () => {
    await store.close();
    await entra[Symbol.asyncDispose]();
  });
  const tenant = tenantAt(entra.origin);
  const permit = (...roles: string[]): void => {
    entra.answer = (post) => granted(post, { roles });
  };
  const processOn = (kept: Store) => {
    const routing = createRouting({ tokens: createTokens({ store: kept, clock, http: entra.http }), clock });
    const scope = () =>
      createScope({
        requestId: '00000000-0000-4000-8000-000000000001',
        signal: new AbortController().signal,
        deadline: clock.now() + 60_000,
        maxCalls: 10,
      });
    return {
      machines: () => routing.run(tenant, 'machines.read', scope(), { mde: async () => 'machines' }),
      alerts: () => routing.run(tenant, 'alerts.read', scope(), { graph: async () => 'graph', mde: async () => 'mde' }),
      refusal: () => routing.refusal(tenant, 'machines.read', scope()),
      available: async () =>
        (await capabilityStates(routing, tenant, scope())).filter(({ reason }) => reason === null).length,
    };
  };
  return { entra, clock, store, permit, processOn, ...processOn(store) };
};

const missing = { code: 'MISSING_PERMISSION' };

describe('a permission that is granted later', () => {
  test('is seen half a minute after the token that lacks it was had', async () => {
    const { entra, clock, permit, machines, refusal, available } = await started();
    permit('Alert.Read.All');
    await expect(machines()).rejects.toMatchObject(missing);
    permit('Alert.Read.All', 'Machine.Read.All');
    clock.advance(29_000);
    await expect(machines()).rejects.toMatchObject(missing);
    expect(entra.posts).toHaveLength(1);
    clock.advance(1000);
    const all = await Promise.all([machines(), machines(), refusal(), available()]);
    expect(all.slice(0, 3)).toEqual(['machines', 'machines', null]);
    expect(all[3]).toBeGreaterThan(3);
    expect(entra.posts.filter(({ form }) => form.get('scope')?.includes('mde'))).toHaveLength(2);
  });

  test('is seen at once by the next process, whose token is of before', async () => {
    const { entra, store, permit, processOn, machines } = await started();
    permit();
    await expect(machines()).rejects.toMatchObject(missing);
    permit('Machine.Read.All');
    const next = processOn(store);
    await expect(next.machines()).resolves.toBe('machines');
    expect(entra.posts).toHaveLength(2);
  });

  test('is asked for less and less, down to once in five minutes', async () => {
    const { entra, clock, permit, machines } = await started();
    permit();
    for (let second = 0; second < 3600; second += 10) {
      await expect(machines()).rejects.toMatchObject(missing);
      clock.advance(10_000);
    }
    // At the start, after 30, 60, 120 and 240 seconds, then each 300; and ten minutes before the token's end.
    expect(entra.posts.length).toBeGreaterThan(12);
    expect(entra.posts.length).toBeLessThan(18);
  });

  test('costs nothing where another API permits it', async () => {
    const { entra, clock, alerts } = await started();
    entra.answer = (post) =>
      granted(post, { roles: post.form.get('scope')?.includes('graph') ? [] : ['Alert.Read.All'] });
    for (let minute = 0; minute < 30; minute += 1) {
      await expect(alerts()).resolves.toBe('mde');
      clock.advance(60_000);
    }
    expect(entra.posts).toHaveLength(2);
  });

  test('stays missing, and nothing else, while Entra does not answer', async () => {
    const { entra, clock, permit, machines } = await started();
    permit();
    await expect(machines()).rejects.toMatchObject(missing);
    for (const answer of [{ status: 503, body: '' }, refused('invalid_client', 7000215, 401)]) {
      entra.answer = () => answer;
      clock.advance(300_000);
      await expect(machines()).rejects.toMatchObject(missing);
    }
    permit('Machine.Read.All');
    clock.advance(300_000);
    await expect(machines()).resolves.toBe('machines');
  });
});
