import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tenant } from '../../src/config/tenants.ts';
import { compareTimes } from '../../src/domain/time.ts';
import { createCursors } from '../../src/lists/cursor.ts';
import { type ListKind, mergedConnection } from '../../src/lists/merged.ts';
import { createLog } from '../../src/log.ts';
import type { ListPage, OpenList } from '../../src/routing/list.ts';
import { createScope } from '../../src/scope.ts';
import { tenantNamed } from '../support/tenant.ts';

interface Row {
  readonly id: string;
  readonly at: string;
}

/** A tenant's list in memory, newest first, that gives `$top` rows a page as an API does. */
const openOver =
  (rowsOf: ReadonlyMap<string, readonly Row[]>): OpenList<object, Row> =>
  async (tenant, _filter, { skip, top, notAfter }) => {
    const rows = (rowsOf.get(tenant.name) ?? []).filter(({ at }) => notAfter === undefined || at <= notAfter);
    const pageAt = (start: number): ListPage<Row> => {
      const items = rows.slice(start, start + top);
      const end = start + items.length;
      return { items, aligned: true, end, next: end < rows.length ? async () => pageAt(end) : null };
    };
    return { api: 'graph', page: pageAt(skip) };
  };

const cursors = createCursors(new Uint8Array(32));
const scope = createScope({
  requestId: '00000000-0000-4000-8000-000000000000',
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  maxCalls: Number.POSITIVE_INFINITY,
});

const names = ['a', 'b', 'c'] as const;
const tenants: readonly Tenant[] = names.map((name) => tenantNamed(name));

/** Few different times, so that many rows are equally new. */
const estates = fc
  .tuple(...names.map(() => fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 15 })))
  .map(
    (times) =>
      new Map(
        times.map((some, tenant) => [
          names[tenant] ?? '',
          some
            .toSorted((left, right) => right - left)
            .map((second, index): Row => ({ id: `${names[tenant]}${index}`, at: `2026-01-01T00:00:0${second}Z` })),
        ]),
      ),
  );

/** Every page of a list over all tenants. */
const readAll = async (kind: ListKind<object, Row>, first: number): Promise<Row[][]> => {
  const pages: Row[][] = [];
  let after: string | null = null;
  for (;;) {
    const asked = {
      kind,
      tenants,
      filter: {},
      page: { first, after },
      question: 'q',
      cursors,
      scope,
      log: createLog({ level: 'silent' }),
      scanLimit: 1000,
    };
    const connection: Awaited<ReturnType<typeof mergedConnection<object, Row>>> = await mergedConnection(asked);
    pages.push(connection.items.map(({ node }) => node));
    if (!connection.hasNextPage) return pages;
    after = connection.endCursor();
  }
};

const kindOver = (
  rowsOf: ReadonlyMap<string, readonly Row[]>,
  matches?: (row: Row) => boolean,
): ListKind<object, Row> => ({
  name: 'rows',
  open: openOver(rowsOf),
  timeOf: ({ at }) => at,
  compareTimes,
  matcher: () => matches,
});

test('whatever the tenants hold and however it is paged, every row comes once, newest first, then by tenant', async () => {
  await fc.assert(
    fc.asyncProperty(estates, fc.integer({ min: 1, max: 12 }), async (rowsOf, first) => {
      const rows = (await readAll(kindOver(rowsOf), first)).flat();
      const expected = [...rowsOf.values()].flat().toSorted((left, right) => compareTimes(right.at, left.at));
      expect(rows).toEqual(expected);
    }),
  );
});

test('pages are full but for the last', async () => {
  await fc.assert(
    fc.asyncProperty(estates, fc.integer({ min: 1, max: 12 }), async (rowsOf, first) => {
      const pages = await readAll(kindOver(rowsOf), first);
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(first);
    }),
  );
});

test('what the gateway filters itself changes no order and loses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      estates,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (rowsOf, first, every) => {
        const matches = ({ id }: Row) => Number(id.slice(1)) % every === 0;
        const rows = (await readAll(kindOver(rowsOf, matches), first)).flat();
        const expected = [...rowsOf.values()]
          .flat()
          .filter(matches)
          .toSorted((left, right) => compareTimes(right.at, left.at));
        expect(rows).toEqual(expected);
      },
    ),
  );
});
