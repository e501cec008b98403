import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../src/errors.ts';
import { inTurnConnection } from '../../src/lists/in-turn.ts';
import type { OpenRows } from '../../src/routing/opened-list.ts';
import {
  type Estate,
  openUnordered,
  questionAbout,
  type Reads,
  type Row,
  readAll,
  rowsOf,
  tenantsNamed,
} from './lists/rows.ts';

const names = Array.from({ length: 12 }, (_, index) => `t${String(index).padStart(2, '0')}`);
const estateOf = (counts: readonly number[]): Estate =>
  new Map(
    counts.map((count, tenant) => [
      names[tenant] ?? '',
      Array.from({ length: count }, (_, index) => ({ id: `${tenant}-${index}`, at: null })),
    ]),
  );

test("R2: machines of many tenants come once, tenant by tenant by name, in the service's order, from any cursor", async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: names.length });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 20 }), async (counts, first) => {
      const estate = estateOf(counts);
      const read = (after: string | null, count = first) =>
        inTurnConnection(questionAbout(tenantsNamed(names), openUnordered(estate), { first: count, after }));
      const all = [...estate.values()].flat();
      const pages = await readAll((after) => read(after));
      expect(rowsOf(pages)).toEqual(all);
      for (const { items } of pages.slice(0, -1)) expect(items).toHaveLength(first);
      const [page] = await Promise.all([read(null)]);
      for (const [index, { cursor }] of (page?.items ?? []).entries()) {
        expect(rowsOf([await read(cursor(), 3)])).toEqual(all.slice(index + 1, index + 4));
      }
    }),
  );
});

describe('speed 1: a list without an order', () => {
  const tenants = Array.from({ length: 50 }, (_, index) => `t${String(index).padStart(2, '0')}`);
  const ask = async (countOf: (tenant: number) => number, first: number) => {
    const reads: Reads[] = [];
    const estate: Estate = new Map(
      tenants.map((name, tenant) => [
        name,
        Array.from({ length: countOf(tenant) }, (_, index) => ({ id: `${tenant}-${index}`, at: null })),
      ]),
    );
    const open = openUnordered(estate, reads);
    const page = await inTurnConnection(questionAbout(tenantsNamed(tenants), open, { first, after: null }));
    return { page, reads };
  };

  test('whose first tenant fills the page asks no other', async () => {
    const { page, reads } = await ask((tenant) => (tenant === 0 ? 1000 : 10), 50);
    expect(page.items).toHaveLength(50);
    expect(page.hasNextPage).toBe(true);
    expect(reads).toEqual([{ tenant: 't00', rows: 51 }]);
  });

  test('of small tenants opens ever more at once, and no more than it needs', async () => {
    const { page, reads } = await ask(() => 10, 100);
    expect(page.items).toHaveLength(100);
    expect(reads.length).toBeLessThanOrEqual(15);
  });

  test('may have more exactly when a tenant was not asked', async () => {
    expect((await ask((tenant) => (tenant === 49 ? 1 : 0), 1)).page.hasNextPage).toBe(false);
    expect((await ask((tenant) => (tenant === 0 ? 1 : 0), 1)).page.hasNextPage).toBe(true);
  });

  test('goes on behind a tenant that fails, and tries it again on the next page', async () => {
    const estate = estateOf([3, 3, 3]);
    let failing = true;
    const open: OpenRows<object, Row> = async (tenant, ...rest) => {
      if (failing && tenant.name === 't00') throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'down');
      return openUnordered(estate)(tenant, ...rest);
    };
    const read = (after: string | null) =>
      inTurnConnection(questionAbout(tenantsNamed(names.slice(0, 3)), open, { first: 4, after }));
    const first = await read(null);
    expect(rowsOf([first]).map(({ id }) => id)).toEqual(['1-0', '1-1', '1-2', '2-0']);
    expect(first.failures.map(({ tenant }) => tenant.name)).toEqual(['t00']);
    expect(first.unanswered).toBeUndefined();
    failing = false;
    const rest = await readAll((after) => read(after ?? first.endCursor()));
    expect(rowsOf(rest).map(({ id }) => id)).toEqual(['0-0', '0-1', '0-2', '2-1', '2-2']);
  });
});
