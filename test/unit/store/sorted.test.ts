import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MemberRange, SortedLists } from '../../../src/store/sorted.ts';
import { openStore, type Store } from '../../../src/store/store.ts';
import { freePort, startRedis, stopRedis } from '../../support/redis.ts';
import { temporaryDirectory } from '../config/settings.ts';
import { createStoppedClock } from './support.ts';

const all: MemberRange = { below: null, from: '', limit: 100 };

/** What every backend keeps; `one` and `two` are two processes where the store has several. */
const contract = (stores: () => { readonly one: Store; readonly two: Store }): void => {
  let lists = 0;
  const setUp = (ttlMs = 60_000): { readonly one: SortedLists; readonly two: SortedLists; readonly list: string } => {
    const { one, two } = stores();
    lists += 1;
    return { one: one.sorted('lists', { ttlMs }), two: two.sorted('lists', { ttlMs }), list: `list ${lists}` };
  };

  test('gives members in the order of their bytes, the greatest first, page after page', async () => {
    const { one, two, list } = setUp();
    const members = ['b', 'a', 'aa', 'ü', 'B', '1', 'b:1', 'b:10', 'b:2'];
    for (const member of members) await one.add(list, member);
    const ordered = members.toSorted((x, y) => Buffer.compare(Buffer.from(y), Buffer.from(x)));
    expect(await two.descending(list, all)).toEqual(ordered);
    const first = await two.descending(list, { ...all, limit: 4 });
    expect(first).toEqual(ordered.slice(0, 4));
    // One that comes, and one that goes, shift nothing.
    await one.add(list, 'zz');
    await one.remove(list, first[3] ?? '');
    expect(await two.descending(list, { ...all, below: first[3] ?? '', limit: 2 })).toEqual(ordered.slice(4, 6));
    expect(await two.descending(list, { ...all, from: 'b:1', below: 'b:2' })).toEqual(
      ['b:10', 'b:1'].filter((member) => member !== first[3]),
    );
  });

  test('a member is there once; lists do not see each other', async () => {
    const { one, two, list } = setUp();
    expect(await one.add(list, 'a')).toBe(true);
    expect(await two.add(list, 'a')).toBe(true);
    expect(await two.count(list, '')).toBe(1);
    expect(await two.count(`${list} more`, '')).toBe(0);
    expect(await two.remove(list, 'a')).toBe(true);
    expect(await one.remove(list, 'a')).toBe(false);
    expect(await one.descending(list, all)).toEqual([]);
  });

  test('a full list takes no more, however many add at once; what is below `from` makes room', async () => {
    const { one, two, list } = setUp();
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).add(list, `m${index}`, { most: 5 })),
    );
    expect(added.filter(Boolean)).toHaveLength(5);
    expect(await one.count(list, '')).toBe(5);
    const [there = ''] = await one.descending(list, all);
    expect(await two.add(list, there, { most: 5 })).toBe(true);
    expect(await two.add(list, 'new', { most: 5 })).toBe(false);
    expect(await two.add(list, 'new', { most: 5, from: there })).toBe(true);
    expect(await two.descending(list, all)).toEqual(['new', there].toSorted().toReversed());
    expect(await two.count(list, 'new')).toBe(there > 'new' ? 2 : 1);
  });
};

describe.each(['memory', 'sqlite'])('%s', (kind) => {
  const clock = createStoppedClock();
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let one: Store;
  let two: Store;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    const url = kind === 'memory' ? 'memory:' : `sqlite:${join(directory.path, 'gateway.sqlite')}`;
    one = await openStore({ url, clock });
    two = kind === 'memory' ? one : await openStore({ url, clock });
  });
  afterAll(async () => {
    await one.close();
    if (two !== one) await two.close();
    await directory[Symbol.asyncDispose]();
  });
  contract(() => ({ one, two }));

  test('a member lives as long as it should', async () => {
    const lists = one.sorted('short', { ttlMs: 1000 });
    await lists.add('a', 'x');
    clock.advance(990);
    await lists.add('a', 'y');
    clock.advance(20);
    expect(await lists.descending('a', all)).toEqual(['y']);
    expect(await lists.count('a', '')).toBe(1);
    expect(await lists.add('a', 'z', { most: 2 })).toBe(true);
  });
});

describe('redis', () => {
  let redis: ChildProcess;
  let one: Store;
  let two: Store;
  beforeAll(async () => {
    const port = await freePort();
    redis = await startRedis(port);
    const options = { url: `redis://127.0.0.1:${port}`, encryptionKey: Buffer.alloc(32, 3).toString('base64') };
    [one, two] = await Promise.all([openStore(options), openStore(options)]);
  });
  afterAll(async () => {
    await one?.close();
    await two?.close();
    await stopRedis(redis);
  });
  contract(() => ({ one, two }));

  test('a store that does not answer is an error, never an empty list', async () => {
    const lists = two.sorted('gone', { ttlMs: 1000 });
    await lists.add('a', 'x');
    await stopRedis(redis);
    await expect(lists.descending('a', all)).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(lists.count('a', '')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(lists.add('a', 'y')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(lists.remove('a', 'x')).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
