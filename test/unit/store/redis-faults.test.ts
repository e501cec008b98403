import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { observedAudit } from '../../../src/audit/observed.ts';
import { openRedisLog } from '../../../src/audit/redis-log.ts';
import { systemClock } from '../../../src/clock.ts';
import { connectRedis, type RedisClient } from '../../../src/store/redis-connection.ts';
import { openStore } from '../../../src/store/store.ts';
import { startNetwork } from '../../support/partition.ts';
import { freePort, startRedis, stopRedis } from '../../support/redis.ts';
import { entryOf } from '../audit/support.ts';
import { createMemoryLog } from './support.ts';

const encryptionKey = Buffer.alloc(32, 3).toString('base64');
const limitMs = 800;

/** A Redis behind a network that can be cut. */
const started = async () => {
  const port = await freePort();
  const redis = await startRedis(port);
  const network = await startNetwork(port);
  onTestFinished(async () => {
    redis.kill('SIGCONT');
    await network.stop();
    await stopRedis(redis);
  });
  return { redis, port, network, url: `redis://127.0.0.1:${network.port}` };
};

const eventually = async <T>(work: () => Promise<T>, withinMs: number): Promise<T> => {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(20);
    }
  }
};

const settings = async (url: string, command: (client: RedisClient) => Promise<unknown>): Promise<void> => {
  const admin = await connectRedis({ url, what: 'The Redis of the test' });
  await admin.run(command);
  await admin.close();
};

describe('D3: a connection to Redis that dies without a reset', () => {
  test('D3: of the store is found by pings and replaced, though nobody asks', async () => {
    const { network, url } = await started();
    const store = await openStore({ url, encryptionKey, operationLimitMs: limitMs });
    onTestFinished(() => store.close());
    const space = store.space<string>('claims');
    await space.set('k', 'before');
    network.cut();
    network.heal();
    await sleep(limitMs * 2);
    expect(await eventually(() => space.get('k'), 300)).toBe('before');
  });

  test('D3: of the audit log is replaced as well, and the log goes on where it was', async () => {
    const { network, url } = await started();
    const audit = await openRedisLog(url, { clock: systemClock, commandLimitMs: limitMs });
    onTestFinished(() => audit.close());
    await audit.append([entryOf('m1')]);
    network.cut();
    const startedMs = performance.now();
    await expect(audit.append([entryOf('m2')])).rejects.toThrow();
    expect(performance.now() - startedMs).toBeLessThan(limitMs * 2);
    network.heal();
    expect(await eventually(() => audit.append([entryOf('m3')]), limitMs * 5)).toEqual([2]);
  });

  test('D3: one that keeps no server behind it is not waited for longer than the limit', async () => {
    const { network, url } = await started();
    network.cut();
    const store = await openStore({ url, encryptionKey, operationLimitMs: limitMs });
    onTestFinished(() => store.close());
    await expect(store.now()).rejects.toThrow();
    network.heal();
    await eventually(() => store.now(), limitMs * 4);
  });
});

describe('D3: a Redis that hangs', () => {
  test('D3: costs appends to the audit log a limit, however many wait, and closing a moment', async () => {
    const { redis, url } = await started();
    const audit = await openRedisLog(url, { clock: systemClock, commandLimitMs: limitMs });
    await audit.append([entryOf('m1')]);
    redis.kill('SIGSTOP');
    const startedMs = performance.now();
    const ends = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => audit.append([entryOf(`x${index}`)])),
    );
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect(performance.now() - startedMs).toBeLessThan(limitMs * 4);
    const closingMs = performance.now();
    await audit.close();
    expect(performance.now() - closingMs).toBeLessThan(limitMs);
  });

  test('D3: does not hold up the closing of the store', async () => {
    const { redis, url } = await started();
    const store = await openStore({ url, encryptionKey, operationLimitMs: limitMs });
    redis.kill('SIGSTOP');
    const asked = store.space<string>('claims').get('k');
    const refused = expect(asked).rejects.toMatchObject({ code: 'INTERNAL' });
    const startedMs = performance.now();
    await store.close();
    expect(performance.now() - startedMs).toBeLessThan(limitMs);
    await refused;
  });

  test('D3: lets no cache hold up who asks it, not with a write either', async () => {
    const { redis, url } = await started();
    const store = await openStore({ url, encryptionKey, operationLimitMs: 2000 });
    onTestFinished(() => store.close());
    const cache = store.space<string>('cache', { cache: true, readLimitMs: 50 });
    redis.kill('SIGSTOP');
    const startedMs = performance.now();
    await cache.set('k', 'v');
    expect([await cache.add('k', 'v'), await cache.replace('k', 'v', 'w'), await cache.delete('k')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await cache.keys()).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(1500);
  });
});

describe('D3: a Redis that takes no writes', () => {
  test.each([
    { what: 'at its maxmemory', name: 'maxmemory', off: '0', word: 'Redis is at its maxmemory and refuses writes' },
    { what: 'without its replicas', name: 'min-replicas-to-write', off: '0', word: 'too few replicas' },
  ])('D3: $what is told of writing, not of reading, and is over when it is over', async ({ name, off, word }) => {
    const { port, url } = await started();
    const direct = `redis://127.0.0.1:${port}`;
    const store = await openStore({ url, encryptionKey });
    const { audit, fault } = observedAudit(await openRedisLog(url, { clock: systemClock }), createMemoryLog());
    onTestFinished(async () => {
      await audit.close();
      await store.close();
    });
    expect(await store.check()).toEqual({ reading: null, writing: null });
    await settings(direct, (client) => client.configSet(name, '1'));
    expect(await store.check()).toEqual({ reading: null, writing: expect.stringContaining(word) });
    await expect(audit.probe()).rejects.toThrow();
    expect(fault()).toContain(word);
    await settings(direct, (client) => client.configSet(name, off));
    await eventually(async () => expect(await store.check()).toEqual({ reading: null, writing: null }), 3000);
    await eventually(async () => {
      await audit.probe();
      expect(fault()).toBeNull();
    }, 3000);
  });

  test('D3: since it became a replica is left for the server that its name leads to now', async () => {
    const { port, url, network } = await started();
    const store = await openStore({ url, encryptionKey });
    onTestFinished(() => store.close());
    await store.space<string>('claims').set('k', 'v');
    await settings(`redis://127.0.0.1:${port}`, (client) => client.sendCommand(['REPLICAOF', '127.0.0.1', '9']));
    const before = network.connections();
    await expect(store.space<string>('claims').set('k', 'w')).rejects.toMatchObject({ code: 'INTERNAL' });
    await eventually(async () => expect(network.connections()).toBeGreaterThan(before), 2000);
  });
});

test('D3: the log has one line when Redis is lost and one when it is back, however often it is asked', async () => {
  const { redis, port, url } = await started();
  const log = createMemoryLog();
  const store = await openStore({ url, encryptionKey, log, operationLimitMs: limitMs });
  onTestFinished(() => store.close());
  const cache = store.space<string>('cache', { cache: true });
  await stopRedis(redis);
  const end = performance.now() + 1500;
  while (performance.now() < end) {
    await cache.get('k');
    await store
      .space<string>('claims')
      .get('k')
      .catch(() => {});
    await store.check();
    await sleep(20);
  }
  expect(log.lines).toEqual([expect.stringMatching(/^The Redis of the store does not answer .{1,200}$/)]);
  const again = await startRedis(port);
  onTestFinished(() => stopRedis(again));
  await eventually(() => store.now(), 3000);
  expect(log.lines.slice(1)).toEqual([expect.stringMatching(/^The Redis of the store answers again/)]);
});

test('D3: over a Redis that is far its time comes along with other answers, and costs no round trip of its own', async () => {
  const port = await freePort();
  const redis = await startRedis(port);
  const network = await startNetwork(port, { delayMs: 100 });
  const store = await openStore({ url: `redis://127.0.0.1:${network.port}`, encryptionKey });
  onTestFinished(async () => {
    await store.close();
    await network.stop();
    await stopRedis(redis);
  });
  const took = async (work: () => Promise<unknown>): Promise<number> => {
    const startedMs = performance.now();
    await work();
    return performance.now() - startedMs;
  };
  expect(await took(() => store.now())).toBeGreaterThan(90);
  await store.space<number>('numbers').get('k');
  let now = 0;
  expect(
    await took(async () => {
      now = await store.now();
    }),
  ).toBeLessThan(50);
  expect(Math.abs(now - Date.now())).toBeLessThan(300);
});
