import { MalformedAnswerError } from '../upstream/http/shape.ts';

/** A page whose rows are bytes still, so that each is read when it is given and forgotten with it. */
export interface PageText {
  /** The JSON of each row. */
  readonly rows: number;
  row(index: number): string;
  /** The same as it came. */
  bytes(index: number): Uint8Array;
  readonly nextLink: string | null;
  /** Gives its memory back at once: what lived while rows were given is cleared away late otherwise. Nothing of it is read after. */
  release(): void;
}

const [quote, comma, colon, backslash] = [34, 44, 58, 92];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

const malformed = (): MalformedAnswerError => new MalformedAnswerError('a page of an assessment');

/** The place behind the string that begins at `start`. */
const endOfString = (text: Buffer, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text[at];
    if (code === quote) return at + 1;
    // What follows is no end, whatever it is.
    if (code === backslash) at += 1;
  }
  throw malformed();
};

/** The place behind the value that begins at `start`, which may be broken inside: who parses it will see. */
const endOfValue = (text: Buffer, start: number): number => {
  const first = text[start];
  if (first === quote) return endOfString(text, start);
  if (first !== openBrace && first !== openBracket) {
    let end = start;
    while (end < text.length && ![comma, closeBracket, closeBrace].includes(text[end] ?? 0)) end += 1;
    if (end === start || end === text.length) throw malformed();
    return end;
  }
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const code = text[at];
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

/** Space of JSON (RFC 8259, 2), and the bytes of a byte order mark. */
const space: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

const afterSpace = (text: Buffer, start: number): number => {
  let at = start;
  while (space.has(text[at])) at += 1;
  return at;
};

/**
 * Reads `{ "value": [...], "@odata.nextLink"? }` of which the rows are told apart and not parsed: parsed together, those of a page
 * would be many times as large, and stay for long, as a large text does. Throws a `MalformedAnswerError` for any other text, and for one that is cut off.
 */
export const readPageText = (body: unknown): PageText => {
  if (!Buffer.isBuffer(body)) throw malformed();
  const text = body;
  /** Where each row begins and ends. */
  const places: number[] = [];
  let nextLink: string | null = null;
  let isPage = false;

  /** Members or elements between brackets, with a comma between two of them; the place behind the closing one. */
  const between = (start: number, close: number, read: (at: number) => number): number => {
    let at = afterSpace(text, start);
    if (text[at] === close) return at + 1;
    for (;;) {
      at = afterSpace(text, read(at));
      if (text[at] === close) return at + 1;
      if (text[at] !== comma) throw malformed();
      at = afterSpace(text, at + 1);
    }
  };
  const row = (at: number): number => {
    const end = endOfValue(text, at);
    places.push(at, end);
    return end;
  };
  const member = (at: number): number => {
    if (text[at] !== quote) throw malformed();
    const end = endOfString(text, at);
    const name = text.toString('utf8', at + 1, end - 1);
    const divider = afterSpace(text, end);
    if (text[divider] !== colon) throw malformed();
    const value = afterSpace(text, divider + 1);
    if (name === 'value' && text[value] === openBracket) {
      isPage = true;
      return between(value + 1, closeBracket, row);
    }
    if (name === 'error' && text[value] === openBrace) throw malformed();
    const behind = endOfValue(text, value);
    if (name === '@odata.nextLink' && text[value] === quote) {
      const link: unknown = JSON.parse(text.toString('utf8', value, behind));
      nextLink = link === '' ? null : String(link);
    }
    return behind;
  };

  const start = afterSpace(text, 0);
  if (text[start] !== openBrace) throw malformed();
  between(start + 1, closeBrace, member);
  if (!isPage) throw malformed();
  return {
    rows: places.length / 2,
    row: (index) => text.toString('utf8', places[2 * index], places[2 * index + 1]),
    bytes: (index) => text.subarray(places[2 * index], places[2 * index + 1]),
    nextLink,
    release: () => {
      // Small ones lie in memory of others.
      if (text.buffer instanceof ArrayBuffer && text.buffer.byteLength === text.byteLength) text.buffer.transfer(0);
    },
  };
};
