import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors.ts';
import { mergedRows, type Rows, rowsInTurn, sortedRows } from '../../../src/lists/rows.ts';
import type { OpenRows } from '../../../src/routing/opened-list.ts';
import {
  type Estate,
  newestFirst,
  openOver,
  openUnordered,
  questionAbout,
  type Reads,
  type Row,
  tenantsNamed,
} from '../../property/lists/rows.ts';

const unbounded = { rows: Number.POSITIVE_INFINITY, calls: Number.POSITIVE_INFINITY };
const question = (estate: Estate, open: OpenRows<object, Row>, first: number) =>
  questionAbout(tenantsNamed([...estate.keys()]), open, { first, after: null }, { bounds: unbounded });

const allOf = async ({ batches }: Rows<Row>): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
};

const times = fc.option(
  fc.integer({ min: 1, max: 9 }).map((day) => `2026-01-0${day}T00:00:00Z`),
  { freq: 6 },
);
const estates = fc
  .array(fc.array(times, { maxLength: 30 }), { minLength: 1, maxLength: 4 })
  .map(
    (lists): Estate =>
      new Map(lists.map((list, at) => [`t${at}`, list.map((time, row) => ({ id: `t${at}r${row}`, at: time }))])),
  );

/** As exports of all rows read it. */
const inTurn = (asked: ReturnType<typeof question>) => rowsInTurn(asked, 2);

const ids = (rows: readonly Row[]): readonly string[] => rows.map(({ id }) => id).toSorted();

describe('F4: all rows of a list', () => {
  test('newest first over tenants: each once, whatever the pages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        estates,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 10, max: 40 }),
        async (estate, first, most) => {
          const rows = await allOf(mergedRows(question(estate, openOver(estate, { most }), first)));
          const all = [...estate.values()].flat();
          expect(ids(rows)).toEqual(ids(all));
          expect(rows.map(({ at }) => at)).toEqual(newestFirst(all).map(({ at }) => at));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a tenant with many rows is asked for ever more of them', async () => {
    const many = Array.from({ length: 3000 }, (_, row) => ({
      id: `m${row}`,
      at: new Date(1e12 - row * 1e6).toISOString(),
    }));
    const estate: Estate = new Map([
      ['few', [{ id: 'f', at: '2001-01-01T00:00:00.000Z' }]],
      ['many', many],
    ]);
    const reads: Reads[] = [];
    const rows = await allOf(mergedRows(question(estate, openOver(estate, { reads, most: 10_000 }), 50)));
    expect(rows.length).toBe(3001);
    expect(reads.filter(({ tenant }) => tenant === 'many').length).toBeLessThanOrEqual(6);
  });

  test('a tenant that fails in the middle costs its own rows, and is told', async () => {
    const rowsIn = (name: string) =>
      [...Array(9).keys()].map((row) => ({ id: `${name}${row}`, at: `2026-01-0${row + 1}T00:00:00Z` }));
    const estate: Estate = new Map(['a', 'b'].map((name) => [name, rowsIn(name)]));
    for (const [read, open] of [
      [mergedRows, openOver(estate)],
      [inTurn, openUnordered(estate)],
    ] as const) {
      const gone = () => Promise.reject(new UpstreamError('UPSTREAM_UNAVAILABLE', 'It is gone'));
      const failing: OpenRows<object, Row> = async (tenant, filter, opening, scope) => {
        if (tenant.name === 'a' && opening.from.kind !== 'start') return gone();
        const opened = await open(tenant, filter, opening, scope);
        return tenant.name === 'b' ? opened : { ...opened, page: { ...opened.page, next: gone } };
      };
      const asked = question(estate, failing, 4);
      const rows = read(read === inTurn ? { ...asked, kind: { ...asked.kind, timeOf: null } } : asked);
      const given = await allOf(rows);
      expect(given.filter(({ id }) => id.startsWith('b')).length).toBe(9);
      expect(given.filter(({ id }) => id.startsWith('a')).length).toBe(4);
      expect(rows.end().failures.map(({ tenant, error }) => [tenant.name, error.code])).toEqual([
        ['a', 'UPSTREAM_UNAVAILABLE'],
      ]);
    }
  });

  test('a remark beside the rows is no failure of its tenant', async () => {
    const estate: Estate = new Map([
      ['a', []],
      ['b', [{ id: 'b1', at: '2026-01-01T00:00:00Z' }]],
    ]);
    const compare = (one: Row, other: Row): number => (one.id < other.id ? -1 : 1);
    for (const read of [mergedRows, inTurn, (asked: ReturnType<typeof question>) => sortedRows(asked, compare)]) {
      const speaking: OpenRows<object, Row> = async (...asked) => ({
        ...(await openOver(estate)(...asked)),
        remark: () => 'Microsoft repeats itself',
      });
      const rows = read(question(estate, speaking, 4));
      expect(ids(await allOf(rows))).toEqual(['b1']);
      const { failures, remarks } = rows.end();
      expect([failures, remarks.map(({ tenant }) => tenant.name)]).toEqual([[], ['a', 'b']]);
    }
  });

  describe('tenant by tenant', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const estate: Estate = new Map(
      names.map((name) => [name, [...Array(3).keys()].map((row) => ({ id: `${name}${row}`, at: null }))]),
    );
    /** The tenants that were opened by the time that each row was taken. */
    const openedBy = async (ahead: number, failing: readonly string[] = []) => {
      const opened: string[] = [];
      const open: OpenRows<object, Row> = async (tenant, ...rest) => {
        opened.push(tenant.name);
        if (failing.includes(tenant.name)) throw new UpstreamError('UPSTREAM_UNAVAILABLE', `${tenant.name} is gone`);
        return openUnordered(estate)(tenant, ...rest);
      };
      const asked = question(estate, open, 4);
      const rows = rowsInTurn({ ...asked, kind: { ...asked.kind, timeOf: null } }, ahead);
      const seen: string[] = [];
      for await (const batch of rows.batches) seen.push(`${batch.map(({ id }) => id).join(' ')}: ${opened.join('')}`);
      return { seen, opened, failed: rows.end().failures.map(({ tenant }) => tenant.name) };
    };

    test('the next two are open while one is read, and no more', async () => {
      const { seen } = await openedBy(2);
      expect(seen).toEqual([
        'a0 a1 a2: abc',
        'b0 b1 b2: abcd',
        'c0 c1 c2: abcde',
        'd0 d1 d2: abcde',
        'e0 e1 e2: abcde',
      ]);
    });

    test('where some rows are wanted, none is open before its turn', async () => {
      expect((await openedBy(0)).seen.slice(0, 2)).toEqual(['a0 a1 a2: a', 'b0 b1 b2: ab']);
    });

    test('one that fails before its turn is told, and keeps nobody back', async () => {
      const { seen, failed } = await openedBy(2, ['a', 'c', 'd']);
      expect(failed).toEqual(['a', 'c', 'd']);
      expect(seen).toEqual(['b0 b1 b2: abcd', 'e0 e1 e2: abcde']);
    });

    test('who leaves is told of those alone whose rows they were given', async () => {
      const open: OpenRows<object, Row> = async (...asked) => ({
        ...(await openUnordered(estate)(...asked)),
        remark: () => 'Microsoft repeats itself',
      });
      const asked = question(estate, open, 4);
      const rows = rowsInTurn({ ...asked, kind: { ...asked.kind, timeOf: null } }, 2);
      await rows.batches.next();
      await rows.batches.return();
      expect(rows.end().remarks.map(({ tenant }) => tenant.name)).toEqual(['a']);
    });
  });
});
