/** Bytes of JSON (RFC 8259, 2). */
export const codes = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Instead of a place: what is looked for may end in bytes that are still to come. */
export const unknownYet = -1;

const isSpace = (code: number | undefined): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

/** The place of the first byte that is no space, `end` at most. */
export const afterSpace = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start;
  while (at < end && isSpace(bytes[at])) at += 1;
  return at;
};

/** The place behind the string that begins at `start`; `unknownYet`. */
const afterString = (bytes: Uint8Array, start: number, end: number): number => {
  for (let at = start + 1; at < end; at += 1) {
    const code = bytes[at];
    if (code === codes.quote) return at + 1;
    // What follows is no end, whatever it is.
    if (code === codes.backslash) at += 1;
  }
  return unknownYet;
};

/** The place behind the value that begins at `start`, which may be broken inside: who parses it sees that. `unknownYet`. */
export const afterValue = (bytes: Uint8Array, start: number, end: number): number => {
  const first = bytes[start];
  if (first === codes.quote) return afterString(bytes, start, end);
  if (first !== codes.openBrace && first !== codes.openBracket) {
    for (let at = start; at < end; at += 1) {
      const code = bytes[at];
      if (code === codes.comma || code === codes.closeBracket || code === codes.closeBrace || isSpace(code)) return at;
    }
    return unknownYet;
  }
  let depth = 0;
  for (let at = start; at < end; ) {
    const code = bytes[at];
    if (code === codes.quote) {
      at = afterString(bytes, at, end);
      if (at === unknownYet) return unknownYet;
      continue;
    }
    at += 1;
    if (code === codes.openBrace || code === codes.openBracket) depth += 1;
    else if (code === codes.closeBrace || code === codes.closeBracket) depth -= 1;
    if (depth === 0) return at;
  }
  return unknownYet;
};
