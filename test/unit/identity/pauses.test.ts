import { describe, expect, onTestFinished, test } from 'vitest';
import type { Tenant } from '../../../src/config/tenants.ts';
import { createTokens, type TokenOptions } from '../../../src/identity/tokens.ts';
import { openStore } from '../../../src/store/store.ts';
import { createStoppedClock } from '../store/support.ts';
import { type Answer, appId, granted, refused, startEntra, tenantAt } from './entra.ts';

const started = async (answer: Answer) => {
  const entra = await startEntra();
  const clock = createStoppedClock();
  const store = await openStore({ url: 'memory:', clock });
  const tokens = createTokens({ store, clock, http: entra.http });
  onTestFinished(async () => {
    await store.close();
    await entra[Symbol.asyncDispose]();
  });
  entra.answer = () => answer;
  const tenant = tenantAt(entra.origin);
  /** `retryAfterSeconds` of the error; fails when there is none. */
  const refusalOf = async (of: Tenant = tenant, options: TokenOptions = {}): Promise<unknown> => {
    const result: unknown = await tokens.get(of, 'mde', options).catch((error: unknown) => error);
    if (typeof result === 'object' && result !== null && 'details' in result) return result.details;
    throw new Error('not refused');
  };
  const repair = (): void => {
    entra.answer = (post) => granted(post);
  };
  return { entra, clock, tokens, tenant, refusalOf, repair, store };
};

const wrongSecret = refused('invalid_client', 7000215, 401);

const withSecret = (tenant: Tenant, clientSecret: () => Promise<string>): Tenant => ({
  ...tenant,
  auth: { kind: 'secret', clientId: appId, clientSecret },
});

const onBehalfOf = (tenant: Tenant): Tenant => ({
  ...tenant,
  auth: {
    kind: 'onBehalfOf',
    clientId: appId,
    app: { kind: 'secret', clientId: appId, clientSecret: async () => 'a-secret-of-the-test' },
  },
});
const caller = (key: string): TokenOptions => ({ callerToken: { key, reveal: () => `header.${key}.signature` } });

describe('what Entra refused', () => {
  test.each([
    [7000215, 'invalid_client'],
    [7000222, 'invalid_client'],
    [700027, 'invalid_client'],
    [7999999, 'invalid_client'],
    [700016, 'unauthorized_client'],
    [90002, 'invalid_request'],
    [90002, 'invalid_tenant'],
    [500011, 'invalid_resource'],
    [65001, 'invalid_grant'],
  ])('is not asked again for 30 seconds (AADSTS%i %s)', async (number, error) => {
    const { entra, refusalOf, clock } = await started(refused(error, number));
    expect(await refusalOf()).toMatchObject({ retryAfterSeconds: 30, upstreamCode: `AADSTS${number}` });
    clock.advance(29_000);
    expect(await refusalOf()).toMatchObject({ retryAfterSeconds: 1, upstreamCode: `AADSTS${number}` });
    expect(await refusalOf(undefined, { fresh: true })).toMatchObject({ retryAfterSeconds: 1 });
    expect(entra.posts).toHaveLength(1);
  });

  test('waits twice as long each time, up to five minutes, and from the start again after a success', async () => {
    const { refusalOf, clock, entra, tokens, tenant, repair } = await started(wrongSecret);
    for (const retryAfterSeconds of [30, 60, 120, 240, 300, 300]) {
      expect(await refusalOf()).toMatchObject({ retryAfterSeconds });
      clock.advance(retryAfterSeconds * 1000);
    }
    repair();
    await tokens.get(tenant, 'mde');
    entra.answer = () => wrongSecret;
    expect(await refusalOf(undefined, { fresh: true })).toMatchObject({ retryAfterSeconds: 30 });
  });

  test('is remembered for each API, and for the tenant alone', async () => {
    const { entra, tokens, tenant, refusalOf } = await started(wrongSecret);
    await refusalOf();
    await expect(tokens.get(tenant, 'graph')).rejects.toMatchObject({ code: 'TENANT_SIGN_IN_REQUIRED' });
    await refusalOf({ ...tenant, name: 'fabrikam', tenantId: '00000000-0000-4000-8000-000000000002' });
    expect(entra.posts).toHaveLength(3);
  });

  test('is asked at once with a rotated secret', async () => {
    const { entra, tokens, tenant, refusalOf, repair } = await started(wrongSecret);
    let secret = 'old';
    const rotating = withSecret(tenant, async () => secret);
    await refusalOf(rotating);
    repair();
    secret = 'new';
    await tokens.get(rotating, 'mde');
    expect(entra.posts.map(({ form }) => form.get('client_secret'))).toEqual(['old', 'new']);
  });

  test('is asked at once by who wants to see it repaired, which then holds for all', async () => {
    const { entra, tokens, tenant, refusalOf, repair, clock } = await started(wrongSecret);
    await refusalOf();
    await refusalOf(undefined, { despiteRefusal: true });
    expect(entra.posts).toHaveLength(2);
    expect(await refusalOf()).toMatchObject({ retryAfterSeconds: 60 });
    repair();
    clock.advance(31_000);
    await tokens.get(tenant, 'mde', { despiteRefusal: true });
    await tokens.get(tenant, 'mde');
    expect(entra.posts).toHaveLength(3);
  });

  test('D1: is asked despite a refusal once in 30 seconds, by all replicas together', async () => {
    const { entra, clock, tenant, refusalOf, store } = await started(wrongSecret);
    const replica = createTokens({ store, clock, http: entra.http });
    const look = (tokens: Pick<typeof replica, 'get'>) =>
      tokens.get(tenant, 'mde', { despiteRefusal: true }).catch((error: unknown) => error);
    await refusalOf();
    await look(replica);
    expect(entra.posts, 'the first time of each').toHaveLength(2);
    for (let time = 0; time < 20; time += 1) {
      await refusalOf(undefined, { despiteRefusal: true });
      await look(replica);
    }
    expect(entra.posts, 'once more').toHaveLength(3);
    clock.advance(31_000);
    for (let time = 0; time < 5; time += 1) await refusalOf(undefined, { despiteRefusal: true });
    expect(entra.posts, 'and 30 seconds later').toHaveLength(4);
  });

  test('of the app holds for all callers in whose name it asks; of one caller, for that caller alone', async () => {
    const { entra, tenant, refusalOf } = await started(wrongSecret);
    const shared = onBehalfOf(tenant);
    await refusalOf(shared, caller('ana'));
    await refusalOf(shared, caller('ben'));
    expect(entra.posts).toHaveLength(1);

    const other = { ...shared, name: 'other', tenantId: '00000000-0000-4000-8000-000000000002' };
    entra.answer = () => refused('interaction_required', 50076);
    await refusalOf(other, caller('ana'));
    await refusalOf(other, caller('ana'));
    await refusalOf(other, caller('ben'));
    expect(entra.posts).toHaveLength(3);
  });
});

describe('what Entra asked for itself', () => {
  test('a loop that it detected (AADSTS50196) ends for five minutes at once, whoever asks', async () => {
    const { entra, refusalOf, clock } = await started(refused('invalid_grant', 50196));
    expect(await refusalOf()).toMatchObject({ retryAfterSeconds: 300 });
    clock.advance(299_000);
    expect(await refusalOf(undefined, { despiteRefusal: true })).toMatchObject({ retryAfterSeconds: 1 });
    expect(entra.posts).toHaveLength(1);
  });

  test.each([
    ['429', { status: 429, headers: { 'retry-after': '90' }, body: '{}' }, 90, undefined],
    [
      '429 of a tenant',
      { ...refused('temporarily_unavailable', 90055, 429), headers: { 'retry-after': '9' } },
      9,
      'AADSTS90055',
    ],
    ['429 of a tenant that does not say', refused('temporarily_unavailable', 90055, 429), 60, 'AADSTS90055'],
    [
      '400 with Retry-After',
      { ...refused('invalid_grant', 50196), headers: { 'retry-after': '12' } },
      300,
      'AADSTS50196',
    ],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '7' }, body: '' }, 7, undefined],
  ])('%s is kept, whoever asks, rotated secret or not', async (_, answer, retryAfterSeconds, upstreamCode) => {
    const { entra, tenant, refusalOf, clock } = await started(answer);
    const first = await refusalOf();
    expect(first).toMatchObject({ retryAfterSeconds, ...(upstreamCode && { upstreamCode }) });
    clock.advance(1000);
    expect(await refusalOf(undefined, { despiteRefusal: true })).toMatchObject({
      retryAfterSeconds: retryAfterSeconds - 1,
    });
    if (upstreamCode !== 'AADSTS50196') await refusalOf(withSecret(tenant, async () => 'rotated'));
    expect(entra.posts).toHaveLength(1);
  });

  test('of one tenant leaves another alone', async () => {
    const { entra, tokens, tenant, refusalOf, repair } = await started({ status: 429, body: '{}' });
    await refusalOf();
    repair();
    await tokens.get({ ...tenant, name: 'fabrikam', tenantId: '00000000-0000-4000-8000-000000000002' }, 'mde');
    expect(entra.posts).toHaveLength(2);
  });
});

test.each([
  [500133, /caller's token has expired: get a new token for the gateway and ask again/],
  [50013, /caller's token is not valid for this app: get a new token for the gateway and ask again/],
])("a caller's token that Entra does not exchange (AADSTS%i) is the caller's to renew", async (number, advice) => {
  const { tokens, tenant, entra, repair } = await started(refused('invalid_grant', number));
  const shared = onBehalfOf(tenant);
  await expect(tokens.get(shared, 'mde', caller('old'))).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: expect.stringMatching(advice),
  });
  repair();
  await tokens.get(shared, 'mde', caller('new'));
  expect(entra.posts).toHaveLength(2);
});
