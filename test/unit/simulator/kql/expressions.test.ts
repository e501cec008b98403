import { describe, expect, test } from 'vitest';
import { printed } from './estate.ts';

const cases: readonly [string, unknown][] = [
  // Literals.
  [String.raw`"a\\b\"c\u0041\x42\103\t"`, 'a\\b"cABC\t'],
  [String.raw`@"c:\new""x"`, 'c:\\new"x'],
  ["h'secret'", 'secret'],
  ['```raw "text"\nhere```', 'raw "text"\nhere'],
  ['"a" "b"', 'ab'],
  ['1.5h', '01:30:00'],
  ['timespan(2)', '2.00:00:00'],
  ['timespan(0.12:34:56.7)', '12:34:56.7000000'],
  ['datetime(2026-01-31T08:00:00.1234567+02:00)', '2026-01-31T06:00:00.1234567Z'],
  ['datetime()', '2026-11-22T08:00:00Z'],
  ['guid(74BE27DE-1e4e-49d9-b579-fe0b331d3642)', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
  ['dynamic({"k": [1, -2, null, true]}).k[1]', -2],
  ['0x10 + 1e1', 26],
  // Text.
  ['"KustoExplorerRun" has "Explorer"', false],
  ['"C:\\\\a\\\\cmd.exe /c" has "CMD.exe"', true],
  ['"cmd.exe" has_cs "CMD"', false],
  ['"abc" contains "B"', true],
  ['"abc" contains_cs "B"', false],
  ['"abc" !contains "z"', true],
  ['"abc" startswith "AB"', true],
  ['"abc" endswith_cs "BC"', false],
  ['"pre-fixed" hasprefix "fix"', true],
  ['"pre-fixed" hassuffix "fix"', false],
  ['"ABC" =~ "abc"', true],
  ['"ABC" !~ "abc"', false],
  ['"ABC" == "abc"', false],
  ['"net user x" has_any ("group", "USER")', true],
  ['"net user x" has_all ("net", "group")', false],
  ['"abc123" matches regex "^[a-c]+\\\\d{3}$"', true],
  ['"ABC" matches regex "(?i)abc"', true],
  ['tolower("ÄB")', 'äb'],
  ['strlen("añ€")', 3],
  ['strcat("a", 1, true)', 'a1true'],
  ['split("a,b", ",")', ['a', 'b']],
  ['substring("hello", 1, 3)', 'ell'],
  ['extract("(\\\\d+)x", 1, "a12x")', '12'],
  ['replace_string("a.b", ".", "-")', 'a-b'],
  ['strcmp("a", "b")', -1],
  ['base64_decode_tostring("aGk=")', 'hi'],
  ['isempty("")', true],
  ['isnotempty("x") and not(isempty("x"))', true],
  // Numbers, times and null.
  ['7 / 2', 3],
  ['7.0 / 2', 3.5],
  ['7 / 0', null],
  ['-7 % 4', -3],
  ['1 + 2 * 3 == 7 and 2 < 3 or false', true],
  ['bin(17, 5)', 15],
  ['bin(datetime(2026-01-31T08:09), 1h)', '2026-01-31T08:00:00Z'],
  ['ago(1d)', '2026-11-21T08:00:00Z'],
  ['now() - datetime(2026-11-21)', '1.08:00:00'],
  ['1d / 6h', 4],
  ['datetime_diff("day", datetime(2026-01-03), datetime(2026-01-01T23:00))', 2],
  ['datetime_diff("month", datetime(2026-03-01), datetime(2025-12-31))', 3],
  ['format_datetime(datetime(2026-01-02T13:04:05), "yyyy-MM-dd HH:mm")', '2026-01-02 13:04'],
  ['startofday(datetime(2026-01-02T13:04:05))', '2026-01-02T00:00:00Z'],
  ['null_ == null_', null],
  ['null_ > 1', null],
  ['null_ != 1', true],
  ['5 between (1 .. 5)', true],
  ['5 !between (1 .. 5)', false],
  // Conversion and choice.
  ['tostring(datetime(2026-01-02))', '2026-01-02T00:00:00.0000000Z'],
  ['tostring(dynamic({"a": 1}))', '{"a":1}'],
  ['toint("12") + tolong("0x10")', 28],
  ['toint("twelve")', null],
  ['todatetime("2026-01-02") + 1d', '2026-01-03T00:00:00Z'],
  ['todatetime("someday")', null],
  ['iff(1 > 2, "a", "b")', 'b'],
  ['case(false, 1, true, 2, 3)', 2],
  ['coalesce("", "x")', 'x'],
  ['parse_json("{\\"a\\": {\\"b\\": [1, 2]}}").a.b[1]', 2],
  ['parse_json("{\\"a\\": 1}")["a"]', 1],
  ['parse_json("{}").constructor', null],
  ['array_length(dynamic([1, 2]))', 2],
  ['ipv4_is_private("10.1.2.3")', true],
  ['ipv4_is_in_range("192.168.1.9", "192.168.1.0/24")', true],
  ['has_ipv4("from 10.0.0.1 to", "10.0.0.1")', true],
];

describe('an expression has the value that Kusto documents', () => {
  test.each(cases)('%s', (expression, value) => {
    expect(printed(expression.replaceAll('null_', 'long(null)'))).toEqual([value]);
  });
});

test('names that JavaScript objects inherit are plain names', () => {
  expect(printed('[\'__proto__\'] = 1, constructor = "x"')).toEqual([1, 'x']);
});
