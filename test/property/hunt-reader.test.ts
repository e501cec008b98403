import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { besideTenant, tenantMark } from '../../src/hunting/tenant-column.ts';
import { parseExactly } from '../../src/upstream/exact-json.ts';
import {
  createHuntReader,
  type HuntPart,
  type HuntReading,
  huntRead,
} from '../../src/upstream/hunt-rows/hunt-reader.ts';
import { readHuntTable } from '../../src/upstream/hunt-table.ts';

const tenant = 'contoso "ü"';
const mark = tenantMark(tenant);

/** What callers saw of an answer when it was parsed whole and written by `JSON.stringify`: text of the rows, or what is wrong. */
const parsed = (bytes: Uint8Array, maxRows: number) => {
  const table = readHuntTable(parseExactly(new TextDecoder().decode(bytes)));
  const rows = table.rows.slice(0, maxRows);
  for (const row of rows) mark.write(row, table.columns);
  return {
    columns: besideTenant(table.columns),
    rows: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    count: rows.length,
    total: table.rows.length,
    stats: table.stats,
  };
};

/** The same through the reader, whose bytes come in pieces of these sizes, over and over. */
const read = (
  bytes: Uint8Array,
  sizes: readonly number[],
  reading: Partial<HuntReading> = {},
  given: readonly HuntPart[] = [],
) => {
  const reader = createHuntReader({ mark, separator: '\n', maxRows: 1e6, atOnce: 1, ...reading });
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    const piece = Uint8Array.from(bytes.subarray(at, at + size));
    reader.write(piece);
    // Nothing of it may be looked at later.
    piece.fill(0xff);
    at += size;
  }
  const { columns, rows, total, stats } = huntRead(reader.end());
  const parts = [...given.map((part) => part.rows), rows];
  return {
    columns: besideTenant(columns),
    rows: Buffer.concat(parts.flatMap(({ chunks }) => chunks)).toString(),
    count: parts.reduce((sum, { count }) => sum + count, 0),
    total,
    stats,
  };
};

const outcomeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown instanceof Error ? 'malformed' : thrown;
  }
};

/** JSON text of one value, not only as `JSON.stringify` would write it. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '{"a":1}',
    '\\',
    '"',
    '}',
    ']',
    '},{',
    '\u2028',
    '\ufeff',
    '\ud800',
    'é',
    '😀',
    '\u0000',
    '\u001f',
    '\u007f',
  ),
);
const stringText = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => JSON.stringify(value)) },
  fc.constantFrom(
    String.raw`"\/"`,
    String.raw`"\u00e9"`,
    String.raw`"\u001F"`,
    String.raw`"\u001f"`,
    String.raw`"\ud83d\ude00"`,
    String.raw`"\ud800"`,
    String.raw`"\b\f\n\r\t\"\\"`,
    '"C:\\\\x\\\\"',
    '":123456789012345678901,"',
    '"\u007f\u0080"',
  ),
);
const numberText = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '1.0',
    '1e5',
    '1E+16',
    '1e400',
    '-1e400',
    '1e-7',
    '1e+21',
    '9007199254740991',
    '9007199254740992',
    '-9007199254740993',
    '999999999999999',
    '1000000000000000',
    '18446744073709551615',
    '12345678901234567890.5',
    '0.1000',
    '100000000000000000000000',
  ),
);
const deepText = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    stringText,
    numberText,
    fc.constantFrom('true', 'false', 'null', '{}', '[]'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(
        fc.tuple(fc.oneof(stringText, fc.constantFrom('"x@odata.type"', '"@odata.type"', '"__proto__"')), tie('value')),
        { maxLength: 3 },
      )
      .map((members) => `{${members.map(([key, value]) => `${key} :${value}`).join(',')}}`),
  ),
})).value;

const names = ['A', 'B', 'TenantName', 'TenantName1', '7', '__proto__', 'é', 'A@odata.type', 'a"b', 'toString'];
const usual = ['A', 'B', 'C', 'D'];
const types = ['String', 'string', 'SByte', 'Int64', 'DateTime', 'Object', ''];
const space = fc.constantFrom('', '', '', '', ' ', '\n', '\t ', '\r\n');

/** Cells of a row by their keys, in some order; mostly those of the columns. */
const rowOf = (keys: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constant(keys) },
        fc.shuffledSubarray([...keys]),
        fc.array(fc.constantFrom(...names, ...keys), { maxLength: 5 }),
      ),
      fc.constantFrom('', '', '"#T"', '{}', '7'),
      fc.array(
        fc.oneof({ weight: 3, arbitrary: stringText }, numberText, fc.constantFrom('null', 'true', '{}'), deepText),
        {
          minLength: 12,
          maxLength: 12,
        },
      ),
      fc.oneof({ weight: 4, arbitrary: fc.constant('') }, space),
    )
    .map(([chosen, annotated, cells, gap]) => {
      const members = chosen.flatMap((name, index) => [
        `${JSON.stringify(name)}:${gap}${cells[index % cells.length]}`,
        ...(annotated !== '' && index > 0 ? [`${JSON.stringify(`${name}@odata.type`)}:${annotated}`] : []),
      ]);
      return `{${members.join(`${gap},${gap}`)}}`;
    });

const answer = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant(usual) },
      fc.array(fc.constantFrom(...names, ...usual), { maxLength: 5 }),
    ),
    fc.infiniteStream(fc.constantFrom(...types)),
    fc.constantFrom('results', 'Results'),
    fc.constantFrom('', '', '', '\ufeff', ' ', '\ufeff\ufeff'),
    space,
    fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      deepText.map((value) => `"stats":${value},`),
    ),
    fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      deepText.map((value) => `,"Stats":${value}`),
      fc.constantFrom(',', ',"x":[1]', ',"error":{"code":"PartialError"}', ',"error":null'),
    ),
  )
  .chain(([keys, stream, results, mark_, gap, before, behind]) =>
    fc
      .array(
        fc.oneof(
          { weight: 60, arbitrary: rowOf(keys) },
          { weight: 1, arbitrary: deepText },
          { weight: 1, arbitrary: fc.constantFrom('', '{"A":', '[1', '{"A" 1}', '{]') },
        ),
        { maxLength: 6 },
      )
      .map((rows) => {
        const schema = keys.map((name) => JSON.stringify({ name, type: stream.next().value }));
        return Buffer.from(
          `${mark_}{${before}"schema":[${schema.join(',')}],${gap}"${results}"${gap}:${gap}[${rows.join(`${gap},${gap}`)}${gap}]${behind}${gap}}`,
        );
      }),
  );

describe('the rows of a hunting answer, read as they come', () => {
  test('are byte for byte what they are when the answer is parsed whole', () => {
    fc.assert(
      fc.property(
        answer,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 8 }),
        (bytes, sizes, maxRows) => {
          expect(outcomeOf(() => read(bytes, sizes, { maxRows }))).toEqual(outcomeOf(() => parsed(bytes, maxRows)));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('wherever the bytes are parted, and given on while they come', () => {
    fc.assert(
      fc.property(answer, fc.boolean(), (bytes, gives) => {
        const whole = outcomeOf(() => parsed(bytes, 1e6));
        for (let border = 1; border < bytes.length; border += 1) {
          const parts: HuntPart[] = [];
          const give = (part: HuntPart) => {
            parts.push(part);
            return undefined;
          };
          const outcome = outcomeOf(() =>
            read(bytes, [border, bytes.length], gives ? { give, longFrom: 1, chunkBytes: 16 } : {}, parts),
          );
          if (outcome !== 'malformed' || whole !== 'malformed') expect([border, outcome]).toEqual([border, whole]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
