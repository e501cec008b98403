import { describe, expect, test } from 'vitest';
import { createScope } from '../../../src/scope.ts';
import { ThrottledError } from '../../../src/upstream/http/failure.ts';
import type { Counted } from '../../../src/upstream/http/quota.ts';
import type { Quotas } from '../../../src/upstream/http/quotas.ts';
import { createSteppedClock, ownQuotas } from '../../support/quotas.ts';
import { tenantNamed } from '../../support/tenant.ts';

const contoso = tenantNamed('contoso');
const machine: Counted = { id: 'mde.getMachine', api: 'mde', quota: { perMinute: 20, perHour: null } };
const scopeOf = (caller: string, patienceMs: number) =>
  createScope({
    ...{ requestId: 'a', deadline: Number.MAX_SAFE_INTEGER, maxCalls: 1, caller },
    patience: { readMs: patienceMs, actionMs: patienceMs },
    signal: new AbortController().signal,
  });

/** `null`: it was let in; else the seconds that were told. */
const ask = (quotas: Quotas, of: Counted, caller: string, patienceMs: number, tenant = contoso) =>
  quotas.take(tenant, of, scopeOf(caller, patienceMs)).then(
    () => null,
    (error: unknown) =>
      error instanceof ThrottledError ? (error.details.retryAfterSeconds ?? 0) : Promise.reject(error),
  );

describe('a caller who asks all the time', () => {
  test.each([0, 10_000, 60_000])('leaves the others their calls, who have a patience of %d ms', async (patienceMs) => {
    const { clock, advance } = createSteppedClock();
    const quotas = ownQuotas(clock);
    const served = { greedy: 0, others: [0, 0, 0, 0] };
    let isOver = false;
    const greedy = async () => {
      while (!isOver) {
        if ((await ask(quotas, machine, 'greedy', 60_000)) === null) served.greedy += 1;
        else await clock.sleep(500);
      }
    };
    /** One call after another, and each time that is told heeded. */
    const other = async (index: number) => {
      while (!isOver) {
        const seconds = await ask(quotas, machine, `other ${index}`, patienceMs);
        if (seconds === null) served.others[index] = (served.others[index] ?? 0) + 1;
        await clock.sleep(Math.ceil(seconds ?? 30) * 1000);
      }
    };
    for (let requests = 0; requests < 60; requests += 1) void greedy();
    await advance(7000);
    for (const index of served.others.keys()) void other(index);
    for (let second = 0; second < 600; second += 1) await advance(1000);
    isOver = true;

    // A window opens once a minute.
    expect(Math.min(...served.others)).toBeGreaterThanOrEqual(5);
    // What nobody came for is not lost.
    expect(served.greedy + served.others.reduce((sum, one) => sum + one)).toBeGreaterThanOrEqual(180);
  });

  test('is told times behind those of the others, whoever came first', async () => {
    const { clock } = createSteppedClock();
    const quotas = ownQuotas(clock);
    for (let used = 0; used < 20; used += 1) await ask(quotas, machine, 'greedy', 0);
    for (let refused = 0; refused < 150; refused += 1) await ask(quotas, machine, 'greedy', 0);
    expect(await ask(quotas, machine, 'other', 0)).toBeLessThan(70);
    expect(await ask(quotas, machine, 'greedy', 0)).toBeGreaterThan(450);
  });

  test('waits in no line that keeps others out of it', async () => {
    const { clock, settle, advance } = createSteppedClock();
    const quotas = ownQuotas(clock);
    for (let used = 0; used < 20; used += 1) await ask(quotas, machine, 'greedy', 0);
    for (let waiting = 0; waiting < 20; waiting += 1) void ask(quotas, machine, 'greedy', 63_000);
    await settle();
    let told: number | null | undefined;
    void ask(quotas, machine, 'other', 63_000).then((seconds) => {
      told = seconds;
    });
    await settle();
    await advance(62_100);
    expect(told).toBeNull();
  });
});

test('calls that are kept for those who do not come are given to others', async () => {
  const { clock, advance } = createSteppedClock();
  const quotas = ownQuotas(clock);
  for (let used = 0; used < 20; used += 1) await ask(quotas, machine, 'somebody', 0);
  for (let caller = 0; caller < 5; caller += 1) await ask(quotas, machine, `gone ${caller}`, 0);
  await advance(62_100);
  const others: (number | null)[] = [];
  for (let asked = 0; asked < 16; asked += 1) others.push(await ask(quotas, machine, `new ${asked}`, 0));
  expect(others.filter((seconds) => seconds === null)).toHaveLength(15);
  // Who has the patience is let in as soon as nobody can come any more.
  let told: number | null | undefined;
  void ask(quotas, machine, 'patient', 120_000).then((seconds) => {
    told = seconds;
  });
  for (let second = 0; second < 10; second += 1) await advance(1000);
  expect(told).toBeNull();
});

describe('those who wait for different windows of one quota', () => {
  const graph: Counted = {
    id: 'graph.hunting.run',
    api: 'graph',
    pace: 'hunting',
    quota: { perMinute: 3, perHour: null },
  };
  const mde: Counted = {
    ...{ id: 'mde.runAdvancedQuery', api: 'mde', pace: 'hunting' },
    quota: { perMinute: 3, perHour: null, runSecondsPerHour: 10 },
  };

  test('do not wait for the run time of another API', async () => {
    const { clock, settle, advance } = createSteppedClock();
    const quotas = ownQuotas(clock);
    await ask(quotas, mde, 'somebody', 0);
    quotas.answered(contoso, mde, 12_000);
    await advance(3_600_000);
    const waits = ask(quotas, mde, 'patient', 63_000);
    await settle();
    expect(await ask(quotas, graph, 'other', 0)).toBeNull();
    expect(await quotas.states()).toMatchObject([{ quotaClass: 'hunting', waiting: 1 }]);
    await advance(62_000);
    expect(await waits).toBeNull();
  });

  test('have those of the settings as they are now, whatever they were for those who wait', async () => {
    const { clock, settle } = createSteppedClock();
    const quotas = ownQuotas(clock);
    for (let used = 0; used < 20; used += 1) await ask(quotas, machine, 'somebody', 0);
    void ask(quotas, machine, 'patient', 63_000);
    await settle();
    const raised = { ...contoso, quotas: { 'mde.getMachine': { perMinute: 100, perHour: null } } };
    expect(await ask(quotas, machine, 'other', 0, raised)).toBeNull();
  });
});
