import { expect, test, vi } from 'vitest';
import { createKeyedLoader, createMemo } from '../../../src/loaders/keyed.ts';
import { tenantNamed } from '../../support/tenant.ts';

test('keys of one tick are read together, a tenant at a time, each id once', async () => {
  const read = vi.fn(
    async (tenant: string, ids: readonly string[]) => new Map(ids.map((id) => [id, `${tenant}/${id}`])),
  );
  const loader = createKeyedLoader(read);
  const keys = [
    { tenant: 'a', id: '1' },
    { tenant: 'b', id: '1' },
    { tenant: 'a', id: '2' },
    { tenant: 'a', id: '1' },
  ];
  expect(await Promise.all(keys.map((key) => loader.load(key)))).toEqual(['a/1', 'b/1', 'a/2', 'a/1']);
  expect(read.mock.calls).toEqual([
    ['a', ['1', '2']],
    ['b', ['1']],
  ]);
});

test('answers are matched by id: their order does not matter, and what is absent is null', async () => {
  const loader = createKeyedLoader(
    async () =>
      new Map([
        ['3', 'three'],
        ['1', 'one'],
      ]),
  );
  const keys = ['1', '2', '3'].map((id) => ({ tenant: 'a', id }));
  expect(await loader.loadMany(keys)).toEqual(['one', null, 'three']);
});

test('a tenant that fails fails its own keys alone, an id that fails its own', async () => {
  const loader = createKeyedLoader<string>(async (tenant) => {
    if (tenant === 'broken') throw new Error('tenant');
    return new Map<string, string | Error>([
      ['1', new Error('id')],
      ['2', 'two'],
    ]);
  });
  const answers = await loader.loadMany([
    { tenant: 'broken', id: '1' },
    { tenant: 'a', id: '1' },
    { tenant: 'a', id: '2' },
  ]);
  expect(answers).toEqual([new Error('tenant'), new Error('id'), 'two']);
});

const contoso = tenantNamed('contoso');

test('no id is read twice, whoever asks and when', async () => {
  const asked: (readonly string[])[] = [];
  const read = createMemo(
    () => contoso,
    async (_tenant, ids) => {
      asked.push(ids);
      return new Map(ids.filter((id) => id !== 'none').map((id) => [id, `the ${id}`]));
    },
  );
  const [one, other] = await Promise.all([read(contoso, ['a', 'none']), read(contoso, ['b', 'a'])]);
  expect([...one]).toEqual([['a', 'the a']]);
  expect([...other]).toEqual([
    ['b', 'the b'],
    ['a', 'the a'],
  ]);
  await read(contoso, ['a', 'b', 'c']);
  expect(asked).toEqual([['a', 'none', 'b'], ['c']]);
});

test('what cannot be read is its error', async () => {
  const failure = new Error('not now');
  const read = createMemo<string>(
    () => contoso,
    () => Promise.reject(failure),
  );
  expect([...(await read(contoso, ['a']))]).toEqual([['a', failure]]);
});
