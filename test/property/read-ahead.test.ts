import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../src/errors.ts';
import { inTurnConnection } from '../../src/lists/in-turn.ts';
import { createListSizes, type ListSizes } from '../../src/lists/list-sizes.ts';
import { mergedConnection } from '../../src/lists/merged.ts';
import type { OpenRows, RowsPage } from '../../src/routing/opened-list.ts';
import {
  type Estate,
  newestFirst,
  questionAbout,
  type Reads,
  type Row,
  readAll,
  rowsOf,
  tenantsNamed,
  scope as unboundedScope,
} from './lists/rows.ts';

const named = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index).padStart(3, '0')}`);
const moment = (seconds: number): string => new Date(Date.UTC(2026, 5, 1) - seconds * 1000).toISOString();

/** Lists of tenants, `times` of the rows of each; without times they have no order. */
const estateOf = (times: readonly (readonly (string | null)[])[]): Estate =>
  new Map(
    named(times.length).map((name, tenant) => [
      name,
      newestFirst((times[tenant] ?? []).map((at, index) => ({ id: `${name}-${index}`, at }))),
    ]),
  );

/** Calls that are under way together are answered together: how many times was there one to wait for. */
const createRounds = () => {
  let count = 0;
  let round: Promise<void> | null = null;
  return {
    count: () => count,
    wait: (): Promise<void> => {
      round ??= new Promise((resolve) => {
        setTimeout(() => {
          round = null;
          count += 1;
          resolve();
        });
      });
      return round;
    },
  };
};

interface Service {
  readonly reads: Reads[];
  readonly wait: (tenant: string) => Promise<void>;
  /** Rows behind which a tenant fails; absent: it works. */
  readonly failsBehind: ReadonlyMap<string, number>;
  /** Rows of a page of a tenant, whatever it is asked for; absent: as many as it is asked for. */
  readonly most: ReadonlyMap<string, number>;
  /** Pages that a list was asked for twice. */
  readonly twice: string[];
}

/** A service whose lists end with an empty page, by offset where they have no times, and else by time. */
const openLists =
  (
    estate: Estate,
    { reads = [], wait = async () => {}, failsBehind = new Map(), most = new Map(), twice = [] }: Partial<Service> = {},
  ): OpenRows<object, Row> =>
  async ({ name }, _filter, { from, top }) => {
    const rows = estate.get(name) ?? [];
    const start =
      from.kind === 'time'
        ? rows.filter(({ id, at }) => from.given.includes(id) || (at ?? '') > from.notAfter).length
        : from.kind === 'skip'
          ? from.skip
          : 0;
    // Who reads a list gives no row twice: what is asked for twice is lost.
    const read = new Set<number>();
    const pageAt = async (at: number): Promise<RowsPage<Row>> => {
      if (read.has(at)) twice.push(`${name} at ${at}`);
      read.add(at);
      await wait(name);
      if (at >= (failsBehind.get(name) ?? Number.POSITIVE_INFINITY)) {
        throw new UpstreamError('UPSTREAM_UNAVAILABLE', `${name} is down`);
      }
      const size = Math.min(top, most.get(name) ?? top);
      const items = rows.slice(at, Math.min(at + size, failsBehind.get(name) ?? Number.POSITIVE_INFINITY));
      reads.push({ tenant: name, rows: items.length });
      const end = at + items.length;
      return {
        items,
        offsets: [...items.map((_, index) => at + index), end],
        next: items.length === 0 ? null : () => pageAt(end),
      };
    };
    const order = rows[0]?.at == null ? 'none' : 'newestFirst';
    return { api: 'mde', order, page: await pageAt(start), scans: false };
  };

const lists = [
  ['in turn', inTurnConnection, () => null],
  ['by time', mergedConnection, (second: number) => moment(second)],
] as const;

describe.each(lists)('a list of many tenants, %s', (kind, connectionOf, timeOf) => {
  const inOrder = (rows: readonly Row[]): Row[] => (kind === 'by time' ? newestFirst(rows) : [...rows]);
  const readWith =
    (estate: Estate, open: OpenRows<object, Row>, first: number, sizes: ListSizes) => (after: string | null) =>
      connectionOf(
        questionAbout(
          tenantsNamed([...estate.keys()]),
          open,
          { first, after },
          kind === 'by time' ? {} : { kind: { open, idOf: ({ id }) => id, timeOf: null } },
        ),
        sizes,
      );

  test('read by shares has the pages that it has when it is read as a whole, also while tenants fail', async () => {
    const tenantRows = fc.record({
      count: fc.integer({ min: 0, max: 40 }),
      failsBehind: fc.option(fc.integer({ min: 0, max: 40 }), { freq: 4 }),
      most: fc.constantFrom(3, 7, 1000),
      turns: fc.integer({ min: 0, max: 30 }),
      guessed: fc.option(fc.integer({ min: 0, max: 60 })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(tenantRows, { maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 1000 }),
        async (tenants, first, seed) => {
          const estate = estateOf(
            tenants.map(({ count }, tenant) =>
              // Each at its own second, so that the order is one.
              Array.from({ length: count }, (_, index) =>
                timeOf(((index * 7919 * seed + tenant * 13) % 5000) * 50 + tenant),
              ),
            ),
          );
          const names = [...estate.keys()];
          const failsBehind = new Map(
            tenants.flatMap(({ failsBehind: rows, count }, tenant): [string, number][] =>
              rows === null || rows > count ? [] : [[names[tenant] ?? '', rows]],
            ),
          );
          const most = new Map(tenants.map((one, tenant) => [names[tenant] ?? '', one.most]));
          const turns = new Map(tenants.map((one, tenant) => [names[tenant] ?? '', one.turns]));
          const wait = async (tenant: string): Promise<void> => {
            for (let turn = turns.get(tenant) ?? 0; turn > 0; turn -= 1) await null;
          };
          const twice: string[] = [];
          // Whatever is thought to be there.
          const guesses = new Map(tenants.map((one, tenant) => [names[tenant] ?? '', one.guessed ?? undefined]));
          const sizes: ListSizes = { of: (_reader, tenant) => guesses.get(tenant), note: () => {} };
          const open = openLists(estate, { failsBehind, most, wait, twice });
          const pages = await readAll(readWith(estate, open, first, sizes));
          expect(twice).toEqual([]);
          const rows = rowsOf(pages);
          const there = [...estate].map(([name, all]) => all.slice(0, failsBehind.get(name) ?? all.length));
          expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
          expect(rows.map(({ id }) => id).toSorted()).toEqual(
            there
              .flat()
              .map(({ id }) => id)
              .toSorted(),
          );
          if (failsBehind.size === 0) {
            expect(rows).toEqual(inOrder(there.flat()));
            for (const { items } of pages.slice(0, -1)) expect(items).toHaveLength(first);
          }
          const told = new Set(pages.flatMap(({ failures }) => failures.map(({ tenant }) => tenant.name)));
          expect([...told].toSorted()).toEqual([...failsBehind.keys()].toSorted());
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('speed 1: 1,000 rows of 200 tenants', () => {
  const measured = async (
    kind: (typeof lists)[number],
    times: readonly (readonly (string | null)[])[],
    given: Parameters<typeof questionAbout>[3] = {},
  ) => {
    const estate = estateOf(times);
    const sizes = createListSizes();
    const read = async () => {
      const reads: Reads[] = [];
      const rounds = createRounds();
      const open = openLists(estate, { reads, wait: rounds.wait });
      const more = kind[0] === 'by time' ? {} : { kind: { open, idOf: ({ id }: Row) => id, timeOf: null } };
      const page = await kind[1](
        questionAbout(tenantsNamed([...estate.keys()]), open, { first: 1000, after: null }, { ...more, ...given }),
        sizes,
      );
      const rows = reads.reduce((sum, one) => sum + one.rows, 0);
      return { page, rounds: rounds.count(), rows, calls: reads.length };
    };
    const first = await read();
    return { ...first, again: read };
  };
  const [inTurn, byTime] = lists;

  test('in turn, each tenant with a few and an end that has to be proven, come in a few rounds of calls', async () => {
    const few = Array.from({ length: 200 }, (_, tenant) => Array.from({ length: tenant % 10 }, () => null));
    const { page, rounds, calls } = await measured(inTurn, few);
    expect(page.items).toHaveLength(900);
    expect(page.hasNextPage).toBe(false);
    // The first, some, the others, and the ends of those.
    expect(rounds).toBe(4);
    // Each tenant, and the end of each that has rows.
    expect(calls).toBe(200 + 180);
  });

  test('in turn, whose sizes are known from before, come in one round, and one for the ends', async () => {
    const few = Array.from({ length: 200 }, (_, tenant) => Array.from({ length: tenant % 10 }, () => null));
    const { again } = await measured(inTurn, few);
    const { page, rounds, calls } = await again();
    expect(page.items).toHaveLength(900);
    expect(page.hasNextPage).toBe(false);
    expect(rounds).toBe(2);
    expect(calls).toBe(200 + 180);
  });

  test('in turn, whose sizes are known, ask no tenant of which no row is wanted', async () => {
    const fifty = Array.from({ length: 200 }, () => Array.from({ length: 50 }, () => null));
    const { again } = await measured(inTurn, fifty);
    const { page, rounds, calls } = await again();
    expect(page.items).toHaveLength(1000);
    expect(rounds).toBe(2);
    // Twenty tenants, and the ends of all but the last.
    expect(calls).toBe(20 + 19);
  });

  test('by time, of which all are wanted, come in one round, and one for the ends', async () => {
    const few = Array.from({ length: 200 }, (_, tenant) =>
      Array.from({ length: tenant % 10 }, (_row, index) => moment(index * 200 + tenant)),
    );
    const { page, rounds, calls } = await measured(byTime, few);
    expect(page.items).toHaveLength(900);
    expect(rounds).toBe(2);
    expect(calls).toBe(200 + 180);
  });

  /** Rows of one of 200 tenants alone. */
  const allIn = (owner: number) =>
    Array.from({ length: 200 }, (_, tenant) => Array.from({ length: tenant === owner ? 2000 : 0 }, () => null));

  test.each([
    ['the first', 0, 1, 1],
    ['the second', 1, 2, 17],
    ['the last', 199, 4, 201],
  ])('in turn, all of which are of %s, come in few rounds, by no more calls than that needs', async (...row) => {
    const [, owner, mostRounds, mostCalls] = row;
    const { page, rounds, calls } = await measured(inTurn, allIn(owner));
    expect(page.items).toHaveLength(1000);
    expect(rounds).toBeLessThanOrEqual(mostRounds);
    expect(calls).toBeLessThanOrEqual(mostCalls);
  });

  test('in turn, with few calls left, leave most of them to the rest of the question', async () => {
    const scope = { ...unboundedScope, left: () => 40 };
    const { page, calls } = await measured(inTurn, allIn(1), { scope });
    expect(page.items).toHaveLength(1000);
    expect(calls).toBeLessThanOrEqual(11);
  });

  test('in turn, the first of which has none, are read with rows of few pages in all', async () => {
    const many = Array.from({ length: 200 }, (_, tenant) =>
      Array.from({ length: tenant === 0 ? 0 : 2000 }, () => null),
    );
    const { page, rounds, rows } = await measured(inTurn, many);
    expect(page.items).toHaveLength(1000);
    expect(rounds).toBeLessThanOrEqual(6);
    expect(rows).toBeLessThanOrEqual(4000);
  });

  test('by time, of which some have more than others, come in a few rounds of calls', async () => {
    let state = 1;
    const chance = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % 1_000_000;
    };
    const { page, rounds, rows, again } = await measured(
      byTime,
      Array.from({ length: 200 }, () => Array.from({ length: 50 }, () => moment(chance()))),
    );
    expect(page.items).toHaveLength(1000);
    expect(rounds).toBeLessThanOrEqual(4);
    expect(rows).toBeLessThanOrEqual(2200);
    const second = await again();
    expect(rowsOf([second.page])).toEqual(rowsOf([page]));
    expect(second.rounds).toBe(1);
    expect(second.rows).toBeLessThanOrEqual(1800);
  });

  test('by time, each of which has a time of its own, take few calls that nobody needs', async () => {
    const bursts = Array.from({ length: 100 }, (_, tenant) =>
      Array.from({ length: 200 }, (_, index) => moment(tenant * 100 + (index * 90) / 200)),
    );
    const { page, calls, again } = await measured(byTime, bursts);
    expect(page.items).toHaveLength(1000);
    // One of each, a few more of the five that are on the page, and what is read ahead in vain.
    expect(calls).toBeLessThanOrEqual(150);
    const second = await again();
    expect(rowsOf([second.page])).toEqual(rowsOf([page]));
    // One of each, and the ends of the five.
    expect([second.rounds, second.calls]).toEqual([2, 105]);
  });
});
