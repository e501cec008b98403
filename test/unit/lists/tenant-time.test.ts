import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/clock.ts';
import { inTurnConnection } from '../../../src/lists/in-turn.ts';
import { mergedConnection } from '../../../src/lists/merged.ts';
import type { ListQuestion } from '../../../src/lists/question.ts';
import { createTenantTime } from '../../../src/lists/tenant-time.ts';
import type { OpenRows } from '../../../src/routing/opened-list.ts';
import { createScope } from '../../../src/scope.ts';
import {
  type Estate,
  openOver,
  openUnordered,
  questionAbout,
  type Row,
  tenantsNamed,
} from '../../property/lists/rows.ts';

/** A clock that a test moves; who sleeps wakes up when their time has come. */
const createTestClock = (): Clock & { readonly pass: (ms: number) => void; readonly sleepers: () => number } => {
  let nowMs = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: nowMs + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    pass: (ms) => {
      nowMs += ms;
      for (const sleeper of sleepers) {
        if (sleeper.until > nowMs) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
    sleepers: () => sleepers.size,
  };
};

const names = ['a', 'b', 'c'];
const estate: Estate = new Map(
  names.map((name) => [
    name,
    Array.from({ length: 5 }, (_, index) => ({ id: `${name}${index}`, at: `2026-01-0${9 - index}T00:00:00Z` })),
  ]),
);
const never = <V>(): Promise<V> => new Promise(() => {});

const lists: readonly (readonly [string, typeof mergedConnection<object, Row>, OpenRows<object, Row>])[] = [
  ['newest first', mergedConnection, openOver(estate)],
  ['without an order', inTurnConnection, openUnordered(estate)],
];

describe.each(lists)('D3: a tenant that hangs, in a list %s', (_, read, open) => {
  const ask = (opens: OpenRows<object, Row>, clock: Clock, more: Partial<ListQuestion<object, Row>> = {}) => {
    const scope = createScope({
      requestId: '00000000-0000-4000-8000-000000000000',
      signal: new AbortController().signal,
      deadline: clock.now() + 20_000,
      maxCalls: 100,
    });
    return read(questionAbout(tenantsNamed(names), opens, { first: 50, after: null }, { scope, clock, ...more }));
  };
  const settled = async <V>(work: Promise<V>, clock: ReturnType<typeof createTestClock>): Promise<V> => {
    let done = false;
    const end = (): void => {
      done = true;
    };
    void work.then(end, end);
    for (let turn = 0; turn < 200 && !done; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (clock.sleepers() > 0) clock.pass(1000);
    }
    return work;
  };

  test('is a failure after four fifths of the time left; its call is ended, and the others keep their rows', async () => {
    const clock = createTestClock();
    const signals: AbortSignal[] = [];
    const deadlines: number[] = [];
    const answer = await settled(
      ask(async (tenant, filter, opening, scope) => {
        if (tenant.name !== 'b') return open(tenant, filter, opening, scope);
        signals.push(scope.signal);
        deadlines.push(scope.deadline);
        return never();
      }, clock),
      clock,
    );
    expect(answer.failures.map(({ tenant, error }) => [tenant.name, error.code, error.details.tenant])).toEqual([
      ['b', 'UPSTREAM_TIMEOUT', 'b'],
    ]);
    expect(
      answer.items
        .map(({ node }) => node.id[0])
        .toSorted()
        .join(''),
    ).toBe('aaaaaccccc');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(deadlines).toEqual([16_000]);
    expect(clock.now()).toBeLessThan(20_000);
    expect(clock.sleepers()).toBe(0);
  });

  test('at its second page keeps the rows of its first', async () => {
    const clock = createTestClock();
    const answer = await settled(
      ask(async (tenant, filter, opening, scope) => {
        const opened = await open(tenant, filter, opening, scope);
        return tenant.name === 'b' ? { ...opened, page: { ...opened.page, next: () => never() } } : opened;
      }, clock),
      clock,
    );
    expect(answer.failures.map(({ error }) => error.code)).toEqual(['UPSTREAM_TIMEOUT']);
    expect(answer.items).toHaveLength(15);
    expect(answer.hasNextPage).toBe(true);
  });

  test('while its rows are judged is a failure too: no row is shown unjudged', async () => {
    const clock = createTestClock();
    const answer = await settled(
      ask(open, clock, { judge: ({ name }) => (name === 'b' ? () => never() : async (rows) => new Set(rows)) }),
      clock,
    );
    expect(answer.failures.map(({ error }) => error.code)).toEqual(['UPSTREAM_TIMEOUT']);
    expect(answer.items.every(({ node }) => !node.id.startsWith('b'))).toBe(true);
  });

  test('does not outlive a caller who leaves', async () => {
    const clock = createTestClock();
    const controller = new AbortController();
    const scope = createScope({
      requestId: '00000000-0000-4000-8000-000000000000',
      signal: controller.signal,
      deadline: 20_000,
      maxCalls: 100,
    });
    const left = new Error('left');
    const answer = ask(
      (_tenant, _filter, _opening, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      clock,
      { scope },
    );
    controller.abort(left);
    await expect(answer).rejects.toBe(left);
  });
});

test('D3: a request without time left asks nobody, and does not say that a tenant is late', async () => {
  const clock = createTestClock();
  const scopeUntil = (deadline: number) =>
    createScope({ requestId: 'r', signal: new AbortController().signal, deadline, maxCalls: 1 });
  let asked = 0;
  const over = createTenantTime('a', scopeUntil(0), clock);
  await expect(over.within(async () => (asked += 1))).rejects.toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
  expect(asked).toBe(0);
  const short = createTenantTime('a', scopeUntil(100), clock).within(() => never());
  clock.pass(100);
  await expect(short).rejects.toMatchObject({
    code: 'QUERY_TOO_EXPENSIVE',
    message: expect.stringContaining('The time of the request was over'),
  });
});

describe('D3: tenants of one request have one timer', () => {
  const begin = () => {
    const clock = createTestClock();
    const controller = new AbortController();
    const scope = createScope({ requestId: 'r', signal: controller.signal, deadline: 10_000, maxCalls: 1 });
    const ends: PromiseWithResolvers<string>[] = [];
    const times = names.map((name) => createTenantTime(name, scope, clock));
    const works = times.map((time, index) => {
      // Each begins a second after the one before, and so ends later.
      if (index > 0) clock.pass(1000);
      const end = Promise.withResolvers<string>();
      ends.push(end);
      const work = time.within(() => end.promise);
      work.catch(() => {});
      return work;
    });
    return { clock, controller, ends, times, works };
  };

  test('which wakes for each of them when its time is over, and is gone with the last', async () => {
    const { clock, ends, times, works } = begin();
    expect(clock.sleepers()).toBe(1);
    // 0.8 x 10 s, 1 s + 0.8 x 9 s, 2 s + 0.8 x 8 s
    clock.pass(6000);
    await expect(works[0]).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', message: expect.stringMatching(/^a /) });
    expect(times.map(({ scope }) => scope.signal.aborted)).toEqual([true, false, false]);
    expect(clock.sleepers()).toBe(1);
    ends[1]?.resolve('done');
    await expect(works[1]).resolves.toBe('done');
    clock.pass(1000);
    await expect(works[2]).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', message: expect.stringMatching(/^c /) });
    expect(clock.sleepers()).toBe(0);
  });

  test('and are told when the caller leaves, unless they are done', async () => {
    const { clock, controller, ends, times, works } = begin();
    ends[0]?.resolve('done');
    await works[0];
    const left = new Error('left');
    controller.abort(left);
    expect(times.map(({ scope }) => scope.signal.reason)).toEqual([undefined, left, left]);
    for (const end of ends) end.reject(left);
    await expect(works[2]).rejects.toBe(left);
    expect(clock.sleepers()).toBe(0);
    // One that begins afterwards is told at once.
    const late = times[0]?.within(async () => 'late');
    expect(times[0]?.scope.signal.reason).toBe(left);
    await late;
  });
});
