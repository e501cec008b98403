import { expect, test } from 'vitest';
import { createCounters } from '../../../src/store/counters.ts';
import { createStoppedClock } from './support.ts';

test('of more counters than there is room for the oldest goes', () => {
  const counters = createCounters(createStoppedClock());
  counters.increment('oldest', 60_000, 7);
  for (let index = 0; index < 100_000; index += 1) counters.increment(`caller ${index}`, 60_000, 1);
  expect(counters.increment('caller 99999', 60_000, 1)).toBe(2);
  expect(counters.increment('oldest', 60_000, 1)).toBe(1);
});

test('a counter that has ended begins anew, in its new place', () => {
  const clock = createStoppedClock();
  const counters = createCounters(clock);
  counters.increment('a', 1000, 5);
  clock.advance(1000);
  expect(counters.increment('a', 1000, 2)).toBe(2);
  clock.advance(999);
  expect(counters.increment('a', 1000, 1)).toBe(3);
});
