/** Digits of the shortest whole number that a double may not hold. */
const longDigits = 16;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** What stands before a number in JSON: a colon, a bracket, a comma, white space, or its own minus. */
const before: ReadonlySet<number> = new Set([...':[, \t\n\r-'].map((character) => character.charCodeAt(0)));

/** Codes of characters; those beyond ASCII are no digits in any encoding of the two that are looked through. */
interface Codes {
  readonly length: number;
  /** Beyond the end and before the beginning: none that is a digit. */
  readonly at: (place: number) => number;
}

/**
 * Whether there may be a whole number that a double cannot hold: shorter ones are all safe. Of so many digits in a row one stands
 * at a multiple of their number, so that only those places are looked at. The rest of this file is for the few answers that have one.
 */
const maybeLong = ({ length, at }: Codes): boolean => {
  for (let place = 0; place < length; place += longDigits) {
    if (!isDigit(at(place))) continue;
    let start = place;
    while (isDigit(at(start - 1))) start -= 1;
    let end = place + 1;
    while (isDigit(at(end))) end += 1;
    if (end - start >= longDigits && before.has(at(start - 1))) return true;
    // The rest of a long row of digits was looked at.
    place = Math.max(place, end - (end % longDigits) - longDigits);
  }
  return false;
};

const codesOf = (text: string, bytes: Uint8Array | undefined): Codes =>
  bytes === undefined
    ? { length: text.length, at: (place) => text.charCodeAt(place) }
    : { length: bytes.length, at: (place) => bytes[place] ?? 0 };

/** A whole number where JSON may have one, with what stands before it; inside a string it may look the same. */
const longNumber = /[:[,\s](-?[1-9]\d{15,})(?=[,\]}\s])/g;

/** The place behind the string that begins at `start`; the end of the text when nothing closes it. */
const endOfString = (text: string, start: number): number => {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
};

/** The same JSON with every whole number that a double cannot hold exactly as a string. */
const withExactNumbers = (text: string): string => {
  const pieces: string[] = [];
  let copied = 0;
  let outside = 0;
  let quote = text.indexOf('"');
  for (const match of text.matchAll(longNumber)) {
    const digits = match[1] ?? '';
    const index = match.index + 1;
    while (quote !== -1 && quote < index) {
      outside = endOfString(text, quote);
      quote = text.indexOf('"', outside);
    }
    if (outside > index || Number.isSafeInteger(Number(digits))) continue;
    pieces.push(text.slice(copied, index), '"', digits, '"');
    copied = index + digits.length;
  }
  return copied === 0 ? text : pieces.join('') + text.slice(copied);
};

/**
 * Parses JSON without changing a digit of a whole number: one beyond 2^53, which would be rounded, is read as text. Two
 * processes of a tenant differ in the last digits of their 64 bit ids. Throws a `SyntaxError` for what is no JSON. `utf8`: the same
 * text in bytes, where they are at hand: they are looked through in less time.
 */
export const parseExactly = (text: string, utf8?: Uint8Array): unknown =>
  JSON.parse(maybeLong(codesOf(text, utf8)) ? withExactNumbers(text) : text);
