import { describe, expect, test } from 'vitest';
import { createUnderWay, createUnderWayByKey } from '../../src/under-way.ts';

describe('what is under way', () => {
  test('comes in the order in which it began, and goes in any', () => {
    const list = createUnderWay<string>();
    const [endA, endB, endC] = ['a', 'b', 'c'].map(list.begin);
    endB?.();
    expect(list.all()).toEqual(['a', 'c']);
    list.begin('d');
    endA?.();
    expect(list.all()).toEqual(['c', 'd']);
    endC?.();
    endC?.();
    expect(list.all()).toEqual(['d']);
    list.begin('e');
    expect(list.all()).toEqual(['d', 'e']);
  });

  test('may end while it is gone through', () => {
    const list = createUnderWay<() => void>();
    const ends: (() => void)[] = [];
    for (const own of [0, 1, 2]) ends[own] = list.begin(() => ends[(own + 1) % 3]?.());
    for (const one of list.all()) one();
    expect(list.all()).toEqual([]);
  });
});

describe('what is under way by key', () => {
  test('is the last that began, which the end of another leaves alone', () => {
    const map = createUnderWayByKey<number>();
    const endOne = map.begin('a', 1);
    const endTwo = map.begin('a', 2);
    expect(map.get('a')).toBe(2);
    endOne();
    expect(map.get('a')).toBe(2);
    endTwo();
    endTwo();
    expect(map.get('a')).toBeUndefined();
  });
});
