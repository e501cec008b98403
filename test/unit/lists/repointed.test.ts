import { describe, expect, test } from 'vitest';
import type { Tenant } from '../../../src/config/tenants.ts';
import { connectionOfArray } from '../../../src/lists/array.ts';
import type { Connection } from '../../../src/lists/connection.ts';
import { createCursors } from '../../../src/lists/cursor.ts';
import { inTurnConnection } from '../../../src/lists/in-turn.ts';
import { mergedConnection } from '../../../src/lists/merged.ts';
import { createSnapshots } from '../../../src/lists/snapshots.ts';
import { type SortedList, sortedConnection } from '../../../src/lists/sorted.ts';
import type { OpenRows } from '../../../src/routing/opened-list.ts';
import { type Estate, openOver, openUnordered, questionAbout, type Row, rowsOf } from '../../property/lists/rows.ts';
import { tenantNamed } from '../../support/tenant.ts';

const idOf = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`;
const named = (name: string, digit: number): Tenant => ({ ...tenantNamed(name), tenantId: idOf(digit) });

/** Names, and the tenants that they are of, before and after the settings were read again. */
const before = [named('a', 1), named('b', 2), named('c', 3)];
const swapped = [named('a', 2), named('b', 1), named('c', 3)];
const inCloud = before.map((tenant): Tenant => (tenant.name === 'a' ? { ...tenant, cloud: 'gcc' } : tenant));

/** Rows of each of Microsoft's tenants, which tell whose they are. */
const estate = new Map(
  [1, 2, 3].map((digit) => [
    idOf(digit),
    Array.from(
      { length: 6 },
      (_, index): Row => ({ id: `${digit}-${index}`, at: `2026-01-01T00:0${index}:0${digit}Z` }),
    ),
  ]),
);
const byId =
  (open: (rows: Estate) => OpenRows<object, Row>): OpenRows<object, Row> =>
  (tenant, ...rest) =>
    open(new Map([[tenant.name, estate.get(tenant.tenantId) ?? []]]))(tenant, ...rest);

const snapshots = createSnapshots<SortedList<Row>>({ now: () => 0, sleep: async () => {} });
const compare = (one: Row, other: Row): number => (one.id < other.id ? -1 : 1);

type Read = (tenants: readonly Tenant[], after: string | null) => Promise<Connection<Row>>;
const lists: Readonly<Record<string, Read>> = {
  merged: (tenants, after) => mergedConnection(questionAbout(tenants, byId(openOver), { first: 4, after })),
  'in turn': (tenants, after) => inTurnConnection(questionAbout(tenants, byId(openUnordered), { first: 8, after })),
};

const told = ({ failures }: Connection<unknown>) =>
  failures.map(({ tenant: { name }, error: { code, message, details } }) => [name, code, details.field, message]);
const why = (name: string) => [
  name,
  'BAD_USER_INPUT',
  'after',
  `after: when this cursor was given, another tenant had the name "${name}": begin the list anew, without after`,
];

describe.each(Object.entries(lists))('a list that is %s', (_kind, read) => {
  test('goes on in the tenants that are what they were, and each page says of the others that it does not', async () => {
    const first = await read(before, null);
    const pages = [first];
    for (let page = first; page.hasNextPage; pages.push(page)) {
      page = await read(swapped, page.endCursor());
      expect(told(page)).toEqual([why('a'), why('b')]);
    }
    const ids = rowsOf(pages).map(({ id }) => id);
    expect(ids.filter((id) => id.startsWith('3'))).toHaveLength(6);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('loses nothing when the names are given back', async () => {
    const first = await read(before, null);
    const second = await read(swapped, first.endCursor());
    const third = await read(before, second.endCursor());
    const pages = [first, second, third];
    for (let page = third; page.hasNextPage; pages.push(page)) page = await read(before, page.endCursor());
    expect(pages.slice(2).flatMap(told)).toEqual([]);
    const ids = rowsOf(pages).map(({ id }) => id);
    expect([ids.length, new Set(ids).size]).toEqual([18, 18]);
  });

  test('does not go on in another cloud either', async () => {
    const first = await read(before, null);
    expect(told(await read(inCloud, first.endCursor()))).toEqual([why('a')]);
  });
});

test('a list in which every name is another tenant’s is an error', async () => {
  const one = before.slice(0, 1);
  const first = await mergedConnection(questionAbout(one, byId(openOver), { first: 2, after: null }));
  const next = await mergedConnection(
    questionAbout(swapped.slice(0, 1), byId(openOver), { first: 2, after: first.endCursor() }),
  );
  expect(next.unanswered).toMatchObject({ code: 'BAD_USER_INPUT', details: { tenant: 'a', field: 'after' } });
  expect(rowsOf([next])).toEqual([]);
});

describe('a place in rows of several tenants together', () => {
  const sorted: Read = (tenants, after) =>
    sortedConnection(questionAbout(tenants, byId(openOver), { first: 4, after }), {
      compare,
      snapshots,
      callerId: 'ann',
    });

  test('is none when one of them is another, though what was read is still kept', async () => {
    const after = (await sorted(before, null)).endCursor();
    await expect(sorted(swapped, after)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { tenant: 'a' } });
    expect(rowsOf([await sorted(before, after)])).toHaveLength(4);
  });

  test('stays one when tenants come and go', async () => {
    const after = (await sorted(before, null)).endCursor();
    const fewer = await sorted(before.slice(1), after);
    const more = await sorted([...before, named('d', 4)], after);
    expect([fewer, more].map((page) => told(page))).toEqual([[], []]);
  });
});

test('a place behind rows of an edge is none in another tenant', () => {
  const cursors = createCursors(new Uint8Array(32));
  const page = (tenant: Tenant, after: string | null) =>
    connectionOfArray(['x', 'y', 'z'], {
      ...{ page: { first: 1, after }, cursors, idOf: (row: string) => row, tenants: [tenant] },
      question: () => 'q',
    });
  const after = page(named('a', 1), null).endCursor();
  expect(page(named('a', 1), after).items.map(({ node }) => node)).toEqual(['y']);
  expect(() => page(named('a', 2), after)).toThrow('another tenant had the name "a"');
});

test('a cursor of the version before, which does not tell its tenants, goes on', async () => {
  const cursors = createCursors(new Uint8Array(32));
  const place = { kind: 'time', api: 'graph', notAfter: '2026-01-01T00:03:01Z', given: [], undated: [] } as const;
  const after = cursors.encode({ kind: 'tenants', tenants: { a: place } }, 'q');
  const page = await mergedConnection(questionAbout(before.slice(0, 1), byId(openOver), { first: 2, after }));
  expect(rowsOf([page]).map(({ id }) => id)).toEqual(['1-3', '1-2']);
  expect(
    told(
      await mergedConnection(questionAbout(swapped.slice(0, 1), byId(openOver), { first: 2, after: page.endCursor() })),
    ),
  ).toEqual([why('a')]);
});
