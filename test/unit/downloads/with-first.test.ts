import { expect, test } from 'vitest';
import { withFirst } from '../../../src/downloads/with-first.ts';

const sourceOf = (...values: readonly number[]) => {
  let ended = false;
  async function* source(): AsyncGenerator<number, void, void> {
    try {
      yield* values;
    } finally {
      ended = true;
    }
  }
  return { source: source(), isEnded: () => ended };
};

test('F4: all come, the first one included, which is known before', async () => {
  const { first, all } = await withFirst(sourceOf(1, 2, 3).source);
  const given: number[] = [];
  for await (const one of all) given.push(one);
  expect([first, given]).toEqual([1, [1, 2, 3]]);
  expect((await withFirst(sourceOf().source)).first).toBeNull();
});

test('F4: its end ends the source, also where none was taken', async () => {
  const { source, isEnded } = sourceOf(1, 2);
  const { all } = await withFirst(source);
  await all.return();
  expect([isEnded(), await all.next()]).toEqual([true, { done: true, value: undefined }]);
});
