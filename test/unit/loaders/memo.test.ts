import { expect, test } from 'vitest';
import { createMemo } from '../../../src/loaders/memo.ts';
import { tenantNamed } from '../../support/tenant.ts';

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
