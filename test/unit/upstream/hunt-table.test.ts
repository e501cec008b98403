import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHuntTable } from '../../../src/upstream/hunt-table.ts';

const column = (name: string, type: string) => ({ name, type });

describe('the answer of a hunting query', () => {
  test.each([
    ['Graph', { schema: [column('A', 'String')], results: [{ A: 'x' }] }],
    ['Graph, older page', { schema: [{ Name: 'A', Type: 'String' }], results: [{ A: 'x' }] }],
    ['MDE', { Schema: [{ Name: 'A', Type: 'String' }], Results: [{ A: 'x' }] }],
  ])('reads in the form of %s', (_, body) => {
    expect(readHuntTable(body)).toEqual({ columns: [column('A', 'String')], rows: [{ A: 'x' }], stats: null });
  });

  test('keeps what M365D says of its cost', () => {
    const Stats = { ExecutionTime: 0.2, resource_usage: { cpu: { 'total cpu': '00:00:00' } } };
    expect(readHuntTable({ Stats, Schema: [], Results: [] }).stats).toBe(Stats);
  });

  test.each([
    null,
    'text',
    [],
    {},
    { schema: [] },
    { schema: {}, results: [] },
    { schema: [{}], results: [] },
    { schema: [], results: [1] },
    { schema: [], results: [], error: { code: 'PartialError' } },
  ])('is refused when it is %j', (body) =>
    expect(() => readHuntTable(body)).toThrow('The answer is not the result of a hunting query'),
  );

  test('gives columns in Microsoft’s order, not in that of the rows', () => {
    const { columns } = readHuntTable({
      schema: [column('B', 'String'), column('A', 'Int64')],
      results: [{ A: 1, B: 'x' }],
    });
    expect(columns.map(({ name }) => name)).toEqual(['B', 'A']);
  });
});

describe('a row of Graph', () => {
  const rowOf = (type: string, row: Record<string, unknown>) =>
    readHuntTable({ schema: [column('C', type)], results: [row] }).rows[0];

  test.each([
    ['SByte', { C: 1, 'C@odata.type': '#SByte' }, { C: true }],
    ['SByte', { C: 0, 'C@odata.type': '#SByte' }, { C: false }],
    ['SByte', { C: {}, 'C@odata.type': '#SByte' }, { C: null }],
    ['SByte', { C: true }, { C: true }],
    ['SByte', { C: null }, { C: null }],
    ['DateTime', { C: {} }, { C: null }],
    ['Int64', { C: {} }, { C: null }],
    ['Int64', { C: 0 }, { C: 0 }],
    ['Object', { C: {} }, { C: null }],
    ['Object', { C: [] }, { C: [] }],
    ['Object', { C: ['a'], 'C@odata.type': '#Collection(String)' }, { C: ['a'] }],
    [
      'Object',
      { C: { '@odata.type': '#microsoft.graph.security.dynamicColumnValue', a: 1, 'b@odata.type': '#Int64', b: 2 } },
      { C: { a: 1, b: 2 } },
    ],
    [
      'Object',
      { C: [{ '@odata.type': 'x', deep: { '@odata.type': 'x', yes: true } }] },
      { C: [{ deep: { yes: true } }] },
    ],
    ['String', { C: '' }, { C: '' }],
    ['String', { C: 'name@odata.type' }, { C: 'name@odata.type' }],
    ['', { C: 5 }, { C: 5 }],
    ['SByte', {}, {}],
  ])('%s: %j reads as %j', (type, row, expected) => expect(rowOf(type, row)).toEqual(expected));

  test('keeps the order of its values when an annotation goes', () => {
    const row = readHuntTable({
      schema: [column('A', 'String'), column('B', 'SByte'), column('Z', 'String')],
      results: [{ A: 'a', 'B@odata.type': '#SByte', B: 1, Z: 'z' }],
    }).rows[0];
    expect(JSON.stringify(row)).toBe('{"A":"a","B":true,"Z":"z"}');
  });

  test('is not copied when nothing beside its values has to go', () => {
    const row = { C: 1 };
    expect(readHuntTable({ schema: [column('C', 'SByte')], results: [row] }).rows[0]).toBe(row);
    expect(row).toEqual({ C: true });
  });

  test('a column named like a property of all objects changes nothing but itself', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const rows = [JSON.parse('{"constructor":{},"toString":1}'), {}];
    readHuntTable({ schema: names.map((name) => column(name, 'Object')), results: rows });
    expect(rows[0]).toEqual({ constructor: null, toString: 1 });
    expect(Object.getPrototypeOf(rows[1])).toBe(Object.prototype);
  });

  test('is read however deep its dynamic values go', () => {
    const depth = 20_000;
    const body: unknown = JSON.parse(
      `{"schema":[{"name":"C","type":"Object"}],"results":[{"C":${'['.repeat(depth)}${']'.repeat(depth)}}]}`,
    );
    expect(readHuntTable(body).rows).toHaveLength(1);
  });

  test('is read whatever JSON its values are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: fc.string(), type: fc.constantFrom('SByte', 'Object', 'String', 'DateTime') })),
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        (schema, results) => {
          expect(readHuntTable({ schema, results }).rows).toHaveLength(results.length);
        },
      ),
    );
  });
});
