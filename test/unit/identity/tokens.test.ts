import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeJwt } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Tenant } from '../../../src/config/tenants.ts';
import { createTokens, type Tokens } from '../../../src/identity/tokens.ts';
import { openStore } from '../../../src/store/store.ts';
import { temporaryDirectory } from '../config/settings.ts';
import { createMemoryLog, createStoppedClock } from '../store/support.ts';
import { appId, granted, refused, startEntra, tenantAt } from './entra.ts';

const minuteMs = 60_000;

/** Everything a test of tokens needs, closed when the test is done. */
const started = async (url = 'memory:') => {
  const entra = await startEntra();
  const clock = createStoppedClock();
  const log = createMemoryLog();
  const store = await openStore({ url, log });
  const tokens = createTokens({ store, clock, http: entra.http, log });
  onTestFinished(async () => {
    await store.close();
    await entra[Symbol.asyncDispose]();
  });
  return {
    entra,
    clock,
    log,
    store,
    tokens,
    tenant: tenantAt(entra.origin),
  };
};

const secretOf = (tenant: Tenant, secret: string): Tenant => ({
  ...tenant,
  auth: { kind: 'secret', clientId: appId, clientSecret: async () => secret },
});

const tick = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('one request to Entra, however many wait', () => {
  test('500 first callers', async () => {
    const { tokens, tenant, entra } = await started();
    const results = await Promise.all(Array.from({ length: 500 }, () => tokens.get(tenant, 'mde')));
    expect(new Set(results.map(({ value }) => value)).size).toBe(1);
    expect(entra.posts).toHaveLength(1);
    expect(entra.strays).toEqual([]);
  });

  test('500 callers whose token the API refused', async () => {
    const { tokens, tenant, entra } = await started();
    const old = await tokens.get(tenant, 'mde');
    const results = await Promise.all(Array.from({ length: 500 }, () => tokens.get(tenant, 'mde', { refused: old })));
    expect(new Set(results.map(({ value }) => value)).size).toBe(1);
    expect(results[0]?.value).not.toBe(old.value);
    expect(entra.posts).toHaveLength(2);
    expect((await tokens.get(tenant, 'mde')).value).toBe(results[0]?.value);
    // One who was answered late.
    expect((await tokens.get(tenant, 'mde', { refused: old })).value).toBe(results[0]?.value);
    expect(entra.posts).toHaveLength(2);
  });

  test('of an API that refuses every token: one renewal in 30 seconds', async () => {
    const { tokens, tenant, entra, clock } = await started();
    for (const expected of [2, 2, 2]) {
      const token = await tokens.get(tenant, 'mde');
      const other = await tokens.get(tenant, 'mde', { refused: token });
      const last = await tokens.get(tenant, 'mde', { refused: other });
      expect(last.value).toBe(other.value);
      expect(entra.posts).toHaveLength(expected);
    }
    clock.advance(30_000);
    const token = await tokens.get(tenant, 'mde');
    expect((await tokens.get(tenant, 'mde', { refused: token })).value).not.toBe(token.value);
    expect(entra.posts).toHaveLength(3);
  });

  test('one per API, each with its own audience', async () => {
    const { tokens, tenant, entra } = await started();
    const [graph, mde] = await Promise.all([tokens.get(tenant, 'graph'), tokens.get(tenant, 'mde')]);
    expect(decodeJwt(graph.value).aud).toBe('https://graph.example/.default');
    expect(decodeJwt(mde.value).aud).toBe('https://mde.example/.default');
    expect(entra.posts).toHaveLength(2);
  });

  test('a failure reaches all who wait, and when its pause is over the next call asks anew', async () => {
    const { tokens, tenant, entra, clock } = await started();
    entra.answer = () => refused('invalid_client', 7000215, 401);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => tokens.get(tenant, 'mde')));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(entra.posts).toHaveLength(1);
    entra.answer = (post) => granted(post);
    clock.advance(30_000);
    await tokens.get(tenant, 'mde');
  });

  test('who gives up does not take the token from the others', async () => {
    const { tokens, tenant, entra } = await started();
    const gate = Promise.withResolvers<void>();
    entra.answer = async (post) => gate.promise.then(() => granted(post));
    const controller = new AbortController();
    const leaving = tokens.get(tenant, 'mde', { signal: controller.signal });
    const staying = tokens.get(tenant, 'mde');
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    gate.resolve();
    expect((await staying).permissions).toEqual(['Machine.Read.All']);
    await expect(tokens.get(tenant, 'mde', { signal: controller.signal })).rejects.toThrow('left');
  });
});

describe('a token', () => {
  test('says what it allows and to whom it was issued', async () => {
    const { tokens, tenant, entra } = await started();
    entra.answer = (post) => granted(post, { roles: ['Alert.Read.All'], scp: 'Machine.Read Alert.Read' });
    const token = await tokens.get(tenant, 'mde');
    expect(token.permissions).toEqual(['Alert.Read.All', 'Machine.Read', 'Alert.Read']);
    expect(token.appId).toBe(appId);
  });

  test('without roles allows nothing; an opaque one is not known to', async () => {
    const { tokens, tenant, entra } = await started();
    entra.answer = (post) => granted(post, { roles: undefined });
    expect((await tokens.get(tenant, 'mde')).permissions).toEqual([]);
    entra.answer = () => ({
      status: 200,
      body: JSON.stringify({ token_type: 'Bearer', expires_in: 3600, access_token: 'opaque' }),
    });
    expect((await tokens.get(tenant, 'graph')).permissions).toBeNull();
  });

  test('is renewed ahead, beside the callers, once', async () => {
    const { tokens, tenant, entra, clock } = await started();
    const first = await tokens.get(tenant, 'mde');
    clock.advance(52 * minuteMs);
    const meanwhile = await Promise.all(Array.from({ length: 50 }, () => tokens.get(tenant, 'mde')));
    expect(meanwhile.every(({ value }) => value === first.value)).toBe(true);
    await expect.poll(async () => (await tokens.get(tenant, 'mde')).value).not.toBe(first.value);
    expect(entra.posts).toHaveLength(2);
  });

  test('a renewal that fails is logged and not repeated at once', async () => {
    const { tokens, tenant, entra, clock, log } = await started();
    const first = await tokens.get(tenant, 'mde');
    clock.advance(52 * minuteMs);
    entra.answer = () => ({ status: 503, body: '' });
    for (let call = 0; call < 5; call += 1) {
      expect((await tokens.get(tenant, 'mde')).value).toBe(first.value);
      await tick();
    }
    expect(entra.posts).toHaveLength(2);
    expect(log.lines).toEqual([expect.stringContaining('could not be renewed')]);
  });

  test('with less than five minutes left is not handed out', async () => {
    const { tokens, tenant, clock } = await started();
    const first = await tokens.get(tenant, 'mde');
    clock.advance(56 * minuteMs);
    expect((await tokens.get(tenant, 'mde')).value).not.toBe(first.value);
  });

  test('that lives for two minutes still serves more than one call', async () => {
    const { tokens, tenant, entra, clock } = await started();
    entra.answer = (post) => granted(post, {}, 120);
    for (let call = 0; call < 5; call += 1) await tokens.get(tenant, 'mde');
    expect(entra.posts).toHaveLength(1);
    clock.advance(110_000);
    await tokens.get(tenant, 'mde');
    expect(entra.posts).toHaveLength(2);
  });

  test('serves nearly to its end while Entra is down', async () => {
    const { tokens, tenant, entra, clock } = await started();
    const first = await tokens.get(tenant, 'mde');
    entra.answer = () => ({ status: 503, body: '' });
    clock.advance(57 * minuteMs);
    expect((await tokens.get(tenant, 'mde')).value).toBe(first.value);
    clock.advance(2.5 * minuteMs);
    await expect(tokens.get(tenant, 'mde')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  test('claims of a challenge go to Entra past every cache', async () => {
    const { tokens, tenant, entra } = await started();
    const first = await tokens.get(tenant, 'mde');
    const claims = '{"access_token":{"nbf":{"essential":true}}}';
    const second = await tokens.get(tenant, 'mde', { refused: first, claims });
    expect(second.value).not.toBe(first.value);
    expect(entra.posts.map(({ form }) => JSON.parse(form.get('claims') ?? '').access_token)).toEqual([
      { xms_cc: { values: ['CP1'] } },
      { nbf: { essential: true }, xms_cc: { values: ['CP1'] } },
    ]);
    expect((await tokens.get(tenant, 'mde')).value).toBe(second.value);
  });

  test('for an API that the cloud does not have is refused without a request', async () => {
    const { tokens, tenant, entra } = await started();
    await expect(tokens.get(tenant, 'm365d')).rejects.toMatchObject({
      code: 'NOT_AVAILABLE_IN_CLOUD',
      details: { tenant: 'contoso', api: 'm365d' },
    });
    expect(entra.posts).toEqual([]);
  });
});

describe('a changed credential', () => {
  test('is used for the next token', async () => {
    const { tokens, tenant, entra } = await started();
    let secret = 'first';
    const rotating: Tenant = {
      ...tenant,
      auth: { kind: 'secret', clientId: appId, clientSecret: async () => secret },
    };
    await tokens.get(rotating, 'mde');
    secret = 'second';
    await tokens.get(rotating, 'mde', { fresh: true });
    expect(entra.posts.map(({ form }) => form.get('client_secret'))).toEqual(['first', 'second']);
  });
});

describe('the store', () => {
  test('keeps the token over a restart: no request', async () => {
    await using directory = await temporaryDirectory();
    await using entra = await startEntra();
    const url = `sqlite:${join(directory.path, 'gateway.sqlite')}`;
    const tenant = tenantAt(entra.origin);
    const run = async (use: (tokens: Tokens) => Promise<string[]>) => {
      const store = await openStore({ url });
      const values = await use(createTokens({ store, clock: createStoppedClock(), http: entra.http }));
      await store.close();
      return values;
    };
    const both = async (tokens: Tokens) => [
      (await tokens.get(tenant, 'mde')).value,
      (await tokens.get(tenant, 'graph')).value,
    ];
    const before = await run(both);
    const postsBefore = entra.posts.length;
    expect(await run(both)).toEqual(before);
    expect([postsBefore, entra.posts.length]).toEqual([2, 2]);
  });

  test('holds no token and no secret that can be read', async () => {
    await using directory = await temporaryDirectory();
    const context = await started(`sqlite:${join(directory.path, 'gateway.sqlite')}`);
    const { value } = await context.tokens.get(context.tenant, 'mde');
    const [, payload = ''] = value.split('.');
    for (const name of await readdir(directory.path)) {
      const bytes = await readFile(join(directory.path, name));
      for (const needle of [value, payload, payload.slice(10, 40), 'accesstoken', 'a-secret-of-the-test']) {
        expect([name, needle, bytes.includes(needle)]).toEqual([name, needle, false]);
      }
    }
  });

  test('that fails costs a request, never the token', async () => {
    const { entra, tenant, clock, log } = await started();
    const broken = await openStore({ url: 'memory:', log });
    await broken.close();
    const tokens = createTokens({ store: broken, clock, http: entra.http, log });
    expect((await tokens.get(tenant, 'mde')).permissions).toEqual(['Machine.Read.All']);
    expect(log.lines.length).toBeGreaterThan(0);
  });

  test('lends tokens to replicas', async () => {
    const { entra, tenant, clock, store, tokens } = await started();
    const first = await tokens.get(tenant, 'mde');
    const replica = createTokens({ store, clock, http: entra.http });
    expect((await replica.get(tenant, 'mde')).value).toBe(first.value);
    expect(entra.posts).toHaveLength(1);
  });
});

describe('tenants', () => {
  test("never get each other's tokens, in any order, though they share an app", async () => {
    const { tokens, tenant, entra, store, clock } = await started();
    const tenants = [1, 2, 3].map(
      (n): Tenant => ({ ...tenant, name: `tenant-${n}`, tenantId: `00000000-0000-4000-8000-00000000000${n}` }),
    );
    const instances = [tokens, createTokens({ store, clock, http: entra.http, maxPartitions: 1 })];
    const call = fc.record({
      tenant: fc.constantFrom(...tenants),
      api: fc.constantFrom('graph', 'mde'),
      fresh: fc.boolean(),
      at: fc.constantFrom(...instances),
      pause: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
        const work: Promise<void>[] = [];
        for (const { tenant: wanted, api, fresh, at, pause } of calls) {
          if (pause) await tick();
          work.push(
            at.get(wanted, api, { fresh }).then(({ value }) => {
              expect(decodeJwt(value)).toMatchObject({ tid: wanted.tenantId, aud: wanted.apis[api]?.scope });
            }),
          );
        }
        await Promise.all(work);
      }),
      { numRuns: 25 },
    );
  });

  test('with another secret do not share what is in memory', async () => {
    const { tokens, tenant, entra } = await started();
    entra.answer = (post) =>
      post.form.get('client_secret') === 'right' ? granted(post) : refused('invalid_client', 7000215, 401);
    await tokens.get(secretOf(tenant, 'right'), 'mde');
    await expect(tokens.get(secretOf(tenant, 'wrong'), 'graph')).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
    });
  });

  test('of another login host do not share tokens', async () => {
    const { tokens, tenant, entra } = await started();
    const here = await tokens.get(tenant, 'mde');
    const there = await tokens.get({ ...tenant, authority: entra.origin.replace('localhost', '127.0.0.1') }, 'mde');
    expect(there.value).not.toBe(here.value);
    expect(entra.posts).toHaveLength(2);
  });
});
