import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../src/simulator/odata/parse.ts';
import type { FilterNode } from '../../src/simulator/odata/syntax.ts';
import {
  allOf,
  anyOf,
  compareNumber,
  compareText,
  compareTime,
  eqChain,
  inList,
  quoted,
  startsWith,
} from '../../src/upstream/http/odata.ts';

/** Text that tries to get out of its quotes, besides any other. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        "'",
        "''",
        '"',
        '\\',
        ' or ',
        ' eq ',
        '(',
        ')',
        ',',
        'id',
        "') or (1 eq 1",
        '%27',
        '\u2019',
        '\n',
      ),
    )
    .map((parts) => parts.join('')),
);

const single = (text: string): FilterNode => parseFilter(text, { doubleQuotes: false });
const double = (text: string): FilterNode => parseFilter(text, { doubleQuotes: true });

const stringLiteral = (value: string) => ({
  kind: 'literal',
  literal: expect.objectContaining({ type: 'string', value }),
});

describe('whatever a value is, it stays one literal', () => {
  test('of a comparison', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(single(compareText('title', 'eq', value).text)).toEqual({
          kind: 'compare',
          operator: 'eq',
          left: { kind: 'name', name: 'title' },
          right: stringLiteral(value),
        });
      }),
    );
  });

  test('of a function', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(single(startsWith('title', value).text)).toMatchObject({
          kind: 'text',
          function: 'startswith',
          argument: { value },
        });
      }),
    );
  });

  test('of a list in double quotes', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (values) => {
        const node = double(inList('id', values).text);
        expect(node.kind === 'in' ? node.items.map((item) => item.value) : node).toEqual(values);
      }),
    );
  });

  test('of a chain, whatever stands beside it', () => {
    const leaves = (node: FilterNode): unknown[] =>
      node.kind === 'or' || node.kind === 'and'
        ? [...leaves(node.left), ...leaves(node.right)]
        : node.kind === 'compare' && node.right.kind === 'literal'
          ? [node.right.literal.value]
          : [node];
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), hostile, (values, other) => {
        const filter = allOf([eqChain('id', values), compareText('owner', 'ne', other)]) ?? '';
        const node = single(filter);
        expect(node.kind).toBe('and');
        expect(leaves(node)).toEqual([...values, other]);
      }),
    );
  });
});

test('a condition of several is bracketed: a neighbour cannot change what it means', () => {
  const both = anyOf([compareText('a', 'eq', '1'), compareText('a', 'eq', '2')]);
  expect(single(allOf([both, compareText('b', 'eq', '3')]) ?? '')).toMatchObject({ kind: 'and', left: { kind: 'or' } });
});

test('quotes are doubled and nothing else is changed', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const text = quoted(value);
      expect(text.slice(1, -1).replaceAll("''", "'")).toBe(value);
      expect(text.slice(1, -1).replaceAll("''", '')).not.toContain("'");
    }),
  );
});

describe('what has no quotes lets nothing but its own form through', () => {
  test('a time', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        expect(() => compareTime('createdDateTime', 'ge', value)).toThrow(/ISO 8601/);
      }),
    );
  });

  test('a time with anything behind it', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
        hostile.filter((text) => text !== ''),
        (date, tail) => {
          expect(() => compareTime('createdDateTime', 'ge', `${date.toISOString()}${tail}`)).toThrow(/ISO 8601/);
          expect(single(compareTime('createdDateTime', 'ge', date.toISOString()).text)).toMatchObject({
            kind: 'compare',
            operator: 'ge',
            right: { kind: 'literal', literal: { type: 'time' } },
          });
        },
      ),
    );
  });

  test('a number', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        if (Number.isSafeInteger(value)) {
          // OData has one zero.
          const literal = { value: value === 0 ? 0 : value };
          expect(single(compareNumber('id', 'eq', value).text)).toMatchObject({ right: { literal } });
        } else expect(() => compareNumber('id', 'eq', value)).toThrow(/whole number/);
      }),
    );
  });
});
