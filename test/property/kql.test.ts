import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { type HuntParameter, withParameters } from '../../src/hunting/parameters.ts';
import {
  datetimeLiteral,
  numberLiteral,
  stringLiteral,
  stringsLiteral,
  timespanLiteral,
} from '../../src/routing/kql.ts';
import { tokenize } from '../../src/simulator/kql/syntax/lexer.ts';

/** Pieces that try to leave a literal, and whatever else there is. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "'",
        '\\',
        '\n',
        '\r',
        '\u2028',
        '\u2029',
        '\u0085',
        '\0',
        '\ufeff',
        '//',
        '/*',
        '```',
        '@"',
        'h"',
        '; let a=1; ',
        ' | take 9',
        '\\u0022',
        'a',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

describe('a value of KQL', () => {
  test('as text is one token that holds the very value', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(tokenize(stringLiteral(value))).toMatchObject([
          { kind: 'literal', type: 'string', value },
          { kind: 'end' },
        ]);
      }),
      { numRuns: 500 },
    );
  });

  test('as a list is as many tokens of text as it has values, and commas between them', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (values) => {
        const tokens = tokenize(stringsLiteral(values));
        expect(tokens.flatMap((token) => (token.kind === 'literal' ? [token.value] : []))).toEqual(values);
        const commas = values.slice(1).map(() => ',');
        expect(tokens.flatMap((token) => (token.kind === 'literal' ? [] : [token.text])).join('')).toBe(
          `dynamic([${commas.join('')}])<EOF>`,
        );
      }),
    );
  });

  test('never holds half a surrogate pair', () => {
    expect(() => stringLiteral('a\ud800')).toThrow(InputError);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('is no number when it is %d', (value) => {
    expect(() => numberLiteral(value)).toThrow(InputError);
  });

  test.each([2 ** 53, -(2 ** 53), 2 ** 56 + 16, 2 ** 63])('is no whole number when digits are lost (%d)', (value) => {
    expect(() => numberLiteral(value)).toThrow(/tolong/);
  });

  test.each([
    [2 ** 53 - 1, 'long(9007199254740991)'],
    [-0, 'long(0)'],
    [2 ** 64, 'real(18446744073709552000)'],
    [0.1, 'real(0.1)'],
  ])('is the number %d', (value, literal) => {
    expect(numberLiteral(value)).toBe(literal);
  });

  test.each(['', '2026-01-01) or (true', 'now', '2026-01-01', '9999-12-31T23:59:59-01:00'])(
    'is no moment when it is "%s"',
    (value) => {
      expect(() => datetimeLiteral(value)).toThrow(InputError);
    },
  );

  test.each(['', 'P', 'PT', '7d', '1d) | take 1', 'P1Y', 'P1M', 'P99999D'])(
    'is no length of time when it is "%s"',
    (value) => {
      expect(() => timespanLiteral(value)).toThrow(InputError);
    },
  );

  test.each([
    ['2026-01-31T08:00:00.1234567+02:00', 'datetime(2026-01-31T06:00:00.1234567Z)'],
    ['2026-01-31T08:00:00Z', 'datetime(2026-01-31T08:00:00.000Z)'],
  ])('keeps the ticks of %s', (value, literal) => {
    expect(datetimeLiteral(value)).toBe(literal);
  });

  test.each([
    ['P1W', 'timespan(7.00:00:00.0000000)'],
    ['P1DT2H3M4.5S', 'timespan(1.02:03:04.5000000)'],
    ['PT36H', 'timespan(1.12:00:00.0000000)'],
  ])('prints %s as Kusto reads it', (value, literal) => {
    expect(timespanLiteral(value)).toBe(literal);
  });
});

describe('parameters of a query', () => {
  test('whatever their values, the query behind them is read as it was written', () => {
    const query = 'DeviceInfo | where DeviceName == who';
    fc.assert(
      fc.property(text, (value) => {
        const tokens = tokenize(withParameters(query, [{ name: 'who', string: value }]));
        expect(tokens.slice(5).map((token) => token.text)).toEqual(tokenize(query).map((token) => token.text));
      }),
    );
  });

  test.each<[string, readonly HuntParameter[]]>([
    ['no value', [{ name: 'who' }]],
    ['two values', [{ name: 'who', string: 'a', number: 1 }]],
    [
      'a name twice',
      [
        { name: 'who', number: 1 },
        { name: 'who', number: 2 },
      ],
    ],
    ['a word of KQL', [{ name: 'where', number: 1 }]],
    ['the name of a column, with which a condition would be met by every row', [{ name: 'SHA1', string: 'a' }]],
    ['a name that is more', [{ name: 'a = 1; let b', number: 1 }]],
    ['no name', [{ name: '', number: 1 }]],
    ['__proto__', [{ name: '__proto__', number: 1 }]],
  ])('are refused with %s', (_, parameters) => {
    expect(() => withParameters('DeviceInfo', parameters)).toThrow(InputError);
  });
});
