import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/clock.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { createSnapshots, type SnapshotBounds } from '../../../src/lists/snapshots.ts';
import { type SortedList, sortedConnection } from '../../../src/lists/sorted.ts';
import type { OpenRows } from '../../../src/routing/opened-list.ts';
import { createScope } from '../../../src/scope.ts';
import {
  type Estate,
  openOver,
  questionAbout,
  type Reads,
  type Row,
  readAll,
  rowsOf,
  scope,
  tenantsNamed,
} from '../../property/lists/rows.ts';

const names = ['a', 'b'];
const rowOf = (name: string, index: number): Row => ({
  id: `${name}${index}`,
  at: `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`,
});
const byId = (a: Row, b: Row): number => (a.id < b.id ? -1 : 1);
const usual: SnapshotBounds = { lifeMs: 180_000, count: 50, rows: 20_000 };

/** A service with two tenants of 20 rows, and a gateway's snapshots. */
const start = (bounds: SnapshotBounds = usual) => {
  let nowMs = 0;
  const clock: Clock = { now: () => nowMs, sleep: async () => {} };
  const estate: Estate = new Map(
    names.map((name) => [name, Array.from({ length: 20 }, (_, index) => rowOf(name, index))]),
  );
  const reads: Reads[] = [];
  const snapshots = createSnapshots<SortedList<Row>>(clock, bounds);
  const read = (
    after: string | null,
    { callerId = 'ann', open = openOver(estate, { reads }), token = 'token', bounds = { rows: 1000, calls: 10 } } = {},
  ) => {
    const tenants = tenantsNamed(names).map((tenant) => ({
      ...tenant,
      auth: {
        kind: 'onBehalfOf',
        clientId: 'x',
        app: { kind: 'secret', clientId: 'x', clientSecret: async () => '' },
      } as const,
    }));
    const asked = {
      scope: createScope({ ...scope, maxCalls: 1000, callerToken: { key: token, reveal: () => '' } }),
      bounds,
    };
    return sortedConnection(questionAbout(tenants, open, { first: 15, after }, asked), {
      compare: byId,
      snapshots,
      callerId,
    });
  };
  return { estate, reads, read, pass: (ms: number) => (nowMs += ms) };
};

const idsOf = (estate: Estate): string[] =>
  [...estate.values()]
    .flat()
    .toSorted(byId)
    .map(({ id }) => id);

describe('R4: an order of the gateway', () => {
  test('is read once: further pages read nothing', async () => {
    const { estate, reads, read } = start();
    let first = 0;
    const pages = await readAll(read, () => {
      first ||= reads.length;
    });
    expect(rowsOf(pages).map(({ id }) => id)).toEqual(idsOf(estate));
    expect(first).toBeGreaterThan(0);
    expect(reads).toHaveLength(first);
  });

  test('is read again when it was kept too long, and the page goes on behind the rows that were given', async () => {
    const { estate, reads, read, pass } = start();
    const first = await read(null);
    const before = reads.length;
    pass(180_000);
    estate.get('a')?.splice(0, 2);
    const rest = await readAll((after) => read(after ?? first.endCursor()));
    expect(reads.length).toBeGreaterThan(before);
    const given = rowsOf([first]).map(({ id }) => id);
    expect(rowsOf(rest).map(({ id }) => id)).toEqual(idsOf(estate).filter((id) => !given.includes(id)));
  });

  test.each([
    ['another caller with the same rights', { callerId: 'bob' }],
    ['the same caller with another token, in tenants that are used on behalf of callers', { token: 'other' }],
  ])('is never shown to %s: it is read for them', async (_, who) => {
    const { reads, read } = start();
    const first = await read(null);
    const before = reads.length;
    const second = await read(first.endCursor(), who);
    expect(reads.length).toBeGreaterThan(before);
    expect(second.items).toHaveLength(15);
  });

  test('asked for anew is read anew', async () => {
    const { estate, read } = start();
    await read(null);
    estate.get('a')?.push(rowOf('a', 0).id === 'a0' ? { id: '0new', at: null } : rowOf('a', 0));
    expect(rowsOf([await read(null)])[0]?.id).toBe('0new');
  });

  test('tells on each page of a tenant that failed', async () => {
    const { estate, read } = start();
    const open: OpenRows<object, Row> = async (tenant, ...rest) => {
      if (tenant.name === 'b') throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'down');
      return openOver(estate)(tenant, ...rest);
    };
    const first = await read(null, { open });
    const second = await read(first.endCursor());
    for (const { failures } of [first, second]) expect(failures.map(({ tenant }) => tenant.name)).toEqual(['b']);
  });

  test('ends at the bound of pages and says so', async () => {
    const { estate, read } = start();
    const open = openOver(estate, { most: 4 });
    const page = await read(null, { open, bounds: { rows: 1000, calls: 3 } });
    expect(page.truncation).toMatch(/Only 3 pages of a, b were sorted \(limits\.scanCalls\)/);
  });

  test('of a service that failed altogether is an error', async () => {
    const { read } = start();
    const open: OpenRows<object, Row> = async () => {
      throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'down');
    };
    expect((await read(null, { open })).unanswered?.code).toBe('UPSTREAM_UNAVAILABLE');
  });
});

describe('what is kept', () => {
  const clock: Clock = { now: () => 0, sleep: async () => {} };

  test.each([
    ['count', { lifeMs: 1000, count: 2, rows: 100 }, 1],
    ['rows', { lifeMs: 1000, count: 100, rows: 25 }, 10],
  ])('is bounded in %s: the oldest goes', (_, bounds, rows) => {
    const snapshots = createSnapshots<string>(clock, bounds);
    const ids = ['one', 'two', 'three'].map((value) => snapshots.keep('q', value, rows) ?? '');
    expect(ids.map((id) => snapshots.find(id, 'q'))).toEqual([undefined, 'two', 'three']);
  });

  test('is not what is larger than all together may be', () => {
    const snapshots = createSnapshots<string>(clock, { lifeMs: 1000, count: 2, rows: 5 });
    const small = snapshots.keep('q', 'small', 5) ?? '';
    expect(snapshots.keep('q', 'large', 6)).toBeUndefined();
    expect(snapshots.find(small, 'q')).toBe('small');
  });

  test('is found by the same question alone', () => {
    const snapshots = createSnapshots<string>(clock);
    expect(snapshots.find(snapshots.keep('q', 'value', 1) ?? '', 'other')).toBeUndefined();
  });
});
