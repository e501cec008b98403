import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TenantPlace } from '../../src/lists/places.ts';
import { createStream } from '../../src/lists/stream.ts';
import type { RowsPage } from '../../src/routing/opened-list.ts';
import { tenantNamed } from '../support/tenant.ts';

interface Row {
  readonly id: number;
}

const rows = (count: number): Row[] => Array.from({ length: count }, (_, id) => ({ id }));

/** A list in memory in pages of `size` rows, from an offset on. */
const pageAt = (all: readonly Row[], start: number, size: number): RowsPage<Row> => {
  const items = all.slice(start, start + size);
  const end = start + items.length;
  return {
    items,
    offsets: [...items.map((_, index) => start + index), end],
    next: end < all.length ? async () => pageAt(all, end, size) : null,
  };
};

const open = (
  all: readonly Row[],
  from: TenantPlace | undefined,
  size: number,
  options: {
    readonly judged: number[][];
    readonly isSeen: (row: Row) => boolean;
    readonly bounds?: { readonly rows: number; readonly calls: number };
    readonly judgedTogether?: number;
  },
) =>
  createStream<Row>({
    tenant: tenantNamed('contoso'),
    opened: {
      api: 'mde',
      order: 'none',
      page: pageAt(all, from?.kind === 'skip' ? from.skip : 0, size),
      matches: ({ id }) => id % 5 !== 4,
      scans: false,
    },
    from,
    top: size,
    idOf: ({ id }) => String(id),
    timeOf: null,
    judge: async (together) => {
      options.judged.push(together.map(({ id }) => id));
      return new Set(together.filter(options.isSeen));
    },
    judgedTogether: options.judgedTogether ?? 100,
    bounds: options.bounds ?? { rows: 100_000, calls: 100_000 },
    whole: false,
    reopen: null,
    within: (work) => work(),
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
        let from: TenantPlace | undefined;
        for (;;) {
          const judged: number[][] = [];
          const stream = open(all, from, size, { judged, isSeen });
          for (let taken = 0; taken < first; taken += 1) {
            const head = await stream.peek(first);
            if (head === null) break;
            found.push(head.row.id);
            stream.take();
          }
          expect(judged.flat()).toEqual([...new Set(judged.flat())]);
          const place = stream.place();
          if (place === null) break;
          from = place;
        }
        expect(found).toEqual(all.filter((row) => row.id % 5 !== 4 && isSeen(row)).map(({ id }) => id));
      },
    ),
  );
});

test('rows are judged a hundred at once, and not beyond what is asked for', async () => {
  const judged: number[][] = [];
  const stream = open(rows(1000), undefined, 1000, { judged, isSeen: ({ id }) => id % 30 === 0 });
  for (let taken = 0; taken < 5; taken += 1) {
    await stream.peek(10);
    stream.take();
  }
  expect(judged.map(({ length }) => length)).toEqual([100]);
  expect(judged.flat().at(-1)).toBe(123);
});

test('a list of which nothing is seen is given up at the bound of rows', async () => {
  const judged: number[][] = [];
  const bounds = { rows: 250, calls: 1000 };
  const stream = open(rows(1000), undefined, 100, { judged, isSeen: () => false, bounds });
  expect(await stream.peek(10)).toBeNull();
  expect(stream.cut()).toBe('rows');
  expect(stream.mayHaveMore()).toBe(true);
  expect(stream.place()).toMatchObject({ kind: 'skip', api: 'mde', skip: 300 });
});

test('R4: a list of which nothing is seen is given up at the bound of pages, and goes on behind them', async () => {
  const bounds = { rows: 100_000, calls: 4 };
  const all = rows(1000);
  const isSeen = ({ id }: Row): boolean => id === 900;
  const found: number[] = [];
  let pages = 0;
  let from: TenantPlace | undefined;
  for (;;) {
    pages += 1;
    const stream = open(all, from, 100, { judged: [], isSeen, bounds });
    for (let head = await stream.peek(10); head !== null; head = await stream.peek(10)) {
      found.push(head.row.id);
      stream.take();
    }
    const place = stream.place();
    if (place === null) break;
    expect(stream.cut()).toBe('calls');
    from = place;
  }
  expect(found).toEqual([900]);
  expect(pages).toBe(3);
});
