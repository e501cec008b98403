import { expect, test } from 'vitest';
import { storeFailure } from '../../../src/store/failure.ts';
import { faultWord } from '../../../src/store/fault-word.ts';
import { createOutage } from '../../../src/store/outage.ts';
import { quietOutages } from '../../../src/store/quiet-log.ts';
import { createRarely } from '../../../src/store/rarely.ts';
import { RedisSilenceError } from '../../../src/store/redis-silence.ts';
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

test('D3: what goes on by itself does not repeat an outage of the store in the log, and nothing else is left out', () => {
  const log = createMemoryLog();
  const debugged: string[] = [];
  const quiet = quietOutages({ ...log, debug: (message) => void debugged.push(message) });
  const err = storeFailure(new Error('Redis is not reached'));
  quiet.warn('A sign of life could not be stored', { err });
  quiet.warn('A lease was left to run out', { mutation: 'isolateMachines', err });
  quiet.warn('Watched actions could not be read', { err: new Error('another') });
  quiet.error('What was done could not be kept', { err });
  expect(debugged).toEqual(['A sign of life could not be stored']);
  expect(log.lines.map((line) => line.split(' {')[0])).toEqual([
    'A lease was left to run out',
    'Watched actions could not be read',
    'What was done could not be kept',
  ]);
});

const sqliteError = (errcode: number): Error => Object.assign(new Error('from SQLite'), { errcode });
const systemError = (code: string): Error => Object.assign(new Error(`${code}: /a/path/of/the/host`), { code });

test.each([
  [sqliteError(13), 'its disk is full'],
  [sqliteError(0x308), 'it may not be written'],
  [sqliteError(11), 'it is damaged'],
  [systemError('ENOSPC'), 'its disk is full'],
  [systemError('EROFS'), 'it may not be written'],
  [new Error("OOM command not allowed when used memory > 'maxmemory'."), 'Redis is at its maxmemory'],
  [new Error('MISCONF Redis is configured to save RDB snapshots'), 'Redis cannot save to its disk and takes no writes'],
  [new RedisSilenceError('connect ECONNREFUSED 10.0.0.7:6379'), 'Redis does not answer'],
  [new Error('connect ECONNREFUSED 10.0.0.7:6379'), 'the log of the gateway says why'],
])('D3: anybody may be told what %s means, without addresses and paths', (error, word) => {
  expect(faultWord(error)).toBe(word);
});
