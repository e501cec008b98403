import { describe, expect, test } from 'vitest';
import { ODataFault } from '../../../src/simulator/odata/fault.ts';
import { project } from '../../../src/simulator/odata/project.ts';
import { applyQuery } from '../../../src/simulator/odata/query.ts';
import type { ODataRules } from '../../../src/simulator/odata/rules.ts';
import { comparableTime } from '../../../src/simulator/odata/time.ts';

interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly level: string;
  readonly count: number;
  readonly open: boolean;
  readonly seen: string;
  readonly tags: readonly string[];
}

const rows: readonly Row[] = [
  { id: 'a1', name: "O'Neil", level: 'High', count: 3, open: true, seen: '2026-01-02T00:00:00Z', tags: ['x', 'y'] },
  { id: 'b2', name: 'say "hi"', level: 'Low', count: 1, open: false, seen: '2026-01-01T00:00:00.1234567Z', tags: [] },
  { id: 'c3', name: null, level: 'Medium', count: 2, open: true, seen: '2026-01-01T00:00:00.12Z', tags: ['größe 2×'] },
  {
    id: '6b1f0f4e-52f5-4f3e-9f0e-0d9f6f7a1b2c',
    name: 'd',
    level: 'Low',
    count: -1.5,
    open: false,
    seen: '2025-12-31T00:00:00Z',
    tags: ['x'],
  },
];

const rules: ODataRules<Row> = {
  options: ['$filter', '$top', '$skip', '$count', '$orderby', '$select', '$expand'],
  filterable: [
    { name: 'id', type: 'id', of: (row) => row.id },
    { name: 'name', type: 'string', of: (row) => row.name },
    { name: 'level', type: 'enum', members: ['Low', 'Medium', 'High'], of: (row) => row.level },
    { name: 'count', type: 'number', of: (row) => row.count },
    { name: 'open', type: 'boolean', of: (row) => row.open },
    { name: 'lastSeen', type: 'time', of: (row) => row.seen },
    { name: 'tags', type: 'strings', of: (row) => row.tags },
  ],
  expandable: ['evidence'],
  maxTop: 10,
  defaultTop: 10,
  doubleQuotes: true,
};

const ask = (options: Record<string, string>, own: ODataRules<Row> = rules) =>
  applyQuery(rows, new URLSearchParams(options), own);
/** First characters of the ids found. */
const found = (filter: string): string =>
  ask({ $filter: filter })
    .items.map(({ id }) => id.charAt(0))
    .join('');

describe('$filter keeps the rows that fit', () => {
  test.each([
    ["id eq 'a1'", 'a'],
    ['id eq "a1"', 'a'],
    ["ID eq 'a1'", 'a'],
    ["'a1' eq id", 'a'],
    ["name eq 'O''Neil'", 'a'],
    ['name eq "say ""hi"""', 'b'],
    ['name eq null', 'c'],
    ['name ne null', 'ab6'],
    ["name gt 'a'", 'b6'],
    ["level eq 'high'", 'a'],
    ["level ne 'Low'", 'ac'],
    ['count ge 2', 'ac'],
    ['2 le count', 'ac'],
    ['count lt -1', '6'],
    ['open', 'ac'],
    ['not open', 'b6'],
    ['open eq false', 'b6'],
    ['true', 'abc6'],
    ['lastSeen gt 2026-01-01T00:00:00.12Z', 'ab'],
    ['lastSeen ge 2026-01-01T01:00:00.12+01:00', 'abc'],
    ['lastSeen lt 2026-01-01', '6'],
    ['lastSeen le 2026-01-01T00:00:00.1234567Z', 'bc6'],
    ["id in ('a1','c3')", 'ac'],
    ['id in ("a1", "c3", "z9")', 'ac'],
    ['id eq 6b1f0f4e-52f5-4f3e-9f0e-0d9f6f7a1b2c', '6'],
    ["startswith(name,'O')", 'a'],
    ["endswith(name, 'd')", '6'],
    ["contains(name,'hi')", 'b'],
    ["tags/any(t: t eq 'x')", 'a6'],
    ["tags/any(t: t eq 'größe 2×')", 'c'],
    ["tags/all(t: t eq 'x')", 'b6'],
    ["tags/any(t: startswith(t,'g') or t eq 'y')", 'ac'],
    ['tags/any()', 'ac6'],
    ["not tags/any(t: t eq 'x')", 'bc'],
    ["open and (level eq 'Low' or count eq 3)", 'a'],
    ["level eq 'Low' or open and count eq 3", 'ab6'],
    ["(level eq 'Low' or open) and count eq 3", 'a'],
    ["not (open or level eq 'Low')", ''],
  ])('%s', (filter, expected) => {
    expect(found(filter)).toBe(expected);
  });
});

describe('what the rules do not allow is refused', () => {
  test.each([
    ['an unknown property', { $filter: "color eq 'red'" }],
    ['an unknown operator', { $filter: "id like 'a'" }],
    ['a missing value', { $filter: 'id eq' }],
    ['a bare word as a value', { $filter: 'id eq a1' }],
    ['an unterminated string', { $filter: "id eq 'a1" }],
    ['an open bracket', { $filter: "(id eq 'a1'" }],
    ['something after the end', { $filter: "id eq 'a1' id" }],
    ['an empty filter', { $filter: '' }],
    ['an empty list', { $filter: 'id in ()' }],
    ['text for a number', { $filter: "count eq '3'" }],
    ['text for a time', { $filter: "lastSeen gt '2026-01-01T00:00:00Z'" }],
    ['a number for text', { $filter: 'name eq 3' }],
    ['a value that is not in an enum', { $filter: "level eq 'Huge'" }],
    ['a collection without any', { $filter: "tags eq 'x'" }],
    ['any over a plain property', { $filter: "name/any(t: t eq 'x')" }],
    ['a stranger inside a lambda', { $filter: "tags/any(t: id eq 'x')" }],
    ['an unknown function', { $filter: "matches(name,'x')" }],
    ['a text function on a number', { $filter: "contains(count,'1')" }],
    ['a property that is not boolean on its own', { $filter: 'name' }],
    ['deep nesting', { $filter: `${'('.repeat(80)}open${')'.repeat(80)}` }],
    ['too large a page', { $top: '11' }],
    ['a negative page', { $top: '-1' }],
    ['a skip that is no number', { $skip: 'x' }],
    ['a count that is neither true nor false', { $count: 'yes' }],
    ['an unknown option', { $search: 'x' }],
    ['an order by a stranger', { $orderby: 'color' }],
    ['an order without sense', { $orderby: 'id down' }],
    ['an expansion that is not offered', { $expand: 'machine' }],
  ])('%s', (_what, options) => {
    expect(() => ask(options)).toThrow(ODataFault);
  });

  test('double quotes, where the rules do not name them', () => {
    expect(() => ask({ $filter: 'id eq "a1"' }, { ...rules, doubleQuotes: false })).toThrow(ODataFault);
  });

  test('more than 100 nodes: 20 comparisons joined by or pass, 21 do not, 90 items of an in do', () => {
    const chain = (count: number): string => Array.from({ length: count }, () => "id eq 'a1'").join(' or ');
    expect(found(chain(20))).toBe('a');
    expect(() => found(chain(21))).toThrow(/100/);
    expect(found(`id in (${Array.from({ length: 90 }, () => "'a1'").join(',')})`)).toBe('a');
  });
});

describe('paging, order and selection', () => {
  test('a page knows the total over all pages', () => {
    const page = ask({ $filter: 'open eq true', $top: '1', $skip: '1', $count: 'true' });
    expect(page).toMatchObject({ total: 2, skip: 1, top: 1, counted: true, topGiven: true });
    expect(page.items.map(({ id }) => id)).toEqual(['c3']);
  });

  test.each([
    ['count', '6bca'],
    ['count desc', 'acb6'],
    ['name', 'ca6b'],
    ['level desc,count asc', 'c6ba'],
    ['lastSeen', '6cba'],
  ])('$orderby=%s', (orderBy, expected) => {
    expect(
      ask({ $orderby: orderBy })
        .items.map(({ id }) => id.charAt(0))
        .join(''),
    ).toBe(expected);
  });

  test('selected properties keep the spelling of the service, and annotations stay', () => {
    expect(project({ '@odata.type': '#x', Id: 1, Name: 2 }, ['id'])).toEqual({ '@odata.type': '#x', Id: 1 });
  });

  test('an expansion is reported in the spelling of the rules', () => {
    expect([...ask({ $expand: 'Evidence' }).expand]).toEqual(['evidence']);
  });
});

describe('times compare at seven digits', () => {
  test.each([
    ['2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.1000000Z'],
    ['2026-01-01', '2026-01-01T00:00:00.0000000Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.0000000Z'],
    ['2026-01-01T00:00:00.12345678Z', '2026-01-01T00:00:00.1234567Z'],
    ['yesterday', null],
  ])('%s', (text, expected) => {
    expect(comparableTime(text)).toBe(expected);
  });
});
