import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCollection } from '../../src/routing/collection-reader.ts';
import type { RowsPage } from '../../src/routing/opened-list.ts';
import { createWholeLists, type ListPlace } from '../../src/routing/whole-lists.ts';

interface Row {
  readonly id: string;
}

import { tenantNamed } from '../support/tenant.ts';

/** How many rows a service gives at once of those that it is asked for, though more exist. */
type PageSize = (top: number, skip: number) => number;

const pageSizes: Readonly<Record<string, (cap: number) => PageSize>> = {
  'as many as are asked for': () => (top) => top,
  'at most so many': (cap) => (top) => Math.min(cap, top),
  'between half and all': () => (top, skip) => Math.ceil((top * (2 + (skip % 3))) / 4),
};

const placeOf = (tenant: string): ListPlace => ({
  tenant: tenantNamed(tenant),
  api: 'mde',
  operation: 'mde.listMachines',
  of: 'own\n/api/machines',
});

/** Lists of a service that has no links, read as the gateway reads them. */
const createService = (pageSize: PageSize, now = () => 0) => {
  const lists = new Map<string, Row[]>();
  const reports: number[] = [];
  const wholeLists = createWholeLists({ now }, (_api, known) => reports.push(known));
  let calls = 0;
  const read = async (tenant: string, top: number): Promise<{ rows: readonly Row[]; calls: number }> => {
    const place = placeOf(tenant);
    const before = calls;
    const { page } = await readCollection<Row>(
      {
        ask: async ({ skip }) => {
          calls += 1;
          const items = (lists.get(tenant) ?? []).slice(skip, skip + pageSize(top, skip));
          wholeLists.see(place, items.length);
          return { items, nextLink: null };
        },
        follow: async () => null,
        idOf: ({ id }) => id,
        timeOf: null,
        top: () => top,
        shortIsLast: false,
        whole: {
          is: (first) => wholeLists.isWhole(place, first),
          prove: (first) => wholeLists.prove(place, first),
        },
      },
      { kind: 'start' },
    );
    const rows = [...page.items];
    for (let next: RowsPage<Row>['next'] = page.next; next !== null; ) {
      const further = await next();
      rows.push(...further.items);
      next = further.next;
    }
    return { rows, calls: calls - before };
  };
  return { lists, read, wholeLists, reports };
};

const rowsOf = (name: string, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${name}${index}` }));

describe('R2: a page that was all of its list is not asked behind again', () => {
  test.each(Object.entries(pageSizes))(
    'and no row is lost by that, however lists change, where pages have %s',
    async (_, of) => {
      const step = fc.record({
        tenant: fc.constantFrom('a', 'b', 'c'),
        change: fc.constantFrom('none', 'none', 'first', 'last', 'several', 'gone'),
        // No service gives pages of fewer than three rows when it has more.
        top: fc.integer({ min: 6, max: 40 }),
      });
      const sizes = fc.record({
        a: fc.integer({ min: 0, max: 12 }),
        b: fc.integer({ min: 0, max: 12 }),
        c: fc.integer({ min: 0, max: 12 }),
      });
      await fc.assert(
        fc.asyncProperty(
          sizes,
          fc.integer({ min: 3, max: 9 }),
          fc.array(step, { maxLength: 20 }),
          async (counts, cap, steps) => {
            const { lists, read } = createService(of(cap));
            for (const [name, count] of Object.entries(counts)) lists.set(name, rowsOf(name, count));
            for (const [index, { tenant, change, top }] of steps.entries()) {
              const rows = lists.get(tenant) ?? [];
              if (change === 'first') rows.unshift({ id: `${tenant}first${index}` });
              if (change === 'last') rows.push({ id: `${tenant}last${index}` });
              if (change === 'several') rows.push(...rowsOf(`${tenant}several${index}-`, 10));
              if (change === 'gone') rows.splice(index % Math.max(1, rows.length), 1);
              expect((await read(tenant, top)).rows).toEqual(rows);
            }
          },
        ),
        { numRuns: 2000 },
      );
    },
  );

  const known = async () => {
    let now = 0;
    const service = createService(
      (top) => top,
      () => now,
    );
    service.lists.set('small', rowsOf('s', 5)).set('large', rowsOf('l', 9));
    await service.read('large', 20);
    await service.read('small', 20);
    return {
      ...service,
      pass: (ms: number) => {
        now += ms;
      },
    };
  };

  test('the same page costs one call', async () => {
    const { read } = await known();
    expect(await read('small', 20)).toEqual({ rows: rowsOf('s', 5), calls: 1 });
  });

  test.each([
    ['another row', ({ lists }: Awaited<ReturnType<typeof known>>) => lists.get('small')?.push({ id: 'new' })],
    ['a row less', ({ lists }: Awaited<ReturnType<typeof known>>) => lists.get('small')?.pop()],
    ['another row in its place', ({ lists }: Awaited<ReturnType<typeof known>>) => lists.set('small', rowsOf('t', 5))],
    ['ten minutes', ({ pass }: Awaited<ReturnType<typeof known>>) => pass(600_000)],
  ])('it is asked behind again after %s', async (_, change) => {
    const service = await known();
    change(service);
    expect((await service.read('small', 20)).calls).toBe(2);
  });

  test('it is asked behind again where it may have been cut off', async () => {
    const { read } = await known();
    // A service may give half of what it is asked for.
    expect((await read('small', 11)).calls).toBe(1);
    expect((await read('small', 10)).calls).toBe(2);
    // As long as the longest page that the service has given: that may be as long as it lets pages be.
    expect((await read('large', 20)).calls).toBe(2);
  });

  test('lists of others, of another tenant of the name, and with other conditions, are others', async () => {
    const { wholeLists } = await known();
    const page = {
      ids: rowsOf('s', 5)
        .map(({ id }) => id)
        .join('\n'),
      rows: 5,
      top: 20,
    };
    expect(wholeLists.isWhole(placeOf('small'), page)).toBe(true);
    expect(wholeLists.isWhole(placeOf('large'), page)).toBe(false);
    const otherTenant = { ...tenantNamed('small'), tenantId: '99999999-9999-4999-8999-999999999999' };
    expect(wholeLists.isWhole({ ...placeOf('small'), tenant: otherTenant }, page)).toBe(false);
    expect(wholeLists.isWhole({ ...placeOf('small'), of: 'user\n/api/machines' }, page)).toBe(false);
    expect(wholeLists.isWhole({ ...placeOf('small'), operation: 'mde.listMachineActions' }, page)).toBe(false);
  });

  test('how many are known is counted, also when they are forgotten', async () => {
    const { reports, pass, read } = await known();
    expect(reports.at(-1)).toBe(2);
    pass(600_000);
    await read('small', 20);
    expect(reports.at(-1)).toBe(1);
  });
});
