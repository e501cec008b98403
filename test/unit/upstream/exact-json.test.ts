import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactly } from '../../../src/upstream/exact-json.ts';
import { runHuntingQuery } from '../../../src/upstream/graph/hunting.ts';
import { runAdvancedHunting } from '../../../src/upstream/m365d/hunting.ts';
import { runAdvancedQuery } from '../../../src/upstream/mde/hunting.ts';
import { getMachine } from '../../../src/upstream/mde/machines.ts';
import { startUpstream } from '../../support/upstream.ts';

describe('R8: JSON read without changing a digit', () => {
  test.each([
    ['{"a":72057594038059781,"b":72057594038059783}', { a: '72057594038059781', b: '72057594038059783' }],
    ['{"a": -9223372036854775808 }', { a: '-9223372036854775808' }],
    ['{"a":18446744073709551615}', { a: '18446744073709551615' }],
    ['[9007199254740991,9007199254740992]', [9_007_199_254_740_991, '9007199254740992']],
    ['[\n  72057594038059781\n]', ['72057594038059781']],
    ['{"deep":{"er":[{"id":72057594038059781}]}}', { deep: { er: [{ id: '72057594038059781' }] } }],
    ['{"a":0.1234567890123456,"b":1234567890123456.5}', { a: 0.1234567890123456, b: 1234567890123456.5 }],
    ['{"a":"x, 72057594038059781, y"}', { a: 'x, 72057594038059781, y' }],
    ['{"a":"\\\\","b":72057594038059781}', { a: '\\', b: '72057594038059781' }],
    ['{"a":"\\", 72057594038059781, \\"","b":[1]}', { a: '", 72057594038059781, "', b: [1] }],
    ['{"72057594038059781":1}', { '72057594038059781': 1 }],
  ])('%s', (text, value) => expect(parseExactly(text)).toEqual(value));

  test('wherever in a text it stands, and however long it is', () => {
    for (let offset = 0; offset < 40; offset += 1) {
      const pad = 'x'.repeat(offset);
      expect(parseExactly(`["${pad}",72057594038059781]`)).toEqual([pad, '72057594038059781']);
      expect(parseExactly(`["${pad}",9007199254740993]`)).toEqual([pad, '9007199254740993']);
      const digits = '1'.repeat(16 + offset);
      expect(parseExactly(`["${digits}",9007199254740993]`)).toEqual([digits, '9007199254740993']);
      expect(parseExactly(`["0x${digits}",-${digits}7]`)).toEqual([`0x${digits}`, `-${digits}7`]);
    }
  });

  test.each([
    '{"a":72057594038059781',
    '{"a":"72057594038059781, }',
    '{"a":072057594038059781}',
    '{,1234567890123456789}',
  ])('refuses %s as JSON.parse does', (text) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(() => parseExactly(text)).toThrow(SyntaxError);
  });

  test('reads any JSON as JSON.parse does, but for the numbers it would round', () => {
    const big = fc.bigInt(-(2n ** 64n), 2n ** 64n);
    const trap = fc.constantFrom(', 72057594038059781,', '":72057594038059781}', '\\', '"', '[1234567890123456789]');
    // Quotes and backslashes in keys are no matter here: Node 24's own JSON.parse mistakes some of them.
    const key = fc.oneof(fc.string(), trap).map((text) => text.replaceAll(/["\\]/g, ''));
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
        fc.string(),
        trap,
        big,
        fc.array(tie('any')),
        fc.dictionary(key, tie('any')),
      ),
    })).any;
    const printed = (item: unknown, space: string): string => {
      if (typeof item === 'bigint') return String(item);
      if (Array.isArray(item)) return `[${item.map((each) => printed(each, space)).join(`,${space}`)}]`;
      if (typeof item !== 'object' || item === null) return JSON.stringify(item);
      const pairs = Object.entries(item).map(([key, each]) => `${JSON.stringify(key)}:${space}${printed(each, space)}`);
      return `{${pairs.join(`,${space}`)}}`;
    };
    const expected = (item: unknown): unknown => {
      if (typeof item === 'bigint') return Number.isSafeInteger(Number(item)) ? Number(item) : String(item);
      if (typeof item === 'number' && /^-?\d{16,}$/.test(JSON.stringify(item)) && !Number.isSafeInteger(item))
        return JSON.stringify(item);
      if (Array.isArray(item)) return item.map(expected);
      if (typeof item !== 'object' || item === null) return JSON.parse(JSON.stringify(item));
      return Object.fromEntries(Object.entries(item).map(([key, each]) => [key, expected(each)]));
    };
    fc.assert(
      fc.property(value, fc.constantFrom('', ' ', '\n  '), (item, space) => {
        expect(parseExactly(`{"value":${space}${printed(item, space)}${space}}`)).toEqual({ value: expected(item) });
      }),
      { numRuns: 1000 },
    );
  });

  test('reads deep and long text without a stack', () => {
    const depth = 20_000;
    const text = `{"s":"${'\\"'.repeat(100_000)}","a":${'['.repeat(depth)}72057594038059781${']'.repeat(depth)}}`;
    expect(JSON.stringify(parseExactly(`[1,${'7'.repeat(20)} ]`))).toBe(`[1,"${'7'.repeat(20)}"]`);
    expect(() => parseExactly(text)).not.toThrow();
  });
});

describe('R8: 64 bit ids that differ in their last digits stay two', () => {
  const row = '{"ProcessUniqueId":72057594038059781,"Extra":{"parent":72057594038059783}}';
  const columns = ['ProcessUniqueId', 'Extra'];
  const lower = columns.map((name) => `{"name":"${name}","type":"Int64"}`);
  const upper = columns.map((name) => `{"Name":"${name}","Type":"Int64"}`);
  const serving = async (body: string) => {
    const upstream = await startUpstream((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
    return { ...upstream, [Symbol.asyncDispose]: upstream.stop };
  };

  test.each([
    ['Graph', `{"schema":[${lower}],"results":[${row}]}`, runHuntingQuery('DeviceProcessEvents')],
    ['Microsoft 365 Defender', `{"Schema":[${upper}],"Results":[${row}]}`, runAdvancedHunting('DeviceProcessEvents')],
    ['Defender for Endpoint', `{"Schema":[${upper}],"Results":[${row}]}`, runAdvancedQuery('DeviceProcessEvents')],
  ])('in a hunting answer of %s', async (_, body, operation) => {
    await using upstream = await serving(body);
    const { mde } = upstream.tenant.apis;
    const tenant = { ...upstream.tenant, apis: { mde, m365d: mde, graph: mde } };
    const { rows } = await upstream.send(tenant, operation, upstream.scope());
    expect(rows).toEqual([{ ProcessUniqueId: '72057594038059781', Extra: { parent: '72057594038059783' } }]);
  });

  test('in an entity', async () => {
    await using upstream = await serving('{"id":"a","rbacGroupId":72057594038059781}');
    const machine = await upstream.send(upstream.tenant, getMachine('a'), upstream.scope());
    expect(machine).toEqual({ id: 'a', rbacGroupId: '72057594038059781' });
  });
});
