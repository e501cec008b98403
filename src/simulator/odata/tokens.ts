import { ODataFault } from './fault.ts';
import type { Literal } from './syntax.ts';
import { comparableTime } from './time.ts';

/** A lexical unit of a filter; `at` is its offset in the text, for messages. */
export type Token =
  | { readonly kind: 'literal'; readonly literal: Literal; readonly at: number }
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'mark'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

/** One lexical form: the pattern that recognises it and what it becomes. Order matters: a GUID may start like a number. */
interface Form {
  readonly pattern: RegExp;
  readonly token: (text: string, at: number) => Token | null;
}

const guid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w-])/iy;
const time = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?)?(?:Z|[+-]\d{2}:\d{2})?(?![\w.])/iy;
const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/iy;
const word = /[A-Za-z_][\w.]*/y;
const mark = /[(),:/]/y;
const singleQuoted = /'(?:[^']|'')*'/y;
const doubleQuoted = /"(?:[^"]|"")*"/y;

const literal = (value: Literal, at: number): Token => ({ kind: 'literal', literal: value, at });

const unquoted = (text: string): string => {
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
};

const stringForm = (pattern: RegExp): Form => ({
  pattern,
  token: (text, at) => literal({ type: 'string', value: unquoted(text), doubleQuoted: text.startsWith('"') }, at),
});

const keywords = new Map<string, Literal>([
  ['null', { type: 'null', value: null }],
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
]);

const bareForms: readonly Form[] = [
  { pattern: guid, token: (text, at) => literal({ type: 'guid', value: text.toLowerCase() }, at) },
  {
    pattern: time,
    token: (text, at) => {
      const value = comparableTime(text);
      return value === null ? null : literal({ type: 'time', value }, at);
    },
  },
  { pattern: number, token: (text, at) => literal({ type: 'number', value: Number(text) }, at) },
  {
    pattern: word,
    token: (text, at) => {
      const value = keywords.get(text);
      return value === undefined ? { kind: 'word', text, at } : literal(value, at);
    },
  },
  { pattern: mark, token: (text, at) => ({ kind: 'mark', text, at }) },
];

/**
 * Splits a filter into tokens. Strings stand in single quotes, a quote inside is doubled (OData 4.01 ABNF, `string`);
 * MDE takes double quotes as well.
 * @throws ODataFault for a character that starts no token, or an unterminated string.
 */
export function tokenize(text: string, options: { readonly doubleQuotes: boolean }): readonly Token[] {
  const forms = [stringForm(singleQuoted), ...(options.doubleQuotes ? [stringForm(doubleQuoted)] : []), ...bareForms];
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const match = firstMatch(forms, text, at);
    if (match === null) throw new ODataFault(`Syntax error at position ${at} in '${text}'.`);
    tokens.push(match.token);
    at += match.length;
  }
  tokens.push({ kind: 'end', at });
  return tokens;
}

function firstMatch(forms: readonly Form[], text: string, at: number): { token: Token; length: number } | null {
  for (const { pattern, token } of forms) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    const made = found === undefined ? null : token(found, at);
    if (found !== undefined && made !== null) return { token: made, length: found.length };
  }
  return null;
}
