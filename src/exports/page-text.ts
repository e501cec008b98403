import { MalformedAnswerError } from '../upstream/http/shape.ts';

/** A page whose rows are text still, so that each is read when it is given and forgotten with it. */
export interface PageText {
  /** The JSON of each row. */
  readonly rows: number;
  row(index: number): string;
  readonly nextLink: string | null;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93];

const malformed = (): MalformedAnswerError => new MalformedAnswerError('a page of an assessment');

/** The place behind the string that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  throw malformed();
};

/** The place behind the value that begins at `start`, which may be broken inside: who parses it will see. */
const endOfValue = (text: string, start: number): number => {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start);
  if (first !== openBrace && first !== openBracket) {
    let end = start;
    while (end < text.length && !',]}'.includes(text.charAt(end))) end += 1;
    if (end === start || end === text.length) throw malformed();
    return end;
  }
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
      continue;
    }
    at += 1;
    if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) depth -= 1;
    if (depth === 0) return at;
  }
  throw malformed();
};

const afterSpace = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && /\s|\ufeff/.test(text.charAt(at))) at += 1;
  return at;
};

/**
 * Reads `{ "value": [...], "@odata.nextLink"? }` of which the rows are told apart and not parsed: parsed together, those of a page
 * would be many times as large, and stay for long. Throws a `MalformedAnswerError` for any other text, and for one that is cut off.
 */
export const readPageText = (body: unknown): PageText => {
  if (typeof body !== 'string') throw malformed();
  const text = body;
  /** Where each row begins and ends. */
  const places: number[] = [];
  let nextLink: string | null = null;
  let isPage = false;

  /** Members or elements between brackets, with a comma between two of them; the place behind the closing one. */
  const between = (start: number, close: string, read: (at: number) => number): number => {
    let at = afterSpace(text, start);
    if (text.charAt(at) === close) return at + 1;
    for (;;) {
      at = afterSpace(text, read(at));
      if (text.charAt(at) === close) return at + 1;
      if (text.charAt(at) !== ',') throw malformed();
      at = afterSpace(text, at + 1);
    }
  };
  const row = (at: number): number => {
    const end = endOfValue(text, at);
    places.push(at, end);
    return end;
  };
  const member = (at: number): number => {
    if (text.charCodeAt(at) !== quote) throw malformed();
    const end = endOfString(text, at);
    const name = text.slice(at + 1, end - 1);
    const colon = afterSpace(text, end);
    if (text.charAt(colon) !== ':') throw malformed();
    const value = afterSpace(text, colon + 1);
    if (name === 'value' && text.charCodeAt(value) === openBracket) {
      isPage = true;
      return between(value + 1, ']', row);
    }
    const behind = endOfValue(text, value);
    if (name === '@odata.nextLink' && text.charCodeAt(value) === quote) {
      const link: unknown = JSON.parse(text.slice(value, behind));
      nextLink = link === '' ? null : String(link);
    }
    return behind;
  };

  const start = afterSpace(text, 0);
  if (text.charCodeAt(start) !== openBrace) throw malformed();
  between(start + 1, '}', member);
  if (!isPage) throw malformed();
  return {
    rows: places.length / 2,
    row: (index) => text.slice(places[2 * index], places[2 * index + 1]),
    nextLink,
  };
};
