/** A string literal found in the text: its value and the offset just after it. */
export interface ScannedString {
  readonly value: string;
  readonly end: number;
}

const plainEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Numeric escapes: the pattern after the backslash and the base of its digits. */
const numericEscapes = [
  { pattern: /u([0-9a-fA-F]{4})/y, base: 16 },
  { pattern: /U([0-9a-fA-F]{8})/y, base: 16 },
  { pattern: /x([0-9a-fA-F]{2})/y, base: 16 },
  { pattern: /([0-3][0-7]{2}|[0-7]{1,2})/y, base: 8 },
] as const;

/**
 * Reads the string literal that starts at `start`, in any of Kusto's forms: regular, verbatim (`@`), obfuscated (`h`) and
 * multi-line (three backticks or tildes). `undefined` when no literal starts there; `null` when one starts and is broken:
 * a raw line end, an unknown escape, no closing mark.
 */
export function scanString(text: string, start: number): ScannedString | null | undefined {
  const opening = /[hH]?(@?["']|```|~~~)/y;
  opening.lastIndex = start;
  const mark = opening.exec(text)?.[1];
  if (mark === undefined) return undefined;
  const from = opening.lastIndex;
  if (mark === '```' || mark === '~~~') {
    const close = text.indexOf(mark, from);
    return close < 0 ? null : { value: text.slice(from, close), end: close + 3 };
  }
  return mark.startsWith('@') ? scanVerbatim(text, from, mark.slice(1)) : scanRegular(text, from, mark);
}

function scanVerbatim(text: string, from: number, quote: string): ScannedString | null {
  let value = '';
  for (let i = from; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\r' || character === '\n') return null;
    if (character === quote) {
      if (text.charAt(i + 1) !== quote) return { value, end: i + 1 };
      i++;
    }
    value += character;
  }
  return null;
}

function scanRegular(text: string, from: number, quote: string): ScannedString | null {
  let value = '';
  for (let i = from; i < text.length; ) {
    const character = text.charAt(i);
    if (character === '\r' || character === '\n') return null;
    if (character === quote) return { value, end: i + 1 };
    if (character !== '\\') {
      value += character;
      i++;
      continue;
    }
    const escaped = scanEscape(text, i + 1);
    if (escaped === null) return null;
    value += escaped.value;
    i = escaped.end;
  }
  return null;
}

function scanEscape(text: string, from: number): ScannedString | null {
  const plain = plainEscapes.get(text.charAt(from));
  if (plain !== undefined) return { value: plain, end: from + 1 };
  for (const { pattern, base } of numericEscapes) {
    pattern.lastIndex = from;
    const digits = pattern.exec(text)?.[1];
    if (digits === undefined) continue;
    const code = Number.parseInt(digits, base);
    return code > 0x10ffff ? null : { value: String.fromCodePoint(code), end: pattern.lastIndex };
  }
  return null;
}
