import { expect, test } from 'vitest';
import { StoreFailure } from '../../../src/store/failure.ts';
import { faultWord } from '../../../src/store/faults.ts';
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
  const err = new StoreFailure(new Error('Redis is not reached'));
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

const redisError = (message: string): Error => new Error(message);

test.each([
  [sqliteError(13), 'its disk is full', /reads go on, and no action is done.*make room/],
  [sqliteError(0x308), 'it may not be written', /let the gateway's user write/],
  [sqliteError(11), 'it is damaged', /put back a copy/],
  [systemError('ENOSPC'), 'its disk is full', /make room/],
  [systemError('EROFS'), 'it may not be written', /reads go on/],
  [
    redisError("OOM command not allowed when used memory > 'maxmemory'."),
    'Redis is at its maxmemory and refuses writes',
    /reads go on, and no action is done meanwhile; raise its maxmemory/,
  ],
  [
    redisError(
      "ERR Error running script (call to f_1): @user_script:2: @user_script: 2: -OOM command not allowed when used memory > 'maxmemory'.",
    ),
    'Redis is at its maxmemory and refuses writes',
    /raise its maxmemory/,
  ],
  [
    redisError("READONLY You can't write against a read only replica."),
    'Redis is a read-only replica',
    /lead to the primary/,
  ],
  [redisError('MASTERDOWN Link with MASTER is down'), 'Redis is a replica that has lost its primary', /promote/],
  [
    redisError('MISCONF Redis is configured to save RDB snapshots'),
    'Redis cannot save to its disk and refuses writes',
    /make room on its disk/,
  ],
  [
    redisError('NOREPLICAS Not enough good replicas to write.'),
    'Redis has too few replicas and refuses writes',
    /min-replicas-to-write/,
  ],
  [
    redisError('LOADING Redis is loading the dataset in memory'),
    'Redis reads its data and takes no commands yet',
    /ends by itself/,
  ],
  [redisError('NOAUTH Authentication required.'), 'Redis refuses the sign-in of the gateway', /user name and password/],
  [
    new RedisSilenceError('Redis is not reached', { cause: redisError('WRONGPASS invalid username-password pair') }),
    'Redis refuses the sign-in of the gateway',
    /user name and password/,
  ],
  [
    redisError("NOPERM User has no permissions to run the 'eval' command"),
    'Redis does not permit the gateway a command',
    /ACL SETUSER/,
  ],
  [redisError('CLUSTERDOWN The cluster is down'), 'the Redis cluster is down', /CLUSTER INFO/],
  [
    redisError('MOVED 1234 10.0.0.7:6379'),
    'Redis is a cluster that has its keys on several servers',
    /one server with replicas/,
  ],
  [redisError('ERR max number of clients reached'), 'Redis takes no more clients', /maxclients/],
  [redisError('BUSY Redis is busy running a script.'), 'Redis is busy with a script', /SCRIPT KILL/],
  [new RedisSilenceError('connect ECONNREFUSED 10.0.0.7:6379'), 'Redis does not answer', /start it, .* host and port/],
  [
    new RedisSilenceError('Redis is not reached', { cause: systemError('ENOTFOUND') }),
    'Redis does not answer',
    /start it, .* host and port/,
  ],
  [systemError('ECONNREFUSED'), 'Redis does not answer', /start it/],
  [systemError('CERT_HAS_EXPIRED'), 'the certificate of Redis is not taken', /renew it there/],
  [systemError('SELF_SIGNED_CERT_IN_CHAIN'), 'the certificate of Redis is not taken', /NODE_EXTRA_CA_CERTS/],
  [new Error('connect ECONNREFUSED 10.0.0.7:6379'), 'the log of the gateway says why', null],
])('D3: of %s anybody is told a word without addresses and paths, and operators what to do', (error, word, advice) => {
  const log = createMemoryLog();
  createOutage({ log, what: 'The store' }).failed(error);
  const failure = new StoreFailure(error);
  for (const each of [error, failure]) expect(faultWord(each)).toBe(word);
  // Callers are told no more than the word.
  expect(failure.message).toBe(`The store of the gateway does not answer as it should: ${word}`);
  const told = log.lines.join();
  if (advice === null) expect(told).not.toMatch(/no action is done/);
  else expect(told).toMatch(new RegExp(`${word}: .*${advice.source}`));
});
