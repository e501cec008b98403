import { expect, test } from 'vitest';
import { lookScope } from '../../../src/actions/committed-scope.ts';
import { endOf, timeFor } from '../../../src/scope/time-left.ts';
import { createScope } from '../../../src/scope.ts';

const scope = createScope({
  requestId: 'a',
  signal: new AbortController().signal,
  deadline: 10_000,
  answerMs: 1000,
  maxCalls: 1,
});

test('D3: reads end before their request does, an act has all of its time', () => {
  expect([endOf(scope, true), endOf(scope, false)]).toEqual([9000, 10_000]);
  expect(timeFor(scope, false, 4000)).toBe(6000);
  expect(timeFor(scope, true, 6000)).toBe(2000);
});

test('D3: a look at what became of an act has its time, though the request has none left', () => {
  const late = { now: () => 12_000, sleep: async () => {} };
  expect(timeFor(lookScope(scope, late), true, late.now())).toBeGreaterThan(2000);
});
