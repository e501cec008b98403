import type { ChildProcess } from 'node:child_process';
import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../../src/store/store.ts';
import { freePort, startRedis, stopRedis } from '../../support/redis.ts';
import { createMemoryLog } from './support.ts';

const eventually = async (check: () => Promise<unknown>): Promise<void> => {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

const encryptionKey = Buffer.alloc(32, 3).toString('base64');

describe('redis', () => {
  let port = 0;
  let redis: ChildProcess;
  let one: Store;
  let two: Store;

  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
    const url = `redis://127.0.0.1:${port}`;
    [one, two] = await Promise.all([openStore({ url, encryptionKey }), openStore({ url, encryptionKey })]);
  });
  afterAll(async () => {
    await one?.close();
    await two?.close();
    await stopRedis(redis);
  });

  test('replicas share entries, encrypted ones too', async () => {
    await one.space<{ a: number }>('plain').set('k', { a: 1 });
    expect(await two.space<{ a: number }>('plain').get('k')).toEqual({ a: 1 });
    await one.space<string>('secret', { encrypted: true }).set('k', 'words');
    expect(await two.space<string>('secret', { encrypted: true }).get('k')).toBe('words');
    expect(await two.space<string>('plain').has('k')).toBe(true);
    expect(await two.space<string>('plain').delete('k')).toBe(true);
    expect(await one.space<string>('plain').has('k')).toBe(false);
  });

  test('X1: replicas have one time, which is Redis’s', async () => {
    const before = Date.now();
    const [first, second] = [await one.now(), await two.now()];
    expect(first).toBeGreaterThanOrEqual(before - 1);
    expect(second).toBeGreaterThanOrEqual(first);
    expect(second).toBeLessThanOrEqual(Date.now() + 1);
  });

  test('of the replicas that add at once, one succeeds', async () => {
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 ? one : two).space<number>('claims').add('k', index, 60_000)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await one.space<number>('claims').get('k')).toBe(results.indexOf(true));
  });

  test('of the replicas that replace at once, one succeeds; its lifetime is the new one', async () => {
    await one.space<string>('leases').add('k', 'dead', 60_000);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? one : two).space<string>('leases').replace('k', 'dead', `taker ${index}`, 40),
      ),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await two.space<string>('leases').get('k')).toBe(`taker ${results.indexOf(true)}`);
    await eventually(async () => expect(await one.space<string>('leases').has('k')).toBe(false));
  });

  test('of the replicas that remove at once, one succeeds, and only while the value is the expected one', async () => {
    await one.space<string>('leases').add('gone', 'mine', 60_000);
    expect(await two.space<string>('leases').remove('gone', 'other')).toBe(false);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).space<string>('leases').remove('gone', 'mine')),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await two.space<string>('leases').has('gone')).toBe(false);
  });

  test('replicas take from one bucket: as much as its windows have room for, however many take at once', async () => {
    const windows = [
      { limit: 1000, ms: 3_600_000 },
      { limit: 60, ms: 600_000 },
    ];
    const spaces = [one, two].map((store) => store.space<never>('counts', { ttlMs: 7_200_000 }));
    const taken = await Promise.all(
      Array.from({ length: 200 }, (_, index) => spaces[index % 2]?.take('k', 1, windows)),
    );
    expect(taken.filter((one) => one?.waitMs === 0)).toHaveLength(60);
    const refused = taken.filter((one) => (one?.waitMs ?? 0) > 0).map((one) => one?.waitMs ?? 0);
    // Ten minutes, and as much of the part in which they were taken as is left.
    for (const waitMs of refused) expect(waitMs).toBeGreaterThanOrEqual(600_000);
    for (const waitMs of refused) expect(waitMs).toBeLessThanOrEqual(610_000);
    expect(await spaces[0]?.look('k', 0, windows)).toMatchObject({ waitMs: 0, windows: [{ left: 940 }, { left: 0 }] });
    expect((await spaces[1]?.look('k', 2, windows.slice(0, 1)))?.waitMs).toBe(0);
  });

  test('what was taken comes back when its window is over, and a hold ends', async () => {
    const space = one.space<never>('counts', { ttlMs: 60_000 });
    const windows = [{ limit: 5, ms: 300 }];
    expect(await space.take('short', 3, windows)).toMatchObject({ waitMs: 0, windows: [{ left: 2 }] });
    expect((await space.take('short', 3, windows))?.waitMs).toBeGreaterThan(0);
    await eventually(async () => expect(await space.take('short', 5, windows)).toMatchObject({ waitMs: 0 }));
    const long = [{ limit: 5, ms: 600 }];
    await space.take('renewed', 2, long);
    const tookAtMs = performance.now();
    await eventually(async () => expect(performance.now() - tookAtMs).toBeGreaterThan(300));
    await two.space<never>('counts', { ttlMs: 60_000 }).renew('renewed', performance.now() - tookAtMs, long);
    expect(await space.look('renewed', 0, long)).toMatchObject({ windows: [{ left: 3 }] });
    await space.renew('unknown', 5, long);
    expect(await space.look('unknown', 0, long)).toMatchObject({ windows: [{ left: 5 }] });
    await two.space<never>('counts', { ttlMs: 60_000 }).hold('held', 400, 'said');
    await space.hold('held', 10, 'later');
    expect(await space.take('held', 1, [])).toMatchObject({ note: 'said' });
    await eventually(async () => expect(await space.take('held', 1, [])).toMatchObject({ waitMs: 0, heldMs: 0 }));
  });

  test('what was counted by a clock that was ahead counts as of now', async () => {
    const space = one.space<never>('counts', { ttlMs: 60_000 });
    const windows = [{ limit: 5, ms: 600 }];
    const client = createClient({ url: `redis://127.0.0.1:${port}` });
    await client.connect();
    await client.hSet('defender-gateway:counts:ahead', `600:${Math.floor((await one.now()) / 10) + 60_000}`, '5');
    await client.close();
    const { waitMs = 0 } = (await space.look('ahead', 1, windows)) ?? {};
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(610);
    await eventually(async () => expect(await space.take('ahead', 5, windows)).toMatchObject({ waitMs: 0 }));
  });

  test("all keys of a space are found, page after page, and nobody else's", async () => {
    const space = one.space<number>('many');
    const names = Array.from({ length: 2500 }, (_, index) => `k${index}`);
    await Promise.all(names.map((name, index) => space.set(name, index)));
    await one.space<number>('many-more').set('foreign', 1);
    const foreign = createClient({ url: `redis://127.0.0.1:${port}` });
    await foreign.connect();
    await foreign.set('defender-gateway-of-others:many:x', '1');
    await foreign.set('xdefender-gateway:many:y', '1');
    await foreign.close();
    expect((await two.space<number>('many').keys()).toSorted()).toEqual(names.toSorted());
  });

  test("lifetimes are Redis's own", async () => {
    await one.space<number>('short', { ttlMs: 30 }).set('k', 1);
    await one.space<number>('short').add('l', 1, 30);
    await eventually(async () => {
      expect(await two.space<number>('short').has('k')).toBe(false);
      expect(await two.space<number>('short').has('l')).toBe(false);
    });
  });
});

describe('an outage of redis', () => {
  test('is a fast miss for caches, an error for the rest, not ready, and over when Redis is back', async () => {
    const port = await freePort();
    let redis = await startRedis(port);
    const log = createMemoryLog();
    const store = await openStore({ url: `redis://127.0.0.1:${port}`, encryptionKey, log });
    const cache = store.space<string>('cache', { cache: true });
    const claims = store.space<string>('claims');
    await cache.set('k', 'v');
    await store.now();

    await stopRedis(redis);
    const startedMs = performance.now();
    expect(await cache.get('k')).toBeUndefined();
    await cache.set('k', 'w');
    expect(await cache.take('n', 1, [])).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(1500);
    await expect(claims.get('k')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(claims.set('k', 'v')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(claims.add('k', 'v')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(claims.delete('k')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(claims.take('n', 1, [])).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(claims.has('k')).rejects.toMatchObject({ code: 'INTERNAL' });
    expect((await store.check()).reading).not.toBeNull();
    expect(log.lines.length).toBeGreaterThan(0);

    redis = await startRedis(port);
    await eventually(() => store.now());
    await claims.set('k', 'v');
    expect(await claims.get('k')).toBe('v');
    await store.close();
    await stopRedis(redis);
  });

  test('a Redis that hangs costs a cache its limit and no more', async () => {
    const port = await freePort();
    const redis = await startRedis(port);
    const store = await openStore({ url: `redis://127.0.0.1:${port}`, encryptionKey, operationLimitMs: 2000 });
    const cache = store.space<string>('cache', { cache: true, readLimitMs: 50 });
    await cache.set('k', 'v');
    redis.kill('SIGSTOP');
    const startedMs = performance.now();
    expect(await cache.get('k')).toBeUndefined();
    expect(await cache.take('n', 1, [])).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(1500);
    await expect(store.space<string>('claims').get('k')).rejects.toMatchObject({ code: 'INTERNAL' });
    redis.kill('SIGCONT');
    await eventually(async () => expect(await cache.get('k')).toBe('v'));
    await store.close();
    await stopRedis(redis);
  });

  test('does not stop the start', async () => {
    const port = await freePort();
    const store = await openStore({ url: `redis://127.0.0.1:${port}`, encryptionKey });
    expect((await store.check()).reading).not.toBeNull();
    await store.close();
  });
});
