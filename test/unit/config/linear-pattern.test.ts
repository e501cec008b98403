import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearPattern } from '../../../src/config/linear-pattern.ts';

const texts = [
  '',
  'INC1234',
  'see INC1234, please',
  'CHG42',
  'ABC-1234',
  'a-b_c.d',
  'Ä ö ß',
  '🛡️ INC9999',
  'two\nlines INC0001',
  'aaaa',
  'abab',
  '(x)',
  'a|b',
  ']',
];

describe('D1: a pattern for comments finds what JavaScript finds', () => {
  test.each([
    'INC\\d+',
    '^INC',
    '(INC|CHG)\\d{4,}',
    '^([A-Z]+-?)+[0-9]{4}$',
    '^(?=.*INC)(?!.*CHG)',
    '^(a|aa)+$',
    '(ab){2}$',
    'a{2,3}b?',
    '[^\\s]+\\s[\\p{L}]',
    '\\bINC\\d{4}\\b',
    '\\BC',
    '^.$',
    '^.*$',
    '\\(x\\)|\\|',
    '[\\]]',
    '(?<ticket>INC)(?:\\d)*?',
    '\\u{1f6e1}',
    '\\x41',
    '',
    '()',
    '(a*)*b',
    '(|a)+$',
  ])('%s', (source) => {
    const javaScript = new RegExp(source, 'u');
    const pattern = linearPattern(source);
    expect(texts.filter((text) => pattern.test(text))).toEqual(texts.filter((text) => javaScript.test(text)));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'INC-1aAb \n|('), maxLength: 12 }), (text) => {
        expect(pattern.test(text)).toBe(javaScript.test(text));
      }),
    );
  });
});

test.each([
  ['^([A-Z]+-?)+[0-9]{4}$', 'A'.repeat(4000)],
  ['(a*)*b', 'a'.repeat(4000)],
  ['^(\\w+\\s?)*$', `${'word '.repeat(799)}!`],
  ['(.*)(.*)(.*)(.*)x$', 'y'.repeat(4000)],
])('D1: %s takes no time that grows faster than the text', (source, text) => {
  const pattern = linearPattern(source);
  const started = performance.now();
  expect(pattern.test(text)).toBe(false);
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each([
  ['(a)\\1', /refers back/],
  ['(?<t>a)\\k<t>', /refers back/],
  ['(?<=a)b', /looks behind/],
  ['a(?=.*b)', /looks ahead elsewhere/],
  ['(?=.*b)', /looks ahead elsewhere/],
  ['((a{50}){50}){50}', /repeats too much/],
])('D1: %s is refused at the start, in words', (source, says) => {
  expect(() => linearPattern(source)).toThrow(says);
});
