import { createHash } from 'node:crypto';
import { toText } from '../evaluate/convert.ts';
import { isArray, type KqlType, type Value } from '../value.ts';
import { at, numberAt, type ScalarFunction } from './function.ts';
import { toRegExp } from './regex.ts';

/** A function of one text. */
function of(result: KqlType, call: (text: string) => Value): ScalarFunction {
  return { arity: [1, 1], result, call: (values, types) => call(textAt(values, types, 0)) };
}

function textAt(values: readonly Value[], types: readonly KqlType[], place: number): string {
  return toText(at(values, place), types[place] ?? 'dynamic');
}

function base64Decode(text: string): string {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('utf8') : '';
}

function texts(values: readonly Value[], types: readonly KqlType[]): readonly string[] {
  return values.map((value, place) => toText(value, types[place] ?? 'dynamic'));
}

/** `extract(pattern, group, text [, typeof(type)])`. */
function extract(values: readonly Value[], types: readonly KqlType[]): string {
  const match = toRegExp(textAt(values, types, 0), null).exec(textAt(values, types, 2));
  return match?.[numberAt(values, 1, 0)] ?? '';
}

/** All matches; with one group the groups, with more an array of them each. */
function extractAll(values: readonly Value[], types: readonly KqlType[]): Value {
  const { source, flags } = toRegExp(textAt(values, types, 0), null);
  const matches = [...textAt(values, types, 1).matchAll(new RegExp(source, `${flags}g`))];
  return matches.map((match) => (match.length > 2 ? match.slice(1) : (match[1] ?? match[0])));
}

function split(values: readonly Value[], types: readonly KqlType[]): Value {
  const delimiter = textAt(values, types, 1);
  const parts = delimiter === '' ? [textAt(values, types, 0)] : textAt(values, types, 0).split(delimiter);
  const wanted = at(values, 2);
  return typeof wanted === 'number' ? parts.slice(wanted, wanted + 1) : parts;
}

function trim(values: readonly Value[], types: readonly KqlType[], ends: readonly ('start' | 'end')[]): string {
  const { source, flags } = toRegExp(textAt(values, types, 0), null);
  let text = textAt(values, types, 1);
  if (ends.includes('start')) text = text.replace(new RegExp(`^(?:${source})`, flags), '');
  if (ends.includes('end')) text = text.replace(new RegExp(`(?:${source})$`, flags), '');
  return text;
}

function replace(values: readonly Value[], types: readonly KqlType[]): string {
  const { source, flags } = toRegExp(textAt(values, types, 1), null);
  return textAt(values, types, 0).replace(
    new RegExp(source, `${flags}g`),
    textAt(values, types, 2).replace(/\\(\d)/g, '$$$1'),
  );
}

/** Functions of text. https://learn.microsoft.com/kusto/query/scalar-functions#string-functions */
export const textFunctions = {
  tolower: of('string', (text) => text.toLowerCase()),
  toupper: of('string', (text) => text.toUpperCase()),
  strlen: of('long', (text) => [...text].length),
  reverse: of('string', (text) => [...text].reverse().join('')),
  base64_decode_tostring: of('string', base64Decode),
  base64_encode_tostring: of('string', (text) => Buffer.from(text, 'utf8').toString('base64')),
  url_decode: of('string', (text) =>
    text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8')),
  ),
  url_encode: of('string', encodeURIComponent),
  hash_sha256: of('string', (text) => createHash('sha256').update(text).digest('hex')),
  strcat: { arity: [1, 64], result: 'string', call: (values, types) => texts(values, types).join('') },
  strcat_delim: {
    arity: [2, 64],
    result: 'string',
    call: (values, types) =>
      texts(values, types)
        .slice(1)
        .join(textAt(values, types, 0)),
  },
  strcat_array: {
    arity: [2, 2],
    result: 'string',
    call: (values, types) => {
      const list = at(values, 0);
      return isArray(list) ? list.map((item) => toText(item, 'dynamic')).join(textAt(values, types, 1)) : '';
    },
  },
  strcmp: {
    arity: [2, 2],
    result: 'long',
    call: (values, types) => {
      const [left, right] = [textAt(values, types, 0), textAt(values, types, 1)];
      return left < right ? -1 : left > right ? 1 : 0;
    },
  },
  substring: {
    arity: [2, 3],
    result: 'string',
    call: (values, types) => {
      const text = textAt(values, types, 0);
      const start = numberAt(values, 1, 0);
      const from = start < 0 ? Math.max(text.length + start, 0) : start;
      return text.slice(from, from + Math.max(numberAt(values, 2, text.length), 0));
    },
  },
  indexof: {
    arity: [2, 2],
    result: 'long',
    call: (values, types) => textAt(values, types, 0).indexOf(textAt(values, types, 1)),
  },
  countof: {
    arity: [2, 2],
    result: 'long',
    call: (values, types) => {
      const term = textAt(values, types, 1);
      return term === '' ? 0 : textAt(values, types, 0).split(term).length - 1;
    },
  },
  split: { arity: [2, 3], result: 'dynamic', call: split },
  extract: { arity: [3, 3], result: 'string', call: extract },
  extract_all: { arity: [2, 2], result: 'dynamic', call: extractAll },
  replace_string: {
    arity: [3, 3],
    result: 'string',
    call: (values, types) =>
      textAt(values, types, 0).replaceAll(textAt(values, types, 1), () => textAt(values, types, 2)),
  },
  replace_regex: { arity: [3, 3], result: 'string', call: replace },
  trim: { arity: [2, 2], result: 'string', call: (values, types) => trim(values, types, ['start', 'end']) },
  trim_start: { arity: [2, 2], result: 'string', call: (values, types) => trim(values, types, ['start']) },
  trim_end: { arity: [2, 2], result: 'string', call: (values, types) => trim(values, types, ['end']) },
} satisfies Record<string, ScalarFunction>;
