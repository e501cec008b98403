import { afterEach, describe, expect, test } from 'vitest';
import { createRequestRates, type RatedCaller, type RateLimits } from '../../../src/access/limits.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { createMemoryLog, createStoppedClock } from '../store/support.ts';

const stores: Store[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

/** Rates over a store in memory, at the beginning of a minute. */
const started = async (limits: Partial<RateLimits> = {}) => {
  const clock = createStoppedClock(Date.parse('2026-11-22T10:00:00Z'));
  const store = await openStore({ url: 'memory:', clock });
  stores.push(store);
  const metrics = createMetrics();
  const log = createMemoryLog();
  const kept = createRequestRates({
    store,
    limits: { requestsPerMinute: 5, costPerMinute: 10_000, failedSignInsPerMinute: 3, ...limits },
    metrics,
    log,
  });
  /** Refusals that come at once are told as those that are waited for. */
  const rates = {
    count: async (...asked: Parameters<typeof kept.count>) => kept.count(...asked),
    spend: async (...asked: Parameters<typeof kept.spend>) => kept.spend(...asked),
    signInFailed: async (...asked: Parameters<typeof kept.signInFailed>) => kept.signInFailed(...asked),
  };
  const times = async (count: number, action: () => Promise<void>): Promise<void> => {
    for (let done = 0; done < count; done += 1) await action();
  };
  return { clock, log, metrics, rates, store, times };
};

const alice: RatedCaller = { id: 'user:t:alice', kind: 'user' };
const bob: RatedCaller = { id: 'user:t:bob', kind: 'user' };
const anybody: RatedCaller = { id: 'anonymous', kind: 'anonymous' };
const limited = (retryAfterSeconds: number) => ({ code: 'RATE_LIMITED', details: { retryAfterSeconds } });

describe('the points of a caller', () => {
  test('D1: lets the limit through and no more, and says when to come again; small ones are not counted', async () => {
    const { rates, clock, times } = await started();
    await times(100, () => rates.spend(alice, '203.0.113.7', 499));
    await times(2, () => rates.spend(alice, '203.0.113.7', 5000));
    await expect(rates.spend(alice, '203.0.113.7', 500)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await rates.spend(bob, '203.0.113.7', 5000);
    clock.advance(120_000);
    await rates.spend(alice, '203.0.113.7', 5000);
  });
});

describe('the rate of a caller', () => {
  test('lets the limit through and no more, and says when to come again', async () => {
    const { rates, clock, times } = await started();
    await times(5, () => rates.count(alice, '203.0.113.7', 1));
    await expect(rates.count(alice, '203.0.113.7', 1)).rejects.toMatchObject(limited(61));
    clock.advance(60_999);
    await expect(rates.count(alice, '203.0.113.7', 1)).rejects.toMatchObject(limited(1));
    clock.advance(1);
    await rates.count(alice, '203.0.113.7', 1);
  });

  test('is their own, from whatever address they come', async () => {
    const { rates, times } = await started();
    await times(5, () => rates.count(alice, '203.0.113.7', 1));
    await expect(rates.count(alice, '203.0.113.8', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await rates.count(bob, '203.0.113.7', 1);
  });

  test('goes by address for callers without a name', async () => {
    const { rates, times } = await started();
    await times(5, () => rates.count(anybody, '203.0.113.7', 1));
    await expect(rates.count(anybody, '203.0.113.7', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await rates.count(anybody, '203.0.113.8', 1);
    await times(5, () => rates.count(anybody, '2001:db8::1', 1));
    await expect(rates.count(anybody, '2001:db8::2', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test("of an API key is the key's own where it has one", async () => {
    const { rates, times } = await started();
    const slow: RatedCaller = { id: 'apiKey:slow', kind: 'apiKey', requestsPerMinute: 2 };
    const quick: RatedCaller = { id: 'apiKey:quick', kind: 'apiKey', requestsPerMinute: 50 };
    await times(2, () => rates.count(slow, '203.0.113.7', 1));
    await expect(rates.count(slow, '203.0.113.7', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await times(50, () => rates.count(quick, '203.0.113.7', 1));
    await expect(rates.count(quick, '203.0.113.7', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('counts each operation of a batch, all or none', async () => {
    const { rates } = await started();
    await rates.count(alice, '203.0.113.7', 3);
    await expect(rates.count(alice, '203.0.113.7', 3)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await rates.count(alice, '203.0.113.7', 2);
    await expect(rates.count(alice, '203.0.113.7', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('of a batch that is greater than the whole limit is an error that no waiting helps', async () => {
    const { rates } = await started();
    await expect(rates.count(alice, '203.0.113.7', 6)).rejects.toMatchObject({
      code: 'QUERY_TOO_EXPENSIVE',
      details: {},
    });
  });

  test('does not grow by what was refused', async () => {
    const { rates, clock, times } = await started();
    await times(5, () => rates.count(alice, '203.0.113.7', 1));
    await times(100, () => expect(rates.count(alice, '203.0.113.7', 1)).rejects.toThrow());
    clock.advance(120_000);
    await times(5, () => rates.count(alice, '203.0.113.7', 1));
  });

  test('0 is none', async () => {
    const { rates, times } = await started({ requestsPerMinute: 0 });
    await times(2000, () => rates.count(alice, '203.0.113.7', 10));
  });

  test('is counted when it refuses', async () => {
    const { rates, metrics, times } = await started();
    await times(5, () => rates.count(alice, '203.0.113.7', 1));
    await times(2, () => expect(rates.count(alice, '203.0.113.7', 1)).rejects.toThrow());
    expect(await metrics.render()).toContain('gateway_rate_limited_total{kind="caller"} 2');
  });
});

describe('wrong credentials', () => {
  test('of one address are told as such so often, then as too many', async () => {
    const { rates, clock, log, metrics, times } = await started();
    await times(3, () => rates.signInFailed('203.0.113.7'));
    await expect(rates.signInFailed('203.0.113.7')).rejects.toMatchObject(limited(61));
    await rates.signInFailed('203.0.113.8');
    expect(log.lines).toEqual(['Too many wrong credentials came from an address {"address":"203.0.113.7"}']);
    clock.advance(61_000);
    await rates.signInFailed('203.0.113.7');
    expect(await metrics.render()).toContain('gateway_rate_limited_total{kind="sign-in"} 1');
  });

  test('are counted together by all replicas', async () => {
    const { rates, log, metrics, store, times } = await started();
    const limits = { requestsPerMinute: 5, costPerMinute: 0, failedSignInsPerMinute: 3 };
    const other = createRequestRates({ store, limits, metrics, log });
    await times(3, () => rates.signInFailed('203.0.113.7'));
    expect(() => other.signInFailed('203.0.113.7')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  });

  test('without a limit are never too many', async () => {
    const { rates, times } = await started({ failedSignInsPerMinute: 0 });
    await times(500, () => rates.signInFailed('203.0.113.7'));
  });
});

test('a store that does not answer lets requests through, with a warning', async () => {
  const log = createMemoryLog();
  const clock = createStoppedClock();
  // Nothing listens there.
  const store = await openStore({
    url: 'redis://127.0.0.1:9',
    encryptionKey: Buffer.alloc(32, 3).toString('base64'),
    log,
    clock,
  });
  stores.push(store);
  const limits = { requestsPerMinute: 1, costPerMinute: 0, failedSignInsPerMinute: 1 };
  const rates = createRequestRates({ store, limits, metrics: createMetrics(), log });
  const startedMs = performance.now();
  for (let done = 0; done < 20; done += 1) {
    await rates.count(alice, '203.0.113.7', 1);
    await rates.signInFailed('203.0.113.7');
  }
  expect(performance.now() - startedMs).toBeLessThan(4000);
  expect(log.lines.some((line) => line.includes('The Redis of the store does not answer'))).toBe(true);
});
