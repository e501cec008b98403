import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PagePlace, ReadRows } from '../../src/routing/collection.ts';
import { readCollection } from '../../src/routing/collection-reader.ts';
import type { ListStart, RowsPage } from '../../src/routing/opened-list.ts';

interface Row {
  readonly id: string;
}

/** What happens to the list before an answer: rows that go, and rows that come, at places of it. */
interface Change {
  readonly gone: readonly number[];
  readonly come: readonly number[];
}

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    gone: fc.array(fc.nat(200), { maxLength: 12 }),
    come: fc.array(fc.nat(200), { maxLength: 12 }),
  }),
  { maxLength: 6 },
);

/** How it pages: rows of a page at most, and whether it gives links that say their `$skip`. */
const habits = fc.record({ cap: fc.integer({ min: 3, max: 20 }), links: fc.boolean() });

/** A list without an order that changes before each answer but the first. */
const changingList = (count: number, all: readonly Change[], { cap, links }: { cap: number; links: boolean }) => {
  const rows: Row[] = Array.from({ length: count }, (_, index) => ({ id: `r${index}` }));
  const gone = new Set<string>();
  let answers = 0;
  let made = 0;
  const answer = (skip: number, top: number) => {
    const change = answers === 0 ? undefined : all[answers - 1];
    answers += 1;
    if (answers > 2000) throw new Error('It does not end');
    for (const place of change?.gone ?? []) {
      const [row] = rows.length === 0 ? [] : rows.splice(place % rows.length, 1);
      if (row !== undefined) gone.add(row.id);
    }
    for (const place of change?.come ?? []) {
      made += 1;
      rows.splice(place % (rows.length + 1), 0, { id: `n${made}` });
    }
    const items = rows.slice(skip, skip + Math.min(cap, top));
    const end = skip + items.length;
    return { items, nextLink: links && end < rows.length ? `https://x/api/things?$skip=${end}` : null };
  };
  return {
    gone,
    collection: (top: number) => ({
      ask: async ({ skip }: PagePlace) => answer(skip, top),
      follow: async (link: string) => answer(Number(/skip=(\d+)/.exec(link)?.[1]), top),
      idOf: ({ id }: Row) => id,
      timeOf: null,
      top: () => top,
      shortIsLast: false,
    }),
  };
};

interface Drained {
  readonly ids: readonly string[];
  readonly offsets: readonly number[];
  readonly told: string | undefined;
}

const drain = async (opened: ReadRows<Row>): Promise<Drained> => {
  const ids: string[] = [];
  const offsets: number[] = [];
  for (let page: RowsPage<Row> | null = opened.page; page !== null; page = (await page.next?.()) ?? null) {
    ids.push(...page.items.map(({ id }) => id));
    offsets.push(...page.offsets.slice(1));
  }
  return { ids, offsets, told: opened.remark() };
};

const stood = (count: number, gone: ReadonlySet<string>): string[] =>
  Array.from({ length: count }, (_, index) => `r${index}`).filter((id) => !gone.has(id));

describe('R2: rows that come and go while a list is stepped through by $skip', () => {
  test('no row that stood the whole time is missing without being told, and none comes twice', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 90 }),
        changes,
        habits,
        fc.integer({ min: 3, max: 30 }),
        async (count, all, habit, top) => {
          const { gone, collection } = changingList(count, all, habit);
          const { ids, told } = await drain(await readCollection(collection(top), { kind: 'start' }));
          expect(new Set(ids).size).toBe(ids.length);
          if (told === undefined) expect(ids).toEqual(expect.arrayContaining(stood(count, gone)));
        },
      ),
      { numRuns: 300 },
    ));

  test('the same where the list is opened again behind a row, by a cursor', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 90 }),
        changes,
        habits,
        fc.record({ top: fc.integer({ min: 3, max: 30 }), first: fc.integer({ min: 1, max: 12 }) }),
        async (count, all, habit, { top, first }) => {
          const { gone, collection } = changingList(count, all, habit);
          const ids: string[] = [];
          let told: string | undefined;
          let from: ListStart = { kind: 'start' };
          for (let more = true; more; ) {
            const { page, remark }: ReadRows<Row> = await readCollection(collection(top), from);
            const given: string[] = page.items.slice(0, first).map(({ id }) => id);
            ids.push(...given);
            more = given.length > 0;
            told ??= remark();
            from = { kind: 'skip', skip: page.offsets[given.length] ?? 0, given: ids.slice(-10) };
          }
          if (told === undefined) expect(ids).toEqual(expect.arrayContaining(stood(count, gone)));
        },
      ),
      { numRuns: 300 },
    ));

  test('a few rows that went are no reason to tell anything: the list is looked through for its place', async () => {
    const { collection } = changingList(100, [{ gone: [0, 3, 9], come: [] }], { cap: 30, links: false });
    const { ids, told } = await drain(await readCollection(collection(30), { kind: 'start' }));
    expect({ told, count: ids.length }).toEqual({ told: undefined, count: 100 });
  });

  test('rows that go without end are told, and the list ends', async () => {
    const all = Array.from({ length: 60 }, () => ({ gone: Array.from({ length: 10 }, () => 0), come: [] }));
    const { collection } = changingList(600, all, { cap: 20, links: false });
    const { ids, told } = await drain(await readCollection(collection(20), { kind: 'start' }));
    expect(told).toMatch(/Rows went while the list was read/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('R2: services that read $skip in their own way lose nothing, and nothing is told', () => {
  const pages: readonly (readonly string[])[] = [['a', 'b', 'c'], ['d', 'e', 'f'], ['g']];
  test.each<[string, (skip: number) => readonly string[]]>([
    ['anything behind the first row is empty', (skip) => (skip === 0 ? pages.flat() : [])],
    ['pages are found where they begin alone', (skip) => (skip % 3 === 0 ? (pages[skip / 3] ?? []) : [])],
    ['a page is given for any row of it', (skip) => pages[Math.ceil(skip / 3)] ?? []],
    ['a page begins a row earlier', (skip) => pages.flat().slice(Math.max(0, skip - 1), Math.max(0, skip - 1) + 3)],
  ])('%s', async (_name, rowsAt) => {
    let calls = 0;
    const collection = {
      ask: async ({ skip }: PagePlace) => {
        calls += 1;
        return { items: rowsAt(skip).map((id) => ({ id })), nextLink: null };
      },
      follow: async () => null,
      idOf: ({ id }: Row) => id,
      timeOf: null,
      top: () => 10,
      shortIsLast: false,
    };
    const { ids, told } = await drain(await readCollection(collection, { kind: 'start' }));
    expect({ ids, told }).toEqual({ ids: pages.flat(), told: undefined });
    expect(calls).toBeLessThanOrEqual(8);
  });
});
