import { describe, expect, test } from 'vitest';
import { anewScope } from '../../../src/actions/committed-scope.ts';
import { systemClock } from '../../../src/clock.ts';
import { GatewayError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { createScope } from '../../../src/scope.ts';
import type { Answer, Call } from '../../../src/upstream/http/call.ts';
import { coalesced } from '../../../src/upstream/http/coalesced.ts';
import { createExchange } from '../../../src/upstream/http/exchange.ts';
import { createSingleFlight } from '../../../src/upstream/http/single-flight.ts';
import { tenantNamed } from '../../support/tenant.ts';

const tenant = tenantNamed('contoso', 'https://api.example');
const answer: Answer = { status: 200, json: {}, none: false, requestId: undefined, permissions: null };
const callOf = (requestId: string, leftMs = 1000, maxBytes = 1000): Call => ({
  tenant,
  endpoint: { baseUrl: 'https://api.example', scope: 'x' },
  operation: {
    id: 'mde.getMachine',
    api: 'mde',
    method: 'GET',
    path: '/api/machines/1',
    repeatable: true,
    permissions: [],
    parse: () => null,
  },
  url: 'https://api.example/api/machines/1',
  readKey: 'one machine',
  scope: createScope({
    requestId,
    signal: new AbortController().signal,
    deadline: Date.now() + leftMs,
    maxCalls: 1,
    maxBytes,
  }),
});

test('X1: a look for what became of an action joins no read that began before it, and its own reads join each other', async () => {
  const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
  const sent: string[] = [];
  const next = async ({ scope: { requestId } }: Call): Promise<Answer> => {
    sent.push(requestId);
    await new Promise((resolve) => setImmediate(resolve));
    return answer;
  };
  const looking = callOf('look');
  const look = { ...looking, scope: anewScope(looking.scope) };
  const other = { ...looking, scope: anewScope(looking.scope) };
  await Promise.all([callOf('reader'), look, look, other, callOf('late reader')].map((call) => policy(call, next)));
  expect(sent).toEqual(['reader', 'look', 'look']);
});

test.each([
  ['QUERY_TOO_EXPENSIVE', 2, ['failed', 'had', 'had']],
  ['UPSTREAM_THROTTLED', 2, ['failed', 'had', 'had']],
  ['UPSTREAM_UNAVAILABLE', 1, ['failed', 'failed', 'failed']],
] as const)("D3: %s of the caller whose read was joined is not the others'", async (code, calls, ends) => {
  const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
  const sent: string[] = [];
  const next = async ({ scope: { requestId } }: Call): Promise<Answer> => {
    sent.push(requestId);
    await new Promise((resolve) => setImmediate(resolve));
    if (requestId === 'first') throw new GatewayError(code, 'not theirs');
    return answer;
  };
  const asked = ['first', 'second', 'third'].map((id) =>
    policy(callOf(id), next).then(
      () => 'had',
      () => 'failed',
    ),
  );
  expect(await Promise.all(asked)).toEqual(ends);
  expect(sent).toHaveLength(calls);
});

test('D3: who joined a call that has more time than their request is told before that ends', async () => {
  const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
  const next = (call: Call): Promise<Answer> =>
    new Promise((_, reject) => call.scope.signal.addEventListener('abort', () => reject(call.scope.signal.reason)));
  const first = policy(callOf('first', 200), next).catch((error: unknown) => error);
  const joined = policy(callOf('second', 50), next);
  await expect(joined).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { tenant: 'contoso' } });
  expect(await first).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

test('D3: who joined a call of a request with less time than theirs gets its answer, and the other is told', async () => {
  const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
  const exchange = createExchange({
    // Longer than the first has, and shorter than the other.
    http: (_, { signal }) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve({ status: 200, headers: {}, body: '{}' }), 400);
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
    timeouts: { normal: 10_000, hunting: 10_000 },
  });
  let sent = 0;
  const next = async (call: Call): Promise<Answer> => {
    sent += 1;
    await exchange(call, { value: 'token', permissions: [], expiresAtMs: 0 });
    return answer;
  };
  const first = policy(callOf('first', 200), next).catch((error: unknown) => error);
  const joined = policy(callOf('second', 5000), next);
  expect(await joined).toMatchObject(answer);
  expect(await first).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  expect(sent).toBe(1);
});

describe('D3: the bytes of a shared answer', () => {
  const bytesOf = async (budgets: readonly number[]) => {
    const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
    const gate = Promise.withResolvers<void>();
    let sent = 0;
    const next = async ({ onBytes }: Call): Promise<Answer> => {
      sent += 1;
      onBytes?.(60);
      await gate.promise;
      onBytes?.(40);
      return answer;
    };
    const calls = budgets.map((budget, place) => callOf(String(place), 1000, budget));
    const asked = calls.map((call) => policy(call, next).catch((error: unknown) => error));
    await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    const ends = (await Promise.all(asked)).map((end) => (end instanceof GatewayError ? end.code : 'had'));
    const hasLeft = calls.map(({ scope }) => {
      try {
        scope.bytes?.take(1);
        return true;
      } catch {
        return false;
      }
    });
    return { ends, hasLeft, sent };
  };

  test('are paid by each who waits for it, whenever they joined', async () => {
    expect(await bytesOf([101, 100, 101])).toEqual({
      ends: ['had', 'had', 'had'],
      hasLeft: [true, false, true],
      sent: 1,
    });
  });

  test.each([
    ['who began the call', [80, 1000, 1000], ['QUERY_TOO_EXPENSIVE', 'had', 'had']],
    ['one who joined', [1000, 80, 1000], ['had', 'QUERY_TOO_EXPENSIVE', 'had']],
    ['one who has none left for what came before', [1000, 50], ['had', 'QUERY_TOO_EXPENSIVE']],
    ['all', [80, 90], ['QUERY_TOO_EXPENSIVE', 'QUERY_TOO_EXPENSIVE']],
  ])('that are too many for %s cost the others nothing', async (_, budgets, ends) => {
    expect(await bytesOf(budgets)).toMatchObject({ ends, sent: 1 });
  });
});

describe('D3: the patience of who shares a read is their own', () => {
  const patient = (requestId: string, readMs: number): Call => {
    const call = callOf(requestId);
    return { ...call, scope: { ...call.scope, patience: { readMs, actionMs: 0 } } };
  };
  const refusal = new GatewayError('UPSTREAM_THROTTLED', 'Wait', { retryAfterSeconds: 0.5 });

  test.each([
    ['starts it', ['short', 'long']],
    ['joins it', ['long', 'short']],
    ['joins it while it waits', ['long', 'late']],
  ] as const)('who has less and %s is told at once, and the other waits', async (_, order) => {
    const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
    const waits = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    let sent = 0;
    const next = async ({ scope }: Call): Promise<Answer> => {
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
      expect(scope.patience?.readMs).toBe(60_000);
      scope.waits?.(500, refusal);
      waits.resolve();
      await over.promise;
      return answer;
    };
    const ends = order.map(async (who) => {
      if (who === 'late') await waits.promise;
      return policy(patient(who, who === 'long' ? 60_000 : 100), next).then(
        () => `${who} had it`,
        (error: unknown) => `${who}: ${error instanceof GatewayError ? error.code : String(error)}`,
      );
    });
    const short = order.findIndex((who) => who !== 'long');
    expect(await ends[short]).toBe(`${order[short]}: UPSTREAM_THROTTLED`);
    over.resolve();
    expect(await Promise.all(ends)).toContain('long had it');
    expect(sent).toBe(1);
  });
});
