import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listOf, placesOfRows, type ReadList, readByOneBefore, sameBytes } from '../../src/upstream/changed-rows.ts';

/** Rows with all that could be taken for their borders. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('}', '{', '],"value":[', '\\', '"', ',', 'é', '😀', '\\"}'),
);
/**
 * Without what is escaped: where another object of the same text had the key `\\`, V8 (of Node 24.21) reads the key `"` as that one, so
 * that nobody could say what is right.
 */
const names = texts.map((text) => text.replaceAll(/["\\\p{Cc}]/gu, '_'));
const cells = fc.oneof(texts, fc.integer(), fc.constant(null), fc.boolean());
const rows = fc.dictionary(
  names,
  fc.oneof(cells, fc.array(cells, { maxLength: 3 }), fc.dictionary(names, cells, { maxKeys: 2 })),
  {
    maxKeys: 3,
  },
);
const lists = fc.array(rows, { maxLength: 8 });
const envelopes = fc.record(
  { '@odata.context': texts, '@odata.count': fc.integer({ min: 0, max: 9 }) },
  { requiredKeys: [] },
);

interface Answer {
  readonly before: Readonly<Record<string, unknown>>;
  readonly rows: readonly unknown[];
  readonly behind: Readonly<Record<string, unknown>>;
  readonly indent: number;
}
const answers: fc.Arbitrary<Answer> = fc.record({
  before: envelopes,
  rows: lists,
  behind: fc.record({ '@odata.nextLink': texts }, { requiredKeys: [] }),
  indent: fc.constantFrom(0, 0, 0, 2),
});

const bytesOf = ({ before, rows: value, behind, indent }: Answer): Buffer =>
  Buffer.from(JSON.stringify({ ...before, value, ...behind }, null, indent));

/** What a service may do to its answer between two reads. */
const changes = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('row' as const), at: fc.nat(8), row: rows }),
    fc.record({ kind: fc.constant('new' as const), at: fc.nat(8), row: rows }),
    fc.record({ kind: fc.constant('gone' as const), at: fc.nat(8) }),
    fc.record({ kind: fc.constant('before' as const), before: envelopes }),
    fc.record({ kind: fc.constant('link' as const), link: texts }),
  ),
  { maxLength: 3 },
);
type Change = typeof changes extends fc.Arbitrary<infer T extends readonly unknown[]> ? T[number] : never;

const changed = (answer: Answer, change: Change): Answer => {
  switch (change.kind) {
    case 'row':
      return { ...answer, rows: answer.rows.with(Math.min(change.at, answer.rows.length - 1), change.row) };
    case 'new':
      return { ...answer, rows: answer.rows.toSpliced(change.at, 0, change.row) };
    case 'gone':
      return { ...answer, rows: answer.rows.toSpliced(change.at, 1) };
    case 'before':
      return { ...answer, before: change.before };
    case 'link':
      return { ...answer, behind: { '@odata.nextLink': change.link } };
  }
};

const read = (bytes: Buffer): ReadList => {
  const list = listOf(bytes, JSON.parse(bytes.toString()));
  if (list === null) throw new Error('It is a list');
  return list;
};

/** Read by the one before, as it is read by itself, and with the places of its rows. */
const isTheSame = (before: ReadList, bytes: Buffer): boolean => {
  const by = readByOneBefore(before, bytes, sameBytes(before.bytes, bytes));
  if (by === null) return false;
  expect(by.json).toEqual(JSON.parse(bytes.toString()));
  expect(by.rows).toBe(by.json.value);
  expect(by.places).toEqual(placesOfRows(bytes));
  return true;
};

describe('an answer that is read by the one before', () => {
  test('says what it says by itself, change after change', () => {
    let readBy = 0;
    fc.assert(
      fc.property(answers, fc.array(changes, { minLength: 1, maxLength: 4 }), (first, steps) => {
        let answer = first;
        let before = read(bytesOf(first));
        for (const step of steps) {
          for (const change of step)
            if (change.kind !== 'row' || answer.rows.length > 0) answer = changed(answer, change);
          const bytes = bytesOf(answer);
          if (isTheSame(before, bytes)) readBy += 1;
          before = readByOneBefore(before, bytes, sameBytes(before.bytes, bytes)) ?? read(bytes);
        }
      }),
      { numRuns: 5000 },
    );
    expect(readBy).toBeGreaterThan(5000);
  });

  test('is no other than its bytes, whatever bytes they are', () => {
    const edits = fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        gone: fc.nat(6),
        put: fc.constantFrom('', '[', ']', '{}', ',', '"', '}],"value":[{', '],"x":[', ':', '1', '\\', '"value":[],'),
      }),
      { minLength: 1, maxLength: 2 },
    );
    fc.assert(
      fc.property(answers, edits, (answer, some) => {
        const before = read(bytesOf(answer));
        let bytes = bytesOf(answer);
        for (const { at, gone, put } of some) {
          const place = Math.floor(at * bytes.length);
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + gone)]);
        }
        const by = readByOneBefore(before, bytes, sameBytes(before.bytes, bytes));
        if (by === null) return;
        // It throws where they are no JSON.
        expect(by.json).toEqual(JSON.parse(bytes.toString()));
      }),
      { numRuns: 20_000 },
    );
  });

  test('has the very rows of the one before', () => {
    const rowsTo = (count: number) => Array.from({ length: count }, (_, id) => ({ id, text: `},{"id":${id}` }));
    const before = read(bytesOf({ before: {}, rows: rowsTo(9), behind: {}, indent: 0 }));
    const now = [{ id: -1 }, ...rowsTo(9).with(4, { id: 4, text: 'new' })];
    const bytes = bytesOf({ before: {}, rows: now, behind: {}, indent: 0 });
    const by = readByOneBefore(before, bytes, sameBytes(before.bytes, bytes));
    expect(by?.rows).toEqual(now);
    expect(by?.rows.slice(6)).toEqual(before.rows.slice(5));
    for (const [index, row] of before.rows.slice(5).entries()) expect(by?.rows[6 + index]).toBe(row);
  });
});

describe('whose rows cannot be told apart', () => {
  test.each([
    ['no list', '{"id":1}'],
    ['a list alone', '[{"id":1}]'],
    ['rows that are no objects', '{"value":[1,2]}'],
    ['two lists of that name', '{"value":[{}],"value":[{}]}'],
    ['a name in escapes', '{"value":[{}],"v\\u0061lue":[{}]}'],
    ['a value that is no list', '{"value":{"value":[]}}'],
    ['a byte order mark', '\u{feff}{"value":[{}]}'],
  ])('%s', (_, text) => {
    expect(placesOfRows(Buffer.from(text))).toBeNull();
  });
});
