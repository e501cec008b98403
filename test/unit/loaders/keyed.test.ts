import { expect, test, vi } from 'vitest';
import { createIdLoader, createKeyedLoader, loadMany } from '../../../src/loaders/keyed.ts';

test('keys of one tick are read together, a tenant at a time, each id once', async () => {
  const read = vi.fn(
    async (tenant: string, ids: readonly string[]) => new Map(ids.map((id) => [id, `${tenant}/${id}`])),
  );
  const load = createKeyedLoader(read);
  const keys = [
    { tenant: 'a', id: '1' },
    { tenant: 'b', id: '1' },
    { tenant: 'a', id: '2' },
    { tenant: 'a', id: '1' },
  ];
  expect(await Promise.all(keys.map(load))).toEqual(['a/1', 'b/1', 'a/2', 'a/1']);
  expect(read.mock.calls).toEqual([
    ['a', ['1', '2']],
    ['b', ['1']],
  ]);
});

test('answers are matched by id: their order does not matter, and what is absent is null', async () => {
  const load = createKeyedLoader(
    async () =>
      new Map([
        ['3', 'three'],
        ['1', 'one'],
      ]),
  );
  const keys = ['1', '2', '3'].map((id) => ({ tenant: 'a', id }));
  expect(await Promise.all(keys.map(load))).toEqual(['one', null, 'three']);
});

test('a tenant that fails fails its own keys alone, an id that fails its own', async () => {
  const load = createKeyedLoader<string>(async (tenant) => {
    if (tenant === 'broken') throw new Error('tenant');
    return new Map<string, string | Error>([
      ['1', new Error('id')],
      ['2', 'two'],
    ]);
  });
  const keys = [
    { tenant: 'broken', id: '1' },
    { tenant: 'a', id: '1' },
    { tenant: 'a', id: '2' },
  ];
  expect(await Promise.allSettled(keys.map(load))).toEqual([
    { status: 'rejected', reason: new Error('tenant') },
    { status: 'rejected', reason: new Error('id') },
    { status: 'fulfilled', value: 'two' },
  ]);
});

test('no tenant waits for another', async () => {
  const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
  const load = createKeyedLoader(async (tenant) => (tenant === 'slow' ? promise : new Map([['1', 'one']])));
  const slow = load({ tenant: 'slow', id: '1' });
  expect(await load({ tenant: 'a', id: '1' })).toBe('one');
  resolve(new Map([['1', 'late']]));
  expect(await slow).toBe('late');
});

test('no id is read twice, whoever asks and when', async () => {
  const asked: (readonly string[])[] = [];
  const loader = createIdLoader(async (ids) => {
    asked.push(ids);
    return new Map(ids.filter((id) => id !== 'none').map((id) => [id, `the ${id}`]));
  });
  const [one, other] = await Promise.all([loadMany(loader, ['a', 'none']), loadMany(loader, ['b', 'a'])]);
  expect([...one]).toEqual([['a', 'the a']]);
  expect([...other]).toEqual([
    ['b', 'the b'],
    ['a', 'the a'],
  ]);
  await loadMany(loader, ['a', 'b', 'c']);
  expect(asked).toEqual([['a', 'none', 'b'], ['c']]);
});

test('what cannot be read is its error, and is not asked again', async () => {
  const failure = new Error('not now');
  const read = vi.fn(() => Promise.reject(failure));
  const loader = createIdLoader<string>(read);
  expect([...(await loadMany(loader, ['a']))]).toEqual([['a', failure]]);
  expect([...(await loadMany(loader, ['a']))]).toEqual([['a', failure]]);
  expect(read).toHaveBeenCalledTimes(1);
});
