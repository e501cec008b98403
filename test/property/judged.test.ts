import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStream } from '../../src/lists/stream.ts';
import type { ListPage } from '../../src/routing/list.ts';

interface Row {
  readonly id: number;
}

const rows = (count: number): Row[] => Array.from({ length: count }, (_, id) => ({ id }));

/** A list in memory in pages of `size` rows, from an offset on. */
const pageAt = (all: readonly Row[], start: number, size: number): ListPage<Row> => {
  const items = all.slice(start, start + size);
  const end = start + items.length;
  return { items, aligned: true, end, next: end < all.length ? async () => pageAt(all, end, size) : null };
};

const open = (
  all: readonly Row[],
  start: { readonly skip: number; readonly top: number; readonly taken: number },
  size: number,
  options: { readonly judged: number[][]; readonly isSeen: (row: Row) => boolean; readonly scanLimit?: number },
) =>
  createStream<Row>({
    tenant: 'contoso',
    opened: { api: 'mde', page: pageAt(all, start.skip, size) },
    start,
    timeOf: null,
    notAfter: undefined,
    matches: ({ id }) => id % 5 !== 4,
    judge: async (together) => {
      options.judged.push(together.map(({ id }) => id));
      return new Set(together.filter(options.isSeen));
    },
    scanLimit: options.scanLimit ?? 100_000,
    compare: null,
  });

test('however a list is paged and thinned, every row that is seen comes once and in order, and none is judged twice a page', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 1, max: 150 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 12 }),
      async (count, size, first, every) => {
        const all = rows(count);
        const isSeen = ({ id }: Row): boolean => id % every === 0;
        const found: number[] = [];
        let start = { skip: 0, top: first, taken: 0 };
        for (;;) {
          const judged: number[][] = [];
          const stream = open(all, start, size, { judged, isSeen });
          for (let taken = 0; taken < first; taken += 1) {
            const row = await stream.peek();
            if (row === null) break;
            found.push(row.id);
            stream.take();
          }
          expect(judged.flat()).toEqual([...new Set(judged.flat())]);
          const place = stream.place();
          if (place === null) break;
          start = { skip: place.skip, top: first, taken: place.taken };
        }
        expect(found).toEqual(all.filter((row) => row.id % 5 !== 4 && isSeen(row)).map(({ id }) => id));
      },
    ),
  );
});

test('rows are judged a hundred at once, and not beyond what is asked for', async () => {
  const judged: number[][] = [];
  const stream = open(rows(1000), { skip: 0, top: 10, taken: 0 }, 1000, { judged, isSeen: ({ id }) => id % 30 === 0 });
  for (let taken = 0; taken < 5; taken += 1) {
    await stream.peek();
    stream.take();
  }
  expect(judged.map(({ length }) => length)).toEqual([100]);
  expect(judged.flat().at(-1)).toBe(123);
});

test('a list of which nothing is seen is given up at the bound of rows', async () => {
  const judged: number[][] = [];
  const stream = open(rows(1000), { skip: 0, top: 10, taken: 0 }, 100, { judged, isSeen: () => false, scanLimit: 250 });
  expect(await stream.peek()).toBeNull();
  expect(stream.cut()).toBe(true);
  expect(stream.mayHaveMore()).toBe(true);
  expect(judged.flat().at(-1)).toBe(298);
});
