import { getEventListeners, once } from 'node:events';
import { expect, test } from 'vitest';
import { lookScope } from '../../../src/actions/committed-scope.ts';
import { endOf, timeFor, timeLimit } from '../../../src/scope/time-left.ts';
import { createScope } from '../../../src/scope.ts';

const scope = createScope({
  requestId: 'a',
  signal: new AbortController().signal,
  deadline: 10_000,
  answerMs: 1000,
  maxCalls: 1,
});

test('D3: reads end before their request does, an action has all of its time', () => {
  expect([endOf(scope, true), endOf(scope, false)]).toEqual([9000, 10_000]);
  expect(timeFor(scope, false, 4000)).toBe(6000);
  expect(timeFor(scope, true, 6000)).toBe(2000);
});

test('D3: a look at what became of an action has its time, though the request has none left', () => {
  const late = { now: () => 12_000, sleep: async () => {} };
  expect(timeFor(lookScope(scope, late), true, late.now())).toBeGreaterThan(2000);
});

test('D3: a limit of time fires by itself, and tells that it was the time', async () => {
  const limit = timeLimit(1, () => 1);
  await once(limit.signal, 'abort');
  expect([limit.isOver(), limit.signal.reason.name]).toEqual([true, 'TimeoutError']);
});

test('D3: a limit of time follows its caller, who is not the time', () => {
  const caller = new AbortController();
  const limit = timeLimit(60_000, () => 60_000, caller.signal);
  const late = timeLimit(60_000, () => 60_000, AbortSignal.abort('gone before'));
  caller.abort('gone');
  expect([limit.isOver(), limit.signal.reason]).toEqual([false, 'gone']);
  expect([late.isOver(), late.signal.reason]).toEqual([false, 'gone before']);
  late.stop();
  limit.stop();
});

test('D3: a limit of time is cancelled with a reason, and the first reason stays', () => {
  const caller = new AbortController();
  const limit = timeLimit(60_000, () => 60_000, caller.signal);
  limit.cancel('spent');
  caller.abort('gone');
  expect([limit.isOver(), limit.signal.reason]).toEqual([false, 'spent']);
  limit.stop();
});

test('a limit of time that is stopped leaves no listener with its caller', () => {
  const caller = new AbortController();
  const limit = timeLimit(60_000, () => 60_000, caller.signal);
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1);
  limit.stop();
  expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  caller.abort('gone');
  expect(limit.signal.aborted).toBe(false);
});
