import { OperationTypeNode } from 'graphql';
import { expect, test } from 'vitest';
import { priceOf } from '../../../src/access/limits/price.ts';
import { createLog } from '../../../src/log.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { createLoad, type LoadReadings } from '../../../src/server/load.ts';
import { usableMemoryBytes } from '../../../src/server/load-readings.ts';

const limits = { eventLoopLagMs: 1000, memoryBytes: 500, expensiveCost: 100, costUnderWay: 1000 };
const idle: LoadReadings = { lagMs: 5, rssBytes: 100, heapShare: 0.1 };

/** The load after looks with these readings. */
const after = (...readings: readonly Partial<LoadReadings>[]) => {
  const left = [...readings];
  const load = createLoad({
    readings: () => ({ ...idle, ...left.shift() }),
    limits,
    metrics: createMetrics(),
    log: createLog({ level: 'silent' }),
  });
  for (const _ of readings) load.look();
  return load;
};

test.each([
  ['nothing', [{}], null],
  ['one late look, which may be a large answer', [{ lagMs: 9000 }], null],
  ['two late looks', [{ lagMs: 1001 }, { lagMs: 1001 }], 'lag'],
  ['two late looks with room between', [{ lagMs: 1001 }, {}, { lagMs: 1001 }], null],
  ['as late as may be', [{ lagMs: 1000 }, { lagMs: 1000 }], null],
  ['much memory', [{ rssBytes: 501 }], 'memory'],
  ['a heap that is nearly full', [{ heapShare: 0.9 }], 'memory'],
  ['room again', [{ rssBytes: 501, lagMs: 2000 }, { lagMs: 2000 }, {}], null],
] as const)('D1: %s', (_, readings, state) => {
  expect(after(...readings).overload()).toBe(state);
});

test.each([
  ['a dear query', OperationTypeNode.QUERY, { cost: 100 }, true],
  ['a query of the schema', OperationTypeNode.QUERY, { schema: 1 }, true],
  ['a cheap query', OperationTypeNode.QUERY, { cost: 99 }, false],
  ['an action', OperationTypeNode.MUTATION, { cost: 1000 }, false],
] as const)('D1: without room, %s: refused %s', (_, type, price, isRefused) => {
  const check = (load: ReturnType<typeof after>) => () => load.checkRoom(type, priceOf(price));
  expect(check(after({}))).not.toThrow();
  if (isRefused) expect(check(after({ rssBytes: 501 }))).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  else expect(check(after({ rssBytes: 501 }))).not.toThrow();
});

test('D1: queries under way have a budget of points; one alone is never refused, nor is a mutation', () => {
  const load = after({});
  const begin = (cost: number, type = OperationTypeNode.QUERY) => load.begin(type, priceOf({ cost }));
  const end = begin(5000);
  expect(() => begin(1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  begin(100, OperationTypeNode.MUTATION)();
  end();
  end();
  const others = [begin(600), begin(400)];
  expect(() => begin(1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  for (const one of others) one();
  begin(1000)();
});

test('D1: operations that cost much begin one after the other, with room for others between', async () => {
  const load = after({});
  const order: string[] = [];
  const begin = async (name: string, price: Parameters<typeof priceOf>[0]): Promise<void> => {
    await load.turn(priceOf(price));
    order.push(name);
    // What comes in meanwhile.
    setImmediate(() => order.push('other'));
  };
  await Promise.all([begin('first', { cost: 100 }), begin('schema', { schema: 1 }), begin('cheap', { cost: 1 })]);
  expect(order.filter((name) => name !== 'other')).toEqual(['cheap', 'first', 'schema']);
  expect(order.slice(order.indexOf('first'), order.indexOf('schema'))).toContain('other');
});

test.each([
  ['the memory of its container', 1000, 8000, 850],
  ['the memory of the machine without one', 0, 8000, 6800],
  ['the memory of the machine where the container may have more', 2 ** 60, 8000, 6800],
])('D1: memory may be taken up to a share of %s', (_, constrained, machine, bytes) => {
  expect(usableMemoryBytes(constrained, machine)).toBe(bytes);
});
