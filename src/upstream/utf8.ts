const byteOrderMark = '\u{feff}';

/** The text of bytes in UTF-8, without a byte order mark. `Buffer` is faster than `TextDecoder`. */
export const textOfUtf8 = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
};
