import { expect, test } from 'vitest';
import type { RowBatch } from '../../../src/exports/export.ts';
import { limited } from '../../../src/exports/given.ts';
import { gathered } from '../../../src/exports/lists.ts';

/** Batches of rows of tenants, which note what of them was shown. */
const batchesOf = (...batches: readonly (readonly string[])[]) => {
  const shown: number[] = [];
  let ended = false;
  async function* all(): AsyncGenerator<RowBatch, void, void> {
    try {
      for (const tenants of batches)
        yield {
          count: tenants.length,
          tenantOf: (index) => tenants[index] ?? null,
          show: (count) => {
            shown.push(count);
            return tenants.slice(0, count).map((tenant) => ({ tenant }));
          },
        };
    } finally {
      ended = true;
    }
  }
  return { batches: all(), shown, isEnded: () => ended };
};

const drained = async (
  opened: { batches: AsyncGenerator<RowBatch, void, void> },
  most: number,
  isOver = () => false,
) => {
  const { given, batches } = limited(opened, most, isOver);
  for await (const _ of batches);
  return given;
};

test('F4: rows beyond first are not shown, so that what their columns cost is not paid', async () => {
  const source = batchesOf(['a', 'a', 'a'], ['b', 'b']);
  const given = await drained(source, 2);
  expect([source.shown, source.isEnded()]).toEqual([[2], true]);
  expect(given).toMatchObject({ rows: 2, more: true, late: false });
  expect([...given.rowsOf]).toEqual([['a', 2]]);
});

test('F4: rows are counted by tenant', async () => {
  const given = await drained(batchesOf(['a', 'b'], ['b']), 10);
  expect([given.more, ...given.rowsOf]).toEqual([false, ['a', 1], ['b', 2]]);
});

test('F4: the last rows may come late and nothing is missing; what is behind them is', async () => {
  expect(await drained(batchesOf(['a']), 10, () => true)).toMatchObject({ rows: 1, late: false });
  expect(await drained(batchesOf(['a'], ['a']), 10, () => true)).toMatchObject({ rows: 1, late: true });
});

test('F4: rows whose columns ask Microsoft are shown by the page', async () => {
  async function* batches(): AsyncGenerator<readonly number[], void, void> {
    for (const size of [500, 1, 500, 500, 499, 7]) yield Array.from({ length: size }, () => 0);
  }
  const sizes: number[] = [];
  for await (const rows of gathered(batches())) sizes.push(rows.length);
  expect(sizes).toEqual([2000, 7]);
});
