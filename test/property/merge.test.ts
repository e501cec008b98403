import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergedConnection } from '../../src/lists/merged.ts';
import type { OpenRows } from '../../src/routing/opened-list.ts';
import {
  type Estate,
  newestFirst,
  openOver,
  openUnordered,
  questionAbout,
  type Reads,
  type Row,
  readAll,
  rowsOf,
  tenantsNamed,
} from './lists/rows.ts';

const names = ['a', 'b', 'c'] as const;
const tenants = tenantsNamed(names);

const timeOf = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;

/** Few different times, so that many rows are equally new; some have none. */
const estates = fc
  .tuple(...names.map(() => fc.array(fc.option(fc.integer({ min: 0, max: 9 }), { freq: 8 }), { maxLength: 15 })))
  .map(
    (times): Estate =>
      new Map(
        times.map((some, tenant) => [
          names[tenant] ?? '',
          newestFirst(
            some.map((second, index) => ({
              id: `${names[tenant]}${index}`,
              at: second === null ? null : timeOf(second),
            })),
          ),
        ]),
      ),
  );

const pageSizes = fc.record({ first: fc.integer({ min: 1, max: 12 }), most: fc.integer({ min: 1, max: 12 }) });

const readMerged = (
  estate: Estate,
  { first, most }: { readonly first: number; readonly most: number },
  between?: () => void,
) => {
  const open = openOver(estate, { most });
  return readAll((after) => mergedConnection(questionAbout(tenants, open, { first, after })), between);
};

const allOf = (estate: Estate): Row[] => newestFirst([...estate.values()].flat());

test('R2: whatever the tenants hold and however it is paged, every row comes once, newest first, then by tenant, undated last', async () => {
  await fc.assert(
    fc.asyncProperty(estates, pageSizes, async (estate, sizes) => {
      expect(rowsOf(await readMerged(estate, sizes))).toEqual(allOf(estate));
    }),
  );
});

test('R2: pages are full but for the last ones', async () => {
  await fc.assert(
    fc.asyncProperty(estates, pageSizes, async (estate, sizes) => {
      const lengths = (await readMerged(estate, sizes)).map(({ items }) => items.length);
      const full = lengths.filter((length) => length === sizes.first).length;
      expect(lengths.slice(0, full)).toEqual(Array.from({ length: full }, () => sizes.first));
      expect(lengths.length - full).toBeLessThanOrEqual(1);
    }),
  );
});

test('R2: any row leads on to exactly the rows behind it', async () => {
  await fc.assert(
    fc.asyncProperty(estates, pageSizes, async (estate, sizes) => {
      const open = openOver(estate, { most: sizes.most });
      const whole = await mergedConnection(questionAbout(tenants, open, { first: 100, after: null }));
      const expected = allOf(estate);
      // From the last to the first too: a cursor does not depend on which were asked for before.
      for (const index of [...whole.items.keys(), ...[...whole.items.keys()].toReversed()]) {
        const after = whole.items[index]?.cursor() ?? null;
        const next = await mergedConnection(questionAbout(tenants, open, { first: 4, after }));
        expect(rowsOf([next])).toEqual(expected.slice(index + 1, index + 5));
      }
    }),
    { numRuns: 30 },
  );
});

describe('R2: a list that changes between pages', () => {
  type Change =
    | { readonly kind: 'insert'; readonly tenant: number; readonly second: number | null }
    | { readonly kind: 'remove'; readonly tenant: number; readonly at: number }
    | { readonly kind: 'removeFirst'; readonly tenant: number }
    | { readonly kind: 'removeLast'; readonly tenant: number };
  const tenant = fc.nat({ max: names.length - 1 });
  const changes: fc.Arbitrary<Change[]> = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('insert' as const),
        tenant,
        second: fc.option(fc.integer({ min: 0, max: 20 }), { freq: 8 }),
      }),
      fc.record({ kind: fc.constant('remove' as const), tenant, at: fc.nat({ max: 20 }) }),
      fc.record({ kind: fc.constant('removeFirst' as const), tenant }),
      fc.record({ kind: fc.constant('removeLast' as const), tenant }),
    ),
    { maxLength: 40 },
  );

  const apply = (estate: Estate, change: Change, added: number): void => {
    const name = names[change.tenant] ?? '';
    const rows = estate.get(name) ?? [];
    if (change.kind === 'insert') {
      const at = change.second === null ? null : timeOf(change.second);
      estate.set(name, newestFirst([...rows, { id: `${name}new${added}`, at }]));
    } else {
      const at = change.kind === 'removeFirst' ? 0 : change.kind === 'removeLast' ? rows.length - 1 : change.at;
      estate.set(name, rows.toSpliced(at, 1));
    }
  };

  test('gives no row twice and loses none that was there all the while', async () => {
    await fc.assert(
      fc.asyncProperty(estates, pageSizes, changes, async (estate, sizes, all) => {
        const before = allOf(estate);
        const queue = [...all];
        let added = 0;
        const pages = await readMerged(estate, sizes, () => {
          for (const change of queue.splice(0, 3)) {
            added += 1;
            apply(estate, change, added);
          }
        });
        const ids = rowsOf(pages).map(({ id }) => id);
        expect(ids).toHaveLength(new Set(ids).size);
        const still = new Set(allOf(estate).map(({ id }) => id));
        const lost = before.filter(({ id }) => still.has(id) && !ids.includes(id));
        expect(lost).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

test('R2: a service that lists in no order: every row comes once, newest first within each of its pages', async () => {
  const shuffled = fc.tuple(...names.map(() => fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 15 })));
  await fc.assert(
    fc.asyncProperty(shuffled, pageSizes, async (times, { first, most }) => {
      const estate: Estate = new Map(
        times.map((some, tenant) => [
          names[tenant] ?? '',
          some.map((second, index) => ({ id: `${names[tenant]}${index}`, at: timeOf(second) })),
        ]),
      );
      const unordered = openUnordered(estate);
      const open: typeof unordered = (tenant, filter, opening, scope) =>
        unordered(tenant, filter, { ...opening, top: most }, scope);
      const pages = await readAll((after) => mergedConnection(questionAbout(tenants, open, { first, after })));
      const ids = rowsOf(pages).map(({ id }) => id);
      expect(ids.toSorted()).toEqual(
        allOf(estate)
          .map(({ id }) => id)
          .toSorted(),
      );
      const whole = await readAll((after) => mergedConnection(questionAbout(tenants, unordered, { first: 50, after })));
      expect(rowsOf(whole)).toEqual(allOf(estate));
    }),
  );
});

test('R2: what the gateway filters itself changes no order and loses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(estates, pageSizes, fc.integer({ min: 1, max: 4 }), async (estate, { first, most }, every) => {
      const matches = ({ id }: Row) => Number(id.slice(1)) % every === 0;
      const plain = openOver(estate, { most });
      const open: typeof plain = async (...asked) => ({ ...(await plain(...asked)), matches, scans: true });
      const pages = await readAll((after) =>
        mergedConnection(questionAbout(tenants, open, { first, after }, { bounds: { rows: 1000, calls: 2 } })),
      );
      expect(rowsOf(pages)).toEqual(allOf(estate).filter(matches));
      for (const { items, hasNextPage, truncation } of pages) {
        if (items.length < first && hasNextPage) expect(truncation).toMatch(/2 pages were read in .*limits\.scanCalls/);
      }
    }),
  );
});

describe('what a page reads', () => {
  const estateOf = (count: number, rowsOfTenant: (tenant: number) => readonly string[]): Estate =>
    new Map(
      Array.from({ length: count }, (_, tenant) => [
        `t${String(tenant).padStart(3, '0')}`,
        rowsOfTenant(tenant).map((at, index) => ({ id: `${tenant}-${index}`, at })),
      ]),
    );
  const moment = (ms: number): string => new Date(Date.UTC(2026, 0, 1) - ms).toISOString();
  /** Repeats itself, so that a run is like any other. */
  const chance = (seed: number): number => {
    const x = Math.sin(seed * 12.9898) * 43_758.5453;
    return x - Math.floor(x);
  };

  test.each([
    ['evenly spread', (tenant: number) => Array.from({ length: 100 }, (_, index) => moment(index * 200 + tenant))],
    [
      'by chance',
      (tenant: number) =>
        Array.from({ length: 100 }, (_, index) => moment(Math.floor(chance(tenant * 1000 + index) * 1e6))).toSorted(
          (a, b) => (a < b ? 1 : -1),
        ),
    ],
  ])('speed 1: of 1,000 rows over 200 tenants is at most 2,200 rows, %s', async (_, times) => {
    const reads: Reads[] = [];
    const estate = estateOf(200, times);
    const open = openOver(estate, { reads });
    const page = await mergedConnection(
      questionAbout(tenantsNamed([...estate.keys()]), open, { first: 1000, after: null }),
    );
    expect(rowsOf([page])).toEqual(newestFirst([...estate.values()].flat()).slice(0, 1000));
    expect(reads.reduce((sum, { rows }) => sum + rows, 0)).toBeLessThanOrEqual(2200);
  });

  test('speed 1: of a tenant that has all of the newest rows grows with what it gives: 1,000 rows in few calls', async () => {
    const reads: Reads[] = [];
    const estate = estateOf(50, (tenant) =>
      Array.from({ length: tenant === 7 ? 2000 : 50 }, (_, index) => moment(tenant === 7 ? index : 1e7 + index)),
    );
    const open = openOver(estate, { reads });
    await mergedConnection(questionAbout(tenantsNamed([...estate.keys()]), open, { first: 1000, after: null }));
    expect(reads.filter(({ tenant }) => tenant === 't007').length).toBeLessThanOrEqual(4);
  });

  test('speed 2: a page of n rows with all its cursors costs n, not n squared: ten times the rows are far from a hundred times the work', async () => {
    const tenants = tenantsNamed(['a', 'b', 'c']);
    const costOf = async (count: number): Promise<number> => {
      const lists = new Map(
        tenants.map(({ name }, tenant) => [
          name,
          Array.from({ length: count }, (_, index): Row => ({ id: `${index}`, at: moment(index * 10 + tenant) })),
        ]),
      );
      const open: OpenRows<object, Row> = async ({ name }) => {
        const items = lists.get(name) ?? [];
        return { api: 'graph', order: 'newestFirst', page: { items, offsets: [], next: null }, scans: false };
      };
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 3; run += 1) {
        const before = process.cpuUsage();
        const page = await mergedConnection(questionAbout(tenants, open, { first: count, after: null }));
        for (const { cursor } of page.items) cursor();
        best = Math.min(best, process.cpuUsage(before).user);
      }
      return best;
    };
    await costOf(1000);
    // 10 to 12 where nothing else runs; the bound leaves room for a busy machine.
    expect((await costOf(10_000)) / (await costOf(1000))).toBeLessThan(25);
  });
});
