import { afterSpace, afterValue, codes, unknownYet } from '../json-places.ts';

/** Where the rows of an answer begin: behind the bracket. `none`: they are not where rows can be read as they come. */
export type RowsPlace = number | 'none' | typeof unknownYet;

/** Names of the members that an answer is read from, as the three APIs write them. */
export const frameNames: ReadonlySet<string> = new Set(['schema', 'Schema', 'results', 'Results']);

const mark = [0xef, 0xbb, 0xbf] as const;

/** Behind a byte order mark, which `TextDecoder` leaves out too. */
export const afterMark = (bytes: Uint8Array): number =>
  mark.every((code, index) => bytes[index] === code) ? mark.length : 0;

/** Looks for the list of rows behind the columns, among the members of an answer. */
export const rowsPlaceOf = (bytes: Buffer, end: number): RowsPlace => {
  let hasSchema = false;
  let at = afterSpace(bytes, afterMark(bytes), end);
  if (at === end) return unknownYet;
  if (bytes[at] !== codes.openBrace) return 'none';
  for (;;) {
    const key = afterSpace(bytes, at + 1, end);
    if (key === end) return unknownYet;
    if (bytes[key] !== codes.quote) return 'none';
    const behindKey = afterValue(bytes, key, end);
    if (behindKey === unknownYet) return unknownYet;
    const name = bytes.toString('latin1', key + 1, behindKey - 1);
    // A name may be written in other ways too.
    if (name.includes('\\')) return 'none';
    const colon = afterSpace(bytes, behindKey, end);
    if (colon === end) return unknownYet;
    if (bytes[colon] !== codes.colon) return 'none';
    const value = afterSpace(bytes, colon + 1, end);
    if (value === end) return unknownYet;
    if (name === 'schema' || name === 'Schema') hasSchema = true;
    if (name === 'results' || name === 'Results') {
      return hasSchema && bytes[value] === codes.openBracket ? value + 1 : 'none';
    }
    const behind = afterValue(bytes, value, end);
    if (behind === unknownYet) return unknownYet;
    at = afterSpace(bytes, behind, end);
    if (at === end) return unknownYet;
    if (bytes[at] !== codes.comma) return 'none';
  }
};
