import { expect, test } from 'vitest';
import { createOutage } from '../../../src/store/outage.ts';
import { createRarely } from '../../../src/store/rarely.ts';
import { createMemoryLog } from './support.ts';

test('D3: an outage is one line at its beginning, one a minute, and one at its end', () => {
  const log = createMemoryLog();
  let nowMs = 0;
  const outage = createOutage({ log, what: 'The store', now: () => nowMs });
  outage.worked();
  for (; nowMs < 150_000; nowMs += 500) outage.failed(new Error('no answer'));
  expect(outage.failure()).toMatchObject({ cause: new Error('no answer') });
  nowMs += 5000;
  outage.worked();
  outage.worked();
  expect(outage.failure()).toBeNull();
  expect(log.lines).toEqual([
    'The store does not answer {"reason":"no answer"}',
    'Still: The store does not answer {"reason":"no answer","seconds":60,"failures":121}',
    'Still: The store does not answer {"reason":"no answer","seconds":120,"failures":241}',
    'The store answers again {"seconds":155,"failures":300}',
  ]);
});

test('D3: what works and fails in turns is one outage', () => {
  const log = createMemoryLog();
  let nowMs = 0;
  const outage = createOutage({ log, what: 'The store', now: () => nowMs });
  for (; nowMs < 30_000; nowMs += 200) {
    outage.failed(new Error('full'));
    outage.worked();
  }
  expect(log.lines).toHaveLength(1);
});

test('D3: what happens with each request is told once a minute, with how often it was left out', () => {
  const log = createMemoryLog();
  let nowMs = 0;
  const rarely = createRarely(log, () => nowMs);
  for (; nowMs < 70_000; nowMs += 100) rarely('The cache was late', { space: 'msal' });
  expect(log.lines).toEqual([
    'The cache was late {"space":"msal"}',
    'The cache was late {"space":"msal","leftOut":599}',
  ]);
});
