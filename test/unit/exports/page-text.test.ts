import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPageText } from '../../../src/exports/page-text.ts';
import { rowsOf } from '../../../src/exports/wire-rows.ts';
import { MalformedAnswerError } from '../../../src/upstream/http/shape.ts';

const rowsIn = (text: string) => {
  const page = readPageText(Buffer.from(text));
  return { rows: Array.from({ length: page.rows }, (_, index) => page.row(index)), nextLink: page.nextLink };
};

describe('F4: the rows of a page are told apart as text', () => {
  test.each([
    ['{"value":[]}', [], null],
    [' \n{ "@odata.context" : "x" , "value" : [ ] , "@odata.nextLink" : "https://a/b" } ', [], 'https://a/b'],
    [
      '{"value":[{"a":"]}\\"\\\\"},{"b":[1,{"c":"{"}]}],"more":{"value":[1]}}',
      ['{"a":"]}\\"\\\\"}', '{"b":[1,{"c":"{"}]}'],
      null,
    ],
    ['{"@odata.nextLink":"x\\u0026y","value":[1,"a,b",null,true]}', ['1', '"a,b"', 'null', 'true'], 'x&y'],
    ['\ufeff{"value":[{}],"@odata.nextLink":null}', ['{}'], null],
    ['{"value":[{}],"@odata.nextLink":""}', ['{}'], null],
  ])('%s', (text, rows, nextLink) => expect(rowsIn(text)).toEqual({ rows, nextLink }));

  test('whatever JSON they are, as a parser reads them', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), fc.jsonValue(), fc.nat(3), (value, other, indent) => {
        const { rows } = rowsIn(JSON.stringify({ other, value, last: other }, null, indent));
        expect(rows.map((row) => JSON.stringify(JSON.parse(row)))).toEqual(value.map((each) => JSON.stringify(each)));
      }),
      { numRuns: 200 },
    );
  });

  const whole = '{"value":[{"deviceId":"a","n":"\\"}"},{"deviceId":"b"}],"@odata.nextLink":"x"}';
  test.each([
    ...Array.from({ length: whole.length }, (_, length) => whole.slice(0, length)),
    '[]',
    '{"value":{}}',
    '{"values":[]}',
    '{"value":[],"error":{"code":"InternalServerError"}}',
    '{"value" [1]}',
    'null',
  ])('%j is malformed', (text) => expect(() => rowsIn(text)).toThrow(MalformedAnswerError));

  test('what is no text is malformed', () => {
    expect(() => readPageText({ value: [] })).toThrow(MalformedAnswerError);
    expect(() => readPageText('{"value":[]}')).toThrow(MalformedAnswerError);
  });
});

test('F4: rows that are no JSON, or that no machine identifies, are counted', () => {
  const texts = ['{"deviceId":"a"}', '', '{"DeviceId":"b"}\r', '{"deviceId":', '{"deviceName":"c"}', '7', 'null'];
  expect(rowsOf(texts)).toEqual({ rows: [{ deviceId: 'a' }, { DeviceId: 'b' }], unread: 4 });
});
