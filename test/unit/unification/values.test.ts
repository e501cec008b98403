import { describe, expect, test } from 'vitest';
import { boolean, integer, number, object, objects, text, texts, time } from '../../../src/unification/values.ts';

const nulls = [null, undefined, {}, [], Symbol('x')];

describe('readers of single values', () => {
  test.each([
    ['plain', 'plain'],
    ['', null],
    [7, '7'],
    [0, '0'],
    [Number.NaN, null],
    [true, null],
  ])('text of %j is %j', (sent, read) => expect(text(sent)).toBe(read));

  test.each([
    ['2026-03-02T08:00:00.1234567Z', '2026-03-02T08:00:00.1234567Z'],
    ['0001-01-01T00:00:00Z', null],
    ['String (timestamp)', null],
    ['', null],
    [1_772_438, null],
  ])('time of %j is %j', (sent, read) => expect(time(sent)).toBe(read));

  test.each([
    [4.5, 4.5],
    ['4.5', 4.5],
    [' ', null],
    ['four', null],
    [Number.POSITIVE_INFINITY, null],
    [false, null],
  ])('number of %j is %j', (sent, read) => expect(number(sent)).toBe(read));

  test.each([
    [87, 87],
    ['87', 87],
    [8.7, null],
    [2 ** 31, null],
    [-(2 ** 31), -(2 ** 31)],
  ])('integer of %j is %j', (sent, read) => expect(integer(sent)).toBe(read));

  test.each([
    [true, true],
    ['true', true],
    [1, true],
    [0, false],
    ['False', false],
    ['yes', null],
  ])('boolean of %j is %j', (sent, read) => expect(boolean(sent)).toBe(read));

  test.each(nulls)('what has no value is null to every reader (%#)', (sent) => {
    expect([text(sent), time(sent), number(sent), integer(sent), boolean(sent)]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(texts(sent)).toEqual([]);
  });

  test('a list keeps its texts and drops the rest; one text is a list of one', () => {
    expect(texts(['a', 1, null, '', {}, ['b']])).toEqual(['a', '1']);
    expect(texts('T1486')).toEqual(['T1486']);
  });

  test('a list of objects keeps objects alone', () => {
    expect(objects([{ a: 1 }, [], Object.create(null)])).toEqual([{ a: 1 }, {}]);
    expect(objects(null)).toEqual([]);
    expect(object([])).toBeNull();
  });
});
