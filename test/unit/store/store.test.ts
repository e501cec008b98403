import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { openStore, type Store, type StoreOptions } from '../../../src/store/store.ts';
import { parse, settings, temporaryDirectory } from '../config/settings.ts';
import { createMemoryLog, createStoppedClock } from './support.ts';

const open: Store[] = [];
const opened = async (options: StoreOptions): Promise<Store> => {
  const store = await openStore(options);
  open.push(store);
  return store;
};
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

describe.each(['memory', 'sqlite'])('%s', (kind) => {
  const withStore = async (use: (store: Store, clock: ReturnType<typeof createStoppedClock>) => Promise<void>) => {
    await using directory = await temporaryDirectory();
    const clock = createStoppedClock();
    const url = kind === 'memory' ? 'memory:' : `sqlite:${join(directory.path, 'deep', 'gateway.sqlite')}`;
    await use(await opened({ url, clock }), clock);
    for (const store of open.splice(0)) await store.close();
  };

  test('gives back what was set, and nothing after it was deleted', () =>
    withStore(async (store) => {
      const space = store.space<{ n: number; list: string[] }>('things');
      expect(await space.get('a')).toBeUndefined();
      await space.set('a', { n: 1, list: ['ü', '"'] });
      expect(await space.get('a')).toEqual({ n: 1, list: ['ü', '"'] });
      expect(await space.has('a')).toBe(true);
      expect(await space.delete('a')).toBe(true);
      expect(await space.delete('a')).toBe(false);
      expect(await space.has('a')).toBe(false);
    }));

  test('X1: what guards something is never taken for absent: of another version, another form, another key', () =>
    withStore(async (store) => {
      const guards = { version: 2, isValid: (value: unknown) => typeof value === 'string' };
      const guarded = store.space<string>('guards', { guards, encrypted: true });
      const unguarded = store.space<unknown>('guards', { encrypted: true });
      await guarded.set('a', 'done');
      expect(await guarded.get('a')).toBe('done');
      expect(await guarded.get('b')).toBeUndefined();
      for (const stored of ['done', { v: 1, value: 'done' }, { v: 2, value: 3 }]) {
        await unguarded.set('a', stored);
        await expect(guarded.get('a')).rejects.toMatchObject({ code: 'CONFLICT' });
      }
      await store.space<string>('guards').set('a', 'of another key');
      await expect(guarded.get('a')).rejects.toThrow('another encryptionKey');
      expect(await guarded.has('a')).toBe(true);
    }));

  test('a bucket gives what its windows have room for, and tells when there is more', () =>
    withStore(async (store, clock) => {
      clock.advance(60_000 - (clock.now() % 60_000));
      const windows = [
        { limit: 3, ms: 60_000 },
        { limit: 4, ms: 3_600_000 },
      ];
      const space = store.space<never>('counts', { ttlMs: 7_200_000 });
      expect(await space.take('a', 2, windows)).toEqual({
        ...{ waitMs: 0, nextWaitMs: 61_000, heldMs: 0, note: '' },
        windows: [
          { left: 1, wholeInMs: 61_000 },
          { left: 2, wholeInMs: 3_660_000 },
        ],
      });
      expect(await space.take('a', 2, windows)).toMatchObject({ waitMs: 61_000, windows: [{ left: 1 }, { left: 2 }] });
      expect(await space.look('a', 1, windows)).toMatchObject({ waitMs: 0, nextWaitMs: 61_000 });
      clock.advance(30_000);
      expect(await space.take('a', 1, windows)).toMatchObject({ waitMs: 0, nextWaitMs: 31_000 });
      clock.advance(31_000);
      expect(await space.take('a', 1, windows)).toMatchObject({ waitMs: 0, nextWaitMs: 3_600_000 - 1000 });
      expect(await space.look('a', 0, windows)).toMatchObject({ windows: [{ left: 1 }, { left: 0 }] });
      expect(await store.space<never>('others').look('a', 3, windows)).toMatchObject({ waitMs: 0 });
      expect(await space.look('b', 9, windows)).toMatchObject({ waitMs: 0, windows: [{ left: 3, wholeInMs: 0 }, {}] });
    }));

  test('a bucket that is held gives nothing until then, and a shorter hold does not end it', () =>
    withStore(async (store, clock) => {
      const space = store.space<never>('counts', { ttlMs: 60_000 });
      await space.hold('a', 5000, 'said');
      await space.hold('a', 1000, 'later');
      const windows = [{ limit: 3, ms: 60_000 }];
      expect(await space.take('a', 1, windows)).toMatchObject({ waitMs: 5000, heldMs: 5000, note: 'said' });
      clock.advance(5000);
      expect(await space.take('a', 1, windows)).toMatchObject({ waitMs: 0, heldMs: 0, note: '' });
      expect(await space.take('free', 1, [])).toEqual({ waitMs: 0, nextWaitMs: 0, heldMs: 0, note: '', windows: [] });
    }));

  test('one that is renewed counts as taken now, and what counts no more is not', () =>
    withStore(async (store, clock) => {
      const space = store.space<never>('counts', { ttlMs: 3_700_000 });
      const windows = [{ limit: 3, ms: 60_000 }];
      await space.take('a', 2, windows);
      clock.advance(40_000);
      await space.renew('a', 40_000, windows);
      expect(await space.look('a', 0, windows)).toMatchObject({ windows: [{ left: 1 }] });
      clock.advance(22_000);
      expect(await space.look('a', 0, windows)).toMatchObject({ windows: [{ left: 2 }] });
      await space.renew('a', 62_000, windows);
      await space.renew('unknown', 5, windows);
      expect(await space.look('a', 0, windows)).toMatchObject({ windows: [{ left: 2 }] });
      expect(await space.look('unknown', 0, windows)).toMatchObject({ windows: [{ left: 3 }] });
    }));

  test('one that was taken just before a part of its window began is renewed', () =>
    withStore(async (store, clock) => {
      const space = store.space<never>('counts', { ttlMs: 3_700_000 });
      const windows = [{ limit: 3, ms: 60_000 }];
      clock.advance(1990 - (clock.now() % 1000));
      await space.take('a', 1, windows);
      clock.advance(30_020);
      // Whoever took it heard of it 20 ms later.
      await space.renew('a', 30_000, windows);
      clock.advance(32_000);
      expect(await space.look('a', 0, windows)).toMatchObject({ windows: [{ left: 2 }] });
      clock.advance(29_000);
      expect(await space.look('a', 0, windows)).toMatchObject({ windows: [{ left: 3 }] });
    }));

  test('a value is replaced only while it is the expected one, and lives anew', () =>
    withStore(async (store, clock) => {
      const space = store.space<string>('leases', { ttlMs: 1000 });
      expect(await space.replace('a', 'one', 'two')).toBe(false);
      await space.add('a', 'one');
      expect(await space.replace('a', 'other', 'two')).toBe(false);
      clock.advance(900);
      const results = await Promise.all(['two', 'three', 'four'].map((value) => space.replace('a', 'one', value)));
      expect(results.filter(Boolean)).toHaveLength(1);
      clock.advance(900);
      expect(await space.get('a')).toBe('two');
      clock.advance(200);
      expect(await space.replace('a', 'two', 'five')).toBe(false);
      await expect(store.space<string>('sealed', { encrypted: true }).replace('a', 'x', 'y')).rejects.toThrow(
        'compared',
      );
    }));

  test('a value is removed only while it is the expected one', () =>
    withStore(async (store) => {
      const space = store.space<string>('leases', { ttlMs: 1000 });
      expect(await space.remove('a', 'one')).toBe(false);
      await space.add('a', 'one');
      expect(await space.remove('a', 'other')).toBe(false);
      expect(await space.get('a')).toBe('one');
      expect(await Promise.all([1, 2, 3].map(() => space.remove('a', 'one')))).toEqual([true, false, false]);
      expect(await space.has('a')).toBe(false);
      await expect(store.space<string>('sealed', { encrypted: true }).remove('a', 'x')).rejects.toThrow('compared');
    }));

  test('spaces do not see each other', () =>
    withStore(async (store) => {
      await store.space<string>('one').set('a', 'of one');
      await store.space<string>('two').set('a', 'of two');
      expect(await store.space<string>('one').get('a')).toBe('of one');
    }));

  test('an entry lives as long as it should', () =>
    withStore(async (store, clock) => {
      const space = store.space<string>('short', { ttlMs: 1000 });
      await space.set('a', 'x');
      await space.set('b', 'y', 5000);
      clock.advance(990);
      expect(await space.get('a')).toBe('x');
      clock.advance(20);
      expect(await space.get('a')).toBeUndefined();
      expect(await space.has('a')).toBe(false);
      expect(await space.get('b')).toBe('y');
    }));

  test('of many who add at once, one succeeds; after expiry another', () =>
    withStore(async (store, clock) => {
      const space = store.space<number>('claims', { ttlMs: 1000 });
      const results = await Promise.all(Array.from({ length: 50 }, (_, index) => space.add('a', index)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await space.get('a')).toBe(results.indexOf(true));
      clock.advance(1001);
      expect(await space.add('a', 99)).toBe(true);
      expect(await space.get('a')).toBe(99);
    }));
});

describe('sqlite', () => {
  test('keeps entries over a restart, encrypted ones with the key file next to it', async () => {
    await using directory = await temporaryDirectory();
    const url = `sqlite:${join(directory.path, 'gateway.sqlite')}`;
    const first = await openStore({ url });
    await first.space<string>('secret', { encrypted: true }).set('a', 'plain words');
    await first.close();
    const second = await opened({ url });
    expect(await second.space<string>('secret', { encrypted: true }).get('a')).toBe('plain words');
  });

  test('files are for their owner alone', async () => {
    await using directory = await temporaryDirectory();
    const store = await openStore({ url: `sqlite:${join(directory.path, 'gateway.sqlite')}` });
    await store.space<string>('a').set('a', 'b');
    for (const name of await readdir(directory.path)) {
      expect([name, (await stat(join(directory.path, name))).mode & 0o077]).toEqual([name, 0]);
    }
    await store.close();
  });

  test('expired entries leave the file', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'gateway.sqlite');
    const clock = createStoppedClock();
    const store = await openStore({ url: `sqlite:${file}`, clock });
    const space = store.space<number>('a', { ttlMs: 10 });
    for (let n = 0; n < 20; n += 1) await space.set(`${n}`, n);
    clock.advance(61_000);
    await space.set('last', 1);
    await store.close();
    const database = new DatabaseSync(file);
    expect(database.prepare('SELECT count(*) AS n FROM entries').get()).toEqual({ n: 1 });
    database.close();
  });

  test('two processes may share the file', async () => {
    await using directory = await temporaryDirectory();
    const url = `sqlite:${join(directory.path, 'gateway.sqlite')}`;
    const [one, two] = await Promise.all([openStore({ url }), openStore({ url })]);
    await one.space<string>('s', { encrypted: true }).set('a', 'x');
    expect(await two.space<string>('s', { encrypted: true }).get('a')).toBe('x');
    expect(await two.space<string>('s', { encrypted: true }).add('a', 'y')).toBe(false);
    await one.close();
    await two.close();
  });

  test('a malformed key file is an error, not a new key', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'gateway.sqlite');
    await writeFile(`${file}.key`, 'short');
    await expect(openStore({ url: `sqlite:${file}` })).rejects.toThrow('32 bytes in base64');
  });

  test('a file that cannot be opened is an error', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'gateway.sqlite'));
    await expect(openStore({ url: `sqlite:${join(directory.path, 'gateway.sqlite')}` })).rejects.toThrow();
  });
});

describe('encryption', () => {
  const keyOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');

  test('the file holds no plain value, and each sealing differs', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'gateway.sqlite');
    const store = await openStore({ url: `sqlite:${file}`, encryptionKey: keyOf(1) });
    const space = store.space<string>('secret', { encrypted: true });
    await space.set('a', 'plain words');
    await space.set('b', 'plain words');
    await store.close();
    expect((await readFile(file)).includes('plain words')).toBe(false);
    const database = new DatabaseSync(file);
    const values = database
      .prepare('SELECT value FROM entries')
      .all()
      .map(({ value }) => value);
    database.close();
    expect(new Set(values).size).toBe(2);
  });

  test('another key, a moved value and a changed value are absent, logged, and no crash', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'gateway.sqlite');
    const url = `sqlite:${file}`;
    const first = await openStore({ url, encryptionKey: keyOf(1) });
    for (const key of ['kept', 'moved', 'changed', 'cut'])
      await first.space<string>('s', { encrypted: true }).set(key, key);
    await first.close();

    const log = createMemoryLog();
    const other = await openStore({ url, encryptionKey: keyOf(2), log });
    expect(await other.space<string>('s', { encrypted: true }).get('kept')).toBeUndefined();
    expect(log.lines).toHaveLength(1);
    await other.close();

    const database = new DatabaseSync(file);
    const key = (name: string) => `defender-gateway:s:${name}`;
    database.exec(
      `UPDATE entries SET value = (SELECT value FROM entries WHERE key = '${key('kept')}') WHERE key = '${key('moved')}'`,
    );
    database.exec(`UPDATE entries SET value = replace(value, 'v1.', 'v1.AAAA') WHERE key = '${key('changed')}'`);
    database.exec(`UPDATE entries SET value = '{"value":"v1.AAAA"}' WHERE key = '${key('cut')}'`);
    database.close();
    const again = await opened({ url, encryptionKey: keyOf(1), log });
    const space = again.space<string>('s', { encrypted: true });
    expect(await Promise.all(['kept', 'moved', 'changed', 'cut'].map((name) => space.get(name)))).toEqual([
      'kept',
      undefined,
      undefined,
      undefined,
    ]);
    expect(log.lines).toHaveLength(4);
  });

  test.each([
    ['short', 'c2hvcnQ='],
    ['empty', ''],
  ])('a key that is %s is refused', async (_name, encryptionKey) => {
    await expect(openStore({ url: 'memory:', encryptionKey })).rejects.toThrow('32 bytes in base64');
  });

  test('Redis needs a key', async () => {
    await expect(openStore({ url: 'redis://127.0.0.1:1' })).rejects.toThrow('needs an encryption key');
  });
});

test('opens as the settings say', async () => {
  await using directory = await temporaryDirectory();
  const url = 'sqlite:data/gateway.sqlite';
  const config = await parse(settings({ store: { url, encryptionKey: Buffer.alloc(32, 9).toString('base64') } }), {
    baseDir: directory.path,
  });
  const store = await openStore(config.store);
  await store.space<string>('a').set('k', 'v');
  await store.close();
  expect(await readdir(join(directory.path, 'data'))).toContain('gateway.sqlite');
});

test('a space with an impossible name is a mistake of ours', async () => {
  const store = await opened({ url: 'memory:' });
  expect(() => store.space('a:b')).toThrow('cannot be the name of a space');
});
