import { describe, expect, test } from 'vitest';
import { createByteBudget } from '../../../src/scope/byte-budget.ts';
import { createCallBudget } from '../../../src/scope/call-budget.ts';
import { createLateness } from '../../../src/scope/lateness.ts';

/** Calls that a tenant gets until it is refused. */
const spendAll = (budget: ReturnType<typeof createCallBudget>, tenant?: string): number => {
  for (let calls = 0; ; calls += 1) {
    try {
      budget.spend(tenant);
    } catch (error) {
      expect(error).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE', details: { sent: 'no' } });
      return calls;
    }
  }
};

describe('D3: the budget of calls is shared out by tenant', () => {
  test('one that does not end leaves the others their part', () => {
    const budget = createCallBudget(20);
    budget.shareAmong(['endless', 'a', 'b', 'c', 'd']);
    expect(spendAll(budget, 'endless')).toBe(20 - 4 * 2);
    for (const tenant of ['a', 'b', 'c', 'd']) expect(spendAll(budget, tenant)).toBe(2);
  });

  test('what nobody is sure of is for whoever needs it', () => {
    const budget = createCallBudget(10);
    budget.shareAmong(['a', 'b']);
    expect(spendAll(budget, 'a')).toBe(8);
    expect(spendAll(budget, 'b')).toBe(2);
  });

  test('without a question over tenants it is one budget', () => {
    const budget = createCallBudget(5);
    expect(spendAll(budget, 'a')).toBe(5);
    expect(spendAll(budget)).toBe(0);
  });

  test('of as many tenants as calls each has one', () => {
    const budget = createCallBudget(200);
    budget.shareAmong(['endless', ...Array.from({ length: 199 }, (_, index) => `t${index}`)]);
    expect(spendAll(budget, 'endless')).toBe(1);
    expect(spendAll(budget, 't198')).toBe(1);
  });

  test('together they never get more than all', () => {
    const budget = createCallBudget(3);
    budget.shareAmong(Array.from({ length: 10 }, (_, index) => `t${index}`));
    const calls = Array.from({ length: 10 }, (_, index) => spendAll(budget, `t${index}`));
    expect(calls.reduce((sum, some) => sum + some, 0)).toBe(3);
  });
});

test('D3: bytes beyond the budget of a request are refused', () => {
  const budget = createByteBudget(100);
  budget.take(60);
  budget.take(40);
  expect(() => budget.take(1)).toThrow(expect.objectContaining({ code: 'QUERY_TOO_EXPENSIVE' }));
});

describe('D3: one time for a tenant over all tries and APIs', () => {
  /** How long calls take that are never answered, one after the other. */
  const hang = (apis: readonly string[], timeoutMs: number): number[] => {
    const lateness = createLateness();
    let nowMs = 1_000_000;
    return apis.map((api) => {
      const ms = lateness.timeoutFor('contoso', api, timeoutMs);
      lateness.note('contoso', api, { startedMs: nowMs, endedMs: nowMs + ms, hung: true });
      nowMs += ms;
      return ms;
    });
  };

  test('the first call has its time, and all of them half as long again', () => {
    const times = hang(['graph', 'graph', 'm365d', 'm365d'], 30_000);
    expect(times[0]).toBe(30_000);
    // An API that was not late yet has time to answer.
    expect(times[2]).toBeGreaterThanOrEqual(5000);
    expect(times.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(45_000);
  });

  test('calls side by side lose the same time once, and another tenant none', () => {
    const lateness = createLateness();
    for (let call = 0; call < 10; call += 1)
      lateness.note('contoso', 'mde', { startedMs: 0, endedMs: 10_000, hung: false });
    expect(lateness.timeoutFor('contoso', 'mde', 30_000)).toBeCloseTo((35_000 * 2) / 3, 0);
    expect(lateness.timeoutFor('fabrikam', 'mde', 30_000)).toBe(30_000);
  });

  test('no API is given up unasked, whatever the others cost', () => {
    const lateness = createLateness();
    lateness.note('contoso', 'graph', { startedMs: 0, endedMs: 1e9, hung: true });
    expect(lateness.timeoutFor('contoso', 'm365d', 30_000)).toBe(5000);
    expect(lateness.timeoutFor('contoso', 'graph', 30_000)).toBe(1000);
  });
});
