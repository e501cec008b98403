import { expect, test } from 'vitest';
import { createConnectionPool } from '../../../src/upstream/http/connections.ts';

const never = new AbortController().signal;
const origin = 'https://api.example';

/** Connections in use, and the order in which those who waited got one. */
const started = (width: number) => {
  const counts: number[] = [];
  const used: number[] = [];
  const connections = createConnectionPool(width, {
    waits: (count) => counts.push(count),
    uses: (count) => used.push(count),
  });
  const order: string[] = [];
  const using: (() => void)[] = [];
  const take = (tenant: string, kind: 'action' | 'read' = 'read', signal = never) =>
    connections.take(origin, tenant, kind, signal).then((giveBack) => {
      order.push(`${tenant} ${kind}`);
      using.push(giveBack);
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { take, order, using, settle, counts, used };
};

test('D3: a tenant that hangs has half of the connections at most, and others are served', async () => {
  const { take, order, settle, counts } = started(4);
  for (let call = 0; call < 10; call += 1) void take('hangs');
  void take('a');
  void take('b');
  await settle();
  expect(order).toEqual(['hangs read', 'hangs read', 'a read', 'b read']);
  expect(counts.at(-1)).toBe(8);
});

test.each([
  [1, 64],
  [2, 42],
  [3, 32],
  [7, 16],
])('D3: of 128 connections %i tenants that hang have no more each than stay free, which is %i', async (slow, each) => {
  const { take, order, using, settle, used } = started(128);
  const hanging = Array.from({ length: slow }, (_, index) => `hangs ${index}`);
  for (const tenant of hanging) for (let call = 0; call < 150; call += 1) void take(tenant);
  await settle();
  // Who came first had more: it goes down to its share when its calls end.
  for (let turn = 0; turn < 256; turn += 1) {
    using.shift()?.();
    await Promise.resolve();
  }
  await settle();
  const free = 128 - (used.at(-1) ?? 0);
  expect(free).toBeGreaterThanOrEqual(each - 1);
  order.length = 0;
  for (let tenant = 0; tenant < free; tenant += 1) void take(`quick ${tenant}`);
  await settle();
  expect(order).toHaveLength(free);
});

test('D3: a tenant that has none gets the next that is free, before those that have some', async () => {
  const { take, order, using, settle } = started(4);
  for (const tenant of ['a', 'a', 'a', 'b', 'b', 'c', 'c', 'd', 'd']) void take(tenant);
  await settle();
  expect(order).toEqual(['a read', 'a read', 'b read', 'c read']);
  using.shift()?.();
  await settle();
  expect(order.slice(4)).toEqual(['d read']);
});

test('D3: tenants have their turn one after the other, actions before reads', async () => {
  const { take, order, using, settle } = started(2);
  await Promise.all([take('a'), take('b')]);
  for (const tenant of ['a', 'a', 'a', 'b', 'c']) void take(tenant);
  void take('c', 'action');
  order.length = 0;
  while (order.length < 6) {
    using.shift()?.();
    await settle();
  }
  expect(order).toEqual(['c action', 'a read', 'b read', 'c read', 'a read', 'a read']);
});

test('D3: an action may have any connection, whatever reads its tenant has', async () => {
  const { take, order, settle } = started(2);
  void take('a');
  void take('a');
  void take('a', 'action');
  await settle();
  expect(order).toEqual(['a read', 'a action']);
});

test('D3: who leaves keeps no place, and the gauge goes back to none', async () => {
  const { take, order, using, settle, counts, used } = started(2);
  await Promise.all([take('a'), take('b')]);
  const leaving = new AbortController();
  const left = take('a', 'read', leaving.signal).catch((reason: unknown) => reason);
  void take('c');
  leaving.abort(new Error('left'));
  expect(await left).toEqual(new Error('left'));
  using[0]?.();
  await settle();
  expect(order.at(-1)).toBe('c read');
  expect(counts.at(-1)).toBe(0);
  for (const giveBack of using.slice(1)) giveBack();
  expect(used.at(-1)).toBe(0);
});
