import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenize } from '../../../../src/simulator/kql/syntax/lexer.ts';
import { printed, table } from './estate.ts';

/** Values that try to leave their literal, each to come back unchanged as one token. */
const hostile: readonly string[] = [
  '"',
  "'",
  '\\',
  '\\"',
  'a\\',
  '" or 1==1 //',
  "' or true //",
  'x" | union AlertEvidence | take 9 //',
  '"; let a=1; DeviceInfo',
  'x" | invoke FileProfile() //',
  '" | externaldata(a:string)["https://host/x"] //',
  'a\nb',
  'a\rb',
  'a\r\n| take 1',
  'a\n\nDeviceInfo',
  'a\u2028| take 1',
  'a\u2029b',
  'a\u0085b',
  'a\u000bb',
  '//',
  'http://host/a',
  '/* x */',
  '#x',
  '```',
  '~~~',
  '@"x',
  'h"x"',
  '\\u0022',
  '\\x22',
  '\\42',
  'C:\\new\\temp',
  'a" "b',
  '\0',
  '\ufeff',
  '\u202e',
  '＂full＂',
  ' ',
  '__proto__',
  'x'.repeat(100_000),
];

/** A regular literal: backslash first, then the quote, then everything that could end a line. */
function quote(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replace(/[\p{Cc}\u2028\u2029]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}

describe('a quoted hostile value is one token and itself', () => {
  test.each(hostile)('%#', (value) => {
    const literal = quote(value);
    expect(tokenize(literal).map(({ kind }) => kind)).toEqual(['literal', 'end']);
    expect(printed(literal)).toEqual([value]);
    const rows = `datatable(V:string)[${literal}, "other"] | where V`;
    expect(table(`${rows} == ${literal} | count`)).toEqual([[1]]);
    expect(table(`${rows} in (${literal}) | count`)).toEqual([[1]]);
    expect(table(`${rows} has ${literal} | count`)).toEqual([[1]]);
  });
});

test('any text survives quoting', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      expect(printed(quote(value))).toEqual([value]);
    }),
  );
});

test('a comment outside strings ends at every line end Kusto knows', () => {
  for (const end of ['\n', '\r', '\u2028', '\u2029']) expect(printed(`1 // x${end}, 2`)).toEqual([1, 2]);
});

test('an unquoted value does what an injection does, so a broken binder shows', () => {
  const bound = (value: string) => `AlertInfo | where Title == "${value}" | project AlertId`;
  expect(table(bound('nothing" or 1==1 //')).length).toBeGreaterThan(0);
});
