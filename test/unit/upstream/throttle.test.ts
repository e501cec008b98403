import { expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { type CallScope, createScope } from '../../../src/scope.ts';
import { createThrottleMemory } from '../../../src/upstream/http/throttle.ts';

const operation = (id: string) => ({ id, api: 'mde', permissions: [] }) as const;
const here = { tenant: 'contoso', operation: operation('mde.listMachines') };

/** A clock whose sleeps pass at once. */
const createTestClock = () => {
  let now = 1_000_000;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
  return { clock, slept };
};

const scopeUntil = (deadline: number, signal = new AbortController().signal): CallScope =>
  createScope({ requestId: 'a', signal, deadline, maxCalls: 1 });

test('what was never throttled passes at once', async () => {
  const { clock, slept } = createTestClock();
  const memory = createThrottleMemory(clock, 60_000);
  expect(await memory.pass(here, scopeUntil(clock.now() + 1000))).toBe(0);
  expect(slept).toEqual([]);
});

test('what is throttled waits as long as Microsoft said, once', async () => {
  const { clock, slept } = createTestClock();
  const memory = createThrottleMemory(clock, 60_000);
  memory.note(here, 20);
  expect(await memory.pass(here, scopeUntil(clock.now() + 100_000))).toBe(20_000);
  expect(await memory.pass(here, scopeUntil(clock.now() + 100_000))).toBe(0);
  expect(slept).toEqual([20_000]);
});

test('a longer wait counts, a shorter one does not take it back', async () => {
  const { clock } = createTestClock();
  const memory = createThrottleMemory(clock, 60_000);
  memory.note(here, 20);
  memory.note(here, 5);
  expect(await memory.pass(here, scopeUntil(clock.now() + 100_000))).toBe(20_000);
});

test.each([
  ['longer than callers wait', 61, 1_000_000],
  ['beyond the deadline', 20, 20_000],
])('a wait %s is told at once, with the time', async (_, seconds, deadlineInMs) => {
  const { clock, slept } = createTestClock();
  const memory = createThrottleMemory(clock, 60_000);
  memory.note(here, seconds);
  await expect(memory.pass(here, scopeUntil(clock.now() + deadlineInMs))).rejects.toMatchObject({
    code: 'UPSTREAM_THROTTLED',
    details: { tenant: 'contoso', api: 'mde', retryAfterSeconds: seconds },
  });
  expect(slept).toEqual([]);
});

test('another operation and another tenant are not held up', async () => {
  const { clock } = createTestClock();
  const memory = createThrottleMemory(clock, 60_000);
  memory.note(here, 20);
  const scope = scopeUntil(clock.now() + 100_000);
  expect(await memory.pass({ ...here, tenant: 'fabrikam' }, scope)).toBe(0);
  expect(await memory.pass({ ...here, operation: operation('mde.getMachine') }, scope)).toBe(0);
});

test('a caller who leaves waits no more', async () => {
  const { clock } = createTestClock();
  const memory = createThrottleMemory(clock, 60_000);
  memory.note(here, 20);
  const signal = AbortSignal.abort(new Error('left'));
  await expect(memory.pass(here, scopeUntil(clock.now() + 100_000, signal))).rejects.toThrow('left');
});

test('X6: a wait ends when the gateway stops, and is told as the quota that it is for', async () => {
  const stopping = new AbortController();
  const memory = createThrottleMemory(systemClock, 60_000, stopping.signal);
  memory.note(here, 50);
  const waiting = expect(memory.pass(here, scopeUntil(Date.now() + 100_000))).rejects.toMatchObject({
    code: 'UPSTREAM_THROTTLED',
    details: { sent: 'no' },
  });
  stopping.abort();
  await waiting;
});
