/**
 * Whether there may be a whole number that a double cannot hold: shorter ones are all safe. It costs 2 ms a megabyte, the rest
 * of this file is for the few answers that have one.
 */
const maybeLong = /[:[,\s-]\d{16}/;

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
 * processes of a tenant differ in the last digits of their 64 bit ids. Throws a `SyntaxError` for what is no JSON.
 */
export const parseExactly = (text: string): unknown => JSON.parse(maybeLong.test(text) ? withExactNumbers(text) : text);
