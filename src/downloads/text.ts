/** By its byte order mark, else UTF-16 where every other byte of its first characters is 0, as Windows writes it; else UTF-8. */
const encodingOf = ([a, b, c, d]: Buffer): string => {
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (b === 0 && d === 0 && a !== 0 && c !== 0) return 'utf-16le';
  return 'utf-8';
};

/** The text in a file, without its byte order mark; bytes that are no text read as U+FFFD. */
export const textIn = (bytes: Buffer): string => new TextDecoder(encodingOf(bytes)).decode(bytes);
