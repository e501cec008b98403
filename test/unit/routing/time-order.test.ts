import { expect, test } from 'vitest';
import { createTimeOrder } from '../../../src/routing/time-order.ts';

const at = (...seconds: readonly string[]) => seconds.map((second) => `2026-11-27T16:31:${second}Z`);
const orderOf = () => createTimeOrder<string>((time) => time, false);

test('R2: a page that goes on by a time of few digits may begin with rows that were given already', () => {
  const order = orderOf();
  expect(order.isLostBy(at('18.285', '18.28'))).toBe(false);
  expect(order.isLostBy(at('18.289', '18.285', '18.28', '18.279'))).toBe(false);
  expect(order.isKept()).toBe(true);
});

test.each([
  ['within a page', [at('18.28', '18.29')]],
  ['from page to page', [at('18.28'), at('18.29')]],
  ['behind what was given already', [at('18.285', '18.28'), at('18.289', '18.28', '18.281')]],
])('R2: the order is lost by a newer row %s', (_where, pages) => {
  const order = orderOf();
  expect(pages.map((rows) => order.isLostBy(rows)).at(-1)).toBe(true);
  expect(order.isKept()).toBe(false);
});

test('rows of one moment show no order', () => {
  const order = orderOf();
  expect(order.isLostBy(at('18.28', '18.28'))).toBe(false);
  expect(order.isLostBy(at('18.28'))).toBe(false);
  expect(order.isSeen()).toBe(false);
});
