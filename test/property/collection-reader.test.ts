import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTimes } from '../../src/domain/time.ts';
import { UpstreamError } from '../../src/errors.ts';
import type { PagePlace } from '../../src/routing/collection.ts';
import { readCollection } from '../../src/routing/collection-reader.ts';
import type { ListStart, RowsPage } from '../../src/routing/opened-list.ts';

interface Row {
  readonly id: string;
  readonly at: string | null;
}

/** How a service pages; what no page of the documentation rules out. */
interface Habits {
  /** Rows that it gives at once, whatever is asked. */
  readonly cap: number;
  readonly links: boolean;
  /** An empty page with a link before each further page. */
  readonly emptyPages: boolean;
  /** Rows of the page before that are given again. */
  readonly overlap: number;
  /** Whether `$top` is the most of all pages together, as OData has it: links then ask for what is left of it. */
  readonly topOfAll: boolean;
  /** Whether pages are of any length up to `cap`. */
  readonly varies: boolean;
}

const newestFirst = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => compareTimes(b.at, a.at));

/** No service gives pages of fewer rows than this one when it has more. */
const leastPage = 3;

const service = (
  rows: readonly Row[],
  { cap, links, emptyPages, overlap, topOfAll, varies }: Habits,
  top: number,
  ordered = true,
) => {
  let calls = 0;
  const meets = (row: Row, { notAfter, before }: PagePlace): boolean => {
    if (notAfter === null) return true;
    if (row.at === null) return false;
    const order = compareTimes(row.at, notAfter);
    return before ? order < 0 : order <= 0;
  };
  const capAt = (offset: number): number =>
    varies && cap > leastPage ? leastPage + ((offset * 7 + calls * 5) % (cap - leastPage + 1)) : cap;
  const pageAt = (place: PagePlace, offset: number, left = top) => {
    calls += 1;
    if (calls > 1000) throw new Error('It does not end');
    const all = rows.filter((row) => meets(row, place));
    const from = Math.max(0, offset > 0 ? offset - overlap : 0);
    const items = all.slice(from, from + Math.min(capAt(offset), left));
    const end = from + items.length;
    const rest = topOfAll ? left - items.length : left;
    const more = end < all.length && rest > 0;
    return {
      items,
      nextLink: links && more ? JSON.stringify({ place, offset: end, empty: emptyPages, left: rest }) : null,
    };
  };
  return {
    calls: () => calls,
    collection: {
      ask: async (place: PagePlace) => pageAt(place, place.skip),
      follow: async (link: string) => {
        const { empty, ...next }: { place: PagePlace; offset: number; empty: boolean; left: number } = JSON.parse(link);
        if (!empty) return pageAt(next.place, next.offset, next.left);
        calls += 1;
        return { items: [], nextLink: JSON.stringify({ ...next, empty: false }) };
      },
      idOf: ({ id }: Row) => id,
      timeOf: ordered ? ({ at }: Row) => at : null,
      top: () => top,
      shortIsLast: links,
    },
  };
};

const drain = async (opened: { readonly page: RowsPage<Row> }): Promise<Row[]> => {
  const rows = [...opened.page.items];
  for (let { next } = opened.page; next !== null; ) {
    const page = await next();
    rows.push(...page.items);
    next = page.next;
  }
  return rows;
};

const start: ListStart = { kind: 'start' };

/** Few moments, so that many rows share one. */
const rowsOf = (count: number, moments: number): fc.Arbitrary<Row[]> =>
  fc.array(fc.integer({ min: 0, max: moments }), { maxLength: count }).map((times) =>
    newestFirst(
      times.map((second, index) => ({
        id: `r${index}`,
        at: `2026-01-01T10:00:${String(second).padStart(2, '0')}Z`,
      })),
    ),
  );

const habits: fc.Arbitrary<Habits> = fc.record({
  cap: fc.integer({ min: 2, max: 20 }),
  links: fc.boolean(),
  emptyPages: fc.boolean(),
  overlap: fc.integer({ min: 0, max: 1 }),
  topOfAll: fc.boolean(),
  varies: fc.boolean(),
});

const plain: Habits = {
  ...{ cap: 1000, links: true, emptyPages: false, overlap: 0 },
  ...{ topOfAll: false, varies: false },
};

describe('R2: every row once, in order, whatever the habits of the service', () => {
  test('from the start', () =>
    fc.assert(
      fc.asyncProperty(rowsOf(60, 12), habits, fc.integer({ min: 2, max: 30 }), async (rows, habit, top) => {
        // With links alone a page may be the last that is shorter than asked.
        const { collection } = service(rows, habit, top);
        const opened = await readCollection(collection, start);
        expect(await drain(opened)).toEqual(rows);
        expect(opened.order).toBe('newestFirst');
        expect(opened.remark()).toBeUndefined();
      }),
    ));

  test('from behind any row, without those that were given at its moment', () =>
    fc.assert(
      fc.asyncProperty(
        rowsOf(60, 6),
        habits,
        fc.nat(),
        fc.integer({ min: 2, max: 30 }),
        async (rows, habit, at, top) => {
          const last = rows[at % Math.max(1, rows.length)];
          if (last?.at == null) return;
          const index = rows.indexOf(last);
          const given = rows.slice(0, index + 1).filter((row) => row.at === last.at);
          const from: ListStart = { kind: 'time', notAfter: last.at, given: given.map(({ id }) => id) };
          expect(await drain(await readCollection(service(rows, habit, top).collection, from))).toEqual(
            rows.slice(index + 1),
          );
        },
      ),
    ));

  test('without an order, by $skip, from any offset', () =>
    fc.assert(
      fc.asyncProperty(
        rowsOf(60, 50),
        habits,
        fc.integer({ min: 2, max: 30 }),
        fc.nat(60),
        async (rows, habit, top, at) => {
          const mixed = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
          const { collection } = service(mixed, { ...habit, overlap: 0 }, top, false);
          const opened = await readCollection(collection, start);
          const all: Row[] = [];
          const offsets: number[] = [];
          for (let page: RowsPage<Row> | null = opened.page; page !== null; page = (await page.next?.()) ?? null) {
            all.push(...page.items);
            offsets.push(...page.offsets.slice(0, -1));
          }
          expect(all).toEqual(mixed);
          const offset = offsets[at];
          if (offset === undefined) return;
          const rest = await drain(
            await readCollection(service(mixed, { ...habit, overlap: 0 }, top, false).collection, {
              kind: 'skip',
              skip: offset,
              given: [],
            }),
          );
          expect(rest).toEqual(mixed.slice(at));
        },
      ),
    ));

  test('a list that is not newest first loses nothing', () =>
    fc.assert(
      fc.asyncProperty(rowsOf(40, 30), habits, fc.integer({ min: 3, max: 20 }), async (rows, habit, top) => {
        const oldest = rows.toReversed();
        const { collection } = service(oldest, { ...habit, cap: Math.max(3, habit.cap), overlap: 0 }, top);
        const found = await drain(await readCollection(collection, start));
        expect(found.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
      }),
    ));
});

/** A service that refuses to leave out more rows than this. */
const refusing =
  <P>(ask: (place: PagePlace) => Promise<P>, maxSkip: number) =>
  async (place: PagePlace): Promise<P> => {
    if (place.skip <= maxSkip) return ask(place);
    throw new UpstreamError('UPSTREAM_REJECTED', 'The limit of $skip is exceeded', { upstreamStatus: 400 });
  };

const second = (index: number): string => new Date(Date.parse('2026-01-01T10:00:00Z') - index * 1000).toISOString();
const many = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}`, at: second(index) }));

describe('R2: what a service may do besides', () => {
  test('a full page without a link is followed by a question by time: 800 rows of 50', async () => {
    const { collection, calls } = service(many(800), { ...plain, links: false }, 50);
    const whole = await drain(await readCollection({ ...collection, shortIsLast: true }, start));
    expect(whole).toHaveLength(800);
    expect(calls()).toBeLessThanOrEqual(18);
  });

  test('a short page is no end: a service that caps at 30 of 51', async () => {
    const { collection, calls } = service(many(100), { ...plain, links: false, cap: 30 }, 51);
    expect(await drain(await readCollection(collection, start))).toHaveLength(100);
    expect(calls()).toBeLessThanOrEqual(6);
  });

  test('many rows of one time in pages of any length', async () => {
    const crowd = Array.from({ length: 30 }, (_, index) => ({ id: `c${index}`, at: second(9) }));
    const rows = [...many(9), ...crowd, ...many(30).slice(10)];
    const lengths = [21, 5];
    const { collection } = service(rows, { ...plain, links: false }, 100);
    const ask = async (place: PagePlace) => {
      const { items, ...page } = await collection.ask(place);
      return { ...page, items: items.slice(0, lengths.shift() ?? 4) };
    };
    expect(await drain(await readCollection({ ...collection, ask }, start))).toEqual(rows);
  });

  test('a link that never moves: each row once, the list ends and says that it repeats itself', async () => {
    const rows = many(2);
    let calls = 0;
    const same = async () => {
      calls += 1;
      return { items: rows, nextLink: 'same' };
    };
    const { collection } = service(rows, plain, 50);
    const opened = await readCollection({ ...collection, ask: same, follow: same }, start);
    expect(await drain(opened)).toEqual(rows);
    expect(opened.remark()).toMatch(/repeats itself/);
    expect(calls).toBeLessThanOrEqual(5);
  });

  test('a link that is always another one and brings nothing new ends as well', async () => {
    const rows = many(2);
    let calls = 0;
    const more = async () => {
      calls += 1;
      return { items: rows, nextLink: `link ${calls}` };
    };
    const { collection } = service(rows, plain, 50);
    const opened = await readCollection({ ...collection, ask: more, follow: more }, start);
    expect(await drain(opened)).toEqual(rows);
    expect(opened.remark()).toMatch(/repeats itself/);
    expect(calls).toBeLessThanOrEqual(10);
  });

  test('a service that takes no condition on the time is read by $skip', async () => {
    const { collection } = service(many(120), { ...plain, links: false, cap: 30 }, 50);
    const ask = async (place: PagePlace) => (place.notAfter === null ? collection.ask(place) : null);
    expect(await drain(await readCollection({ ...collection, ask }, start))).toHaveLength(120);
    const [, , last] = many(120);
    const from: ListStart = { kind: 'time', notAfter: last?.at ?? '', given: ['r2'] };
    expect(await drain(await readCollection({ ...collection, ask }, from))).toHaveLength(117);
  });

  test('R2: 800 incidents with a $skip that is refused above 500: all 800', async () => {
    const { collection } = service(many(800), { ...plain, links: false }, 50);
    const whole = await drain(await readCollection({ ...collection, ask: refusing(collection.ask, 500) }, start));
    expect(whole).toHaveLength(800);
  });

  test('more rows at one moment than a $skip reaches: the older ones come, and it is said', async () => {
    const crowd = Array.from({ length: 30 }, (_, index) => ({ id: `c${index}`, at: second(0) }));
    const rows = [...crowd, ...many(20).slice(1)];
    const { collection } = service(rows, { ...plain, links: false }, 10);
    const opened = await readCollection({ ...collection, ask: refusing(collection.ask, 10) }, start);
    expect(await drain(opened)).toEqual([...crowd.slice(0, 19), ...many(20).slice(1)]);
    expect(opened.remark()).toMatch(/same time/);
  });

  test('times that are cut off: rows of the same millisecond are not lost between pages', async () => {
    const kept = [9, 8, 7, 6, 5].map((digit) => ({ id: `r${digit}`, at: `2026-01-01T10:00:00.123${digit}Z` }));
    const { collection } = service(kept, { ...plain, links: false }, 2);
    const shown = async (place: PagePlace) => {
      const page = await collection.ask(place);
      return { ...page, items: page.items.map((row) => ({ ...row, at: '2026-01-01T10:00:00.123Z' })) };
    };
    expect(await drain(await readCollection({ ...collection, ask: shown }, start))).toHaveLength(5);
  });
});

describe('R2: rows that go while a list without an order is read', () => {
  /** Rows that go from the beginning before each call. */
  const goings = fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 6 })), {
    maxLength: 14,
  });

  test('take none along of those that stand, or that is said', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: 22 }), fc.integer({ min: 3, max: 5 }), goings, async (...asked) => {
        const [count, top, gone] = asked;
        let left: readonly Row[] = Array.from({ length: count }, (_, place) => ({ id: `r${place}`, at: null }));
        let calls = 0;
        const collection = {
          ask: async ({ skip }: PagePlace) => {
            left = left.slice(calls === 0 ? 0 : (gone[calls] ?? 0));
            calls += 1;
            return { items: left.slice(skip, skip + top), nextLink: null };
          },
          follow: async () => null,
          idOf: ({ id }: Row) => id,
          timeOf: null,
          top: () => top,
          shortIsLast: false,
        };
        const opened = await readCollection<Row>(collection, start);
        const ids = (await drain(opened)).map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        if (opened.remark() === undefined) expect(ids).toEqual(expect.arrayContaining(left.map(({ id }) => id)));
      }),
      {
        examples: [
          [10, 3, [0, 0, 0, 0, 4, 0, 0, 0, 5]],
          [10, 3, [0, 0, 0, 0, 3, 0, 0, 1, 5]],
          [18, 5, [0, 0, 0, 0, 4, 1, 0, 3, 6]],
        ],
      },
    ));
});
