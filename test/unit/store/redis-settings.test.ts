import { createClient } from '@keyv/redis';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { watchStore } from '../../../src/store/watch.ts';
import { freePort, startRedis, stopRedis } from '../../support/redis.ts';
import { createMemoryLog } from './support.ts';

const evicts = expect.stringContaining('Redis may evict entries (its maxmemory-policy is allkeys-lru)');
const forgets = expect.stringContaining('Redis does not write each entry to disk (its appendonly is no)');
const unknown = [
  expect.stringContaining('Whether Redis evicts entries could not be checked'),
  expect.stringContaining('Whether Redis keeps entries on disk could not be checked'),
];

describe('X6: the settings of Redis', () => {
  let port = 0;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
  });
  afterAll(() => stopRedis(redis));

  const command = async (...words: readonly string[]): Promise<void> => {
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    await client.sendCommand([...words]);
    await client.close();
  };
  afterEach(() => command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'appendonly', 'no'));

  const open = async (user = '') => {
    const log = createMemoryLog();
    const encryptionKey = Buffer.alloc(32, 3).toString('base64');
    const store = await openStore({ url: `redis://${user}127.0.0.1:${port}`, encryptionKey, log });
    onTestFinished(() => store.close());
    return { store, log };
  };

  test.each([
    { policy: 'noeviction', appendonly: 'yes', told: [] },
    { policy: 'noeviction', appendonly: 'no', told: [forgets] },
    { policy: 'allkeys-lru', appendonly: 'yes', told: [evicts] },
    { policy: 'allkeys-lru', appendonly: 'no', told: [evicts, forgets] },
  ])('X6: maxmemory-policy $policy, appendonly $appendonly', async ({ policy, appendonly, told }) => {
    await command('CONFIG', 'SET', 'maxmemory-policy', policy, 'appendonly', appendonly);
    expect(await (await open()).store.warnings()).toEqual(told);
  });

  test('X6: where INFO is not permitted it is told that they could not be checked', async () => {
    await command('ACL', 'SETUSER', 'limited', 'on', '>pass', '~*', '+@all', '-info');
    const { store } = await open('limited:pass@');
    expect(await store.warnings()).toEqual(unknown);
  });

  test('X6: a Redis that is not reached at the start is looked at once it is, D3: and again later', async () => {
    await stopRedis(redis);
    const { store, log } = await open();
    const stopped = new AbortController();
    onTestFinished(() => stopped.abort());
    const clock = { now: Date.now, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 20)) };
    watchStore(store, { log, signal: stopped.signal, clock });
    await expect(store.warnings()).rejects.toMatchObject({ code: 'INTERNAL' });
    redis = await startRedis(port);
    await expect.poll(() => log.lines, { timeout: 10_000 }).toContainEqual(forgets);
    await command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await expect.poll(() => log.lines, { timeout: 10_000 }).toContainEqual(evicts);
    expect(log.lines.filter((line) => line.startsWith('Redis does not write'))).toHaveLength(1);
  });
});
