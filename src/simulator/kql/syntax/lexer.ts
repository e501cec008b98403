import { type Position, syntaxFault } from '../fault.ts';
import { scaleTicks, unitTicks } from '../time.ts';
import type { KqlType, Value } from '../value.ts';
import { opensLiteral, readLiteral } from './literals.ts';
import { scanString } from './strings.ts';
import type { Token } from './token.ts';

/** White space, `//` comments and `#` directives; outside strings U+2028 and U+2029 end a line too. */
const gap = /(?:[\s\u0085\ufeff]+|\/\/[^\r\n\u2028\u2029]*|#[^\r\n\u2028\u2029]*)+/y;
const name = /\$?[\p{L}_][\p{L}\p{N}_]*/uy;
const number = /0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const unit = /[\p{L}_][\p{L}\p{N}_]*/uy;
const sign = /![a-z_]+~?|=~|==|!=|!~|<=|>=|<>|=>|\.\.|[|,()[\]{}.;:=<>+\-*/%]/y;
const rawLiteral = /\s*\(([^)]*)\)/y;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Answers positions for rising offsets in one walk over the text. Lines count as the service does: CR LF is one end. */
function createRuler(text: string): (offset: number) => Position {
  const ends = [...text.matchAll(/\r\n|[\r\n\u2028\u2029]/g)].map((end) => end.index + end[0].length);
  let line = 0;
  return (offset) => {
    while (line < ends.length && (ends[line] ?? 0) <= offset) line++;
    return { line: line + 1, position: offset - (ends[line - 1] ?? 0) };
  };
}

/** Query text to tokens, the last of kind `end`. Throws a syntax `KqlFault` at the first character that starts no token. */
export function tokenize(text: string): readonly Token[] {
  const positionOf = createRuler(text);
  const tokens: Token[] = [];
  let offset = 0;
  while (true) {
    const skipped = match(gap, text, offset)?.[0].length ?? 0;
    offset += skipped;
    const at = positionOf(offset);
    const glued = skipped === 0 && offset > 0;
    if (offset >= text.length) return [...tokens, { kind: 'end', text: '<EOF>', at, glued }];
    const found = scan(text, offset, at);
    tokens.push(...found.tokens.map((token) => ({ ...token, at, glued })));
    offset = found.end;
  }
}

type Bare =
  | { readonly kind: 'name' | 'sign'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string; readonly type: KqlType; readonly value: Value };

interface Scanned {
  readonly tokens: readonly Bare[];
  readonly end: number;
}

function scan(text: string, offset: number, at: Position): Scanned {
  const string = scanString(text, offset);
  if (string === null) throw syntaxFault(text.charAt(offset), at);
  if (string !== undefined) {
    const literal = {
      kind: 'literal',
      text: text.slice(offset, string.end),
      type: 'string',
      value: string.value,
    } as const;
    return { tokens: [literal], end: string.end };
  }
  const word = match(name, text, offset)?.[0];
  if (word !== undefined) return scanWord(text, offset, word, at);
  const digits = match(number, text, offset)?.[0];
  if (digits !== undefined) return scanNumber(text, offset, digits, at);
  const found = match(sign, text, offset)?.[0];
  if (found === undefined) throw syntaxFault(text.charAt(offset), at);
  return { tokens: [{ kind: 'sign', text: found }], end: offset + found.length };
}

function scanWord(text: string, offset: number, word: string, at: Position): Scanned {
  const end = offset + word.length;
  if (opensLiteral(word)) {
    const raw = match(rawLiteral, text, end);
    if (raw !== null) return scanRaw(word, raw[1] ?? '', end + raw[0].length, at);
  }
  if (word === 'in' && text.charAt(end) === '~') return { tokens: [{ kind: 'sign', text: 'in~' }], end: end + 1 };
  if (word === 'true' || word === 'false') {
    return { tokens: [{ kind: 'literal', text: word, type: 'bool', value: word === 'true' }], end };
  }
  return { tokens: [{ kind: 'name', text: word }], end };
}

function scanRaw(word: string, inside: string, end: number, at: Position): Scanned {
  // An empty datetime() means the present moment, so it becomes the call it stands for.
  if (/^date(time)?$/.test(word) && inside.trim() === '') {
    const call = [
      { kind: 'name', text: 'now' },
      { kind: 'sign', text: '(' },
      { kind: 'sign', text: ')' },
    ] as const;
    return { tokens: call, end };
  }
  const literal = readLiteral(word, inside);
  if (literal === undefined) throw syntaxFault(`${word}(${inside})`, at);
  return { tokens: [{ kind: 'literal', text: `${word}(${inside})`, ...literal }], end };
}

function scanNumber(text: string, offset: number, digits: string, at: Position): Scanned {
  const end = offset + digits.length;
  const value = Number(digits);
  const suffix = match(unit, text, end)?.[0];
  if (suffix !== undefined) {
    const ticks = unitTicks.get(suffix);
    if (ticks === undefined) throw syntaxFault(digits + suffix, at);
    const literal = {
      kind: 'literal',
      text: digits + suffix,
      type: 'timespan',
      value: scaleTicks(value, ticks),
    } as const;
    return { tokens: [literal], end: end + suffix.length };
  }
  if (!Number.isFinite(value)) throw syntaxFault(digits, at);
  const type: KqlType = /^0[xX]|^\d+$/.test(digits) ? 'long' : 'real';
  return { tokens: [{ kind: 'literal', text: digits, type, value }], end };
}
