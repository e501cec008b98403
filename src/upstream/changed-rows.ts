import { parseExactly } from './exact-json.ts';
import { isRecord } from './http/shape.ts';
import { afterSpace, afterValue, codes, unknownYet } from './json-places.ts';
import { textOfUtf8 } from './utf8.ts';

/** Where the rows of a list stand in the bytes of its answer: an object whose property `value` is a list of objects. */
export interface RowPlaces {
  /** The place behind the bracket that opens the list, and that of the one that closes it. */
  readonly open: number;
  readonly close: number;
  /** Of each row its first place, and the place behind it. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A list that was read, with the bytes that it was read from. */
export interface ReadList {
  readonly bytes: Uint8Array;
  readonly json: Readonly<Record<string, unknown>>;
  readonly rows: readonly unknown[];
  readonly places: RowPlaces;
}

const listKey = Buffer.from('"value"');

const isListKey = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start === listKey.length && Buffer.compare(bytes.subarray(start, end), listKey) === 0;

/** The places of the rows that begin at `at`, and behind them that of what closes the list; `null`: there is something that is no object. */
const rowsFrom = (bytes: Uint8Array, from: number, end: number) => {
  const starts: number[] = [];
  const ends: number[] = [];
  let at = afterSpace(bytes, from, end);
  while (at < end && bytes[at] !== codes.closeBracket) {
    if (bytes[at] !== codes.openBrace) return null;
    const behind = afterValue(bytes, at, end);
    if (behind === unknownYet) return null;
    starts.push(at);
    ends.push(behind);
    at = afterSpace(bytes, behind, end);
    if (bytes[at] === codes.comma) at = afterSpace(bytes, at + 1, end);
  }
  return { starts, ends, close: at };
};

/** Where the rows of an answer stand; `null`: it is no such list, or has the property twice, or one whose name is written with escapes. */
export const placesOfRows = (bytes: Uint8Array): RowPlaces | null => {
  const end = bytes.length;
  let places: RowPlaces | null = null;
  let at = afterSpace(bytes, 0, end);
  if (bytes[at] !== codes.openBrace) return null;
  at = afterSpace(bytes, at + 1, end);
  while (at < end && bytes[at] !== codes.closeBrace) {
    const behindKey = bytes[at] === codes.quote ? afterValue(bytes, at, end) : unknownYet;
    if (behindKey === unknownYet || bytes.subarray(at, behindKey).includes(codes.backslash)) return null;
    const isList = isListKey(bytes, at, behindKey);
    at = afterSpace(bytes, behindKey, end);
    if (bytes[at] !== codes.colon) return null;
    at = afterSpace(bytes, at + 1, end);
    if (!isList) at = afterValue(bytes, at, end);
    else {
      if (places !== null || bytes[at] !== codes.openBracket) return null;
      const rows = rowsFrom(bytes, at + 1, end);
      if (rows === null || bytes[rows.close] !== codes.closeBracket) return null;
      places = { open: at + 1, ...rows };
      at = rows.close + 1;
    }
    if (at === unknownYet) return null;
    at = afterSpace(bytes, at, end);
    if (bytes[at] === codes.comma) at = afterSpace(bytes, at + 1, end);
  }
  return places;
};

/** Bytes that are compared at once. */
const block = 4096;

/** How many of the first bytes are the same. */
const samePrefix = (one: Uint8Array, other: Uint8Array): number => {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most) {
    const to = Math.min(at + block, most);
    if (Buffer.compare(one.subarray(at, to), other.subarray(at, to)) !== 0) break;
    at = to;
  }
  while (at < most && one[at] === other[at]) at += 1;
  return at;
};

/** How many of the last bytes are the same, `most` of them at most. */
const sameSuffix = (one: Uint8Array, other: Uint8Array, most: number): number => {
  const partOf = (bytes: Uint8Array, from: number, to: number) =>
    bytes.subarray(bytes.length - to, bytes.length - from);
  let length = 0;
  while (length < most) {
    const to = Math.min(length + block, most);
    if (Buffer.compare(partOf(one, length, to), partOf(other, length, to)) !== 0) break;
    length = to;
  }
  while (length < most && one[one.length - 1 - length] === other[other.length - 1 - length]) length += 1;
  return length;
};

/** How many of the first and of the last bytes of two answers are the same: some may be both. */
export interface SameBytes {
  readonly prefix: number;
  readonly suffix: number;
}

/** Compares two answers. */
export const sameBytes = (one: Uint8Array, other: Uint8Array): SameBytes => ({
  prefix: samePrefix(one, other),
  suffix: sameSuffix(one, other, Math.min(one.length, other.length)),
});

/** The rows stand as they were; what is beside them is read anew. `open` and `close`: where they stand now. */
const besideRows = (before: ReadList, bytes: Uint8Array, open: number, close: number): ReadList | null => {
  const beside = Buffer.concat([bytes.subarray(0, open), bytes.subarray(close)]);
  const json = parseExactly(textOfUtf8(beside), beside);
  // The list may have another name now, or there may be two of it.
  if (!isRecord(json) || placesOfRows(beside)?.open !== open) return null;
  const by = open - before.places.open;
  const moved = (places: readonly number[]) => (by === 0 ? places : places.map((place) => place + by));
  const places = { open, close, starts: moved(before.places.starts), ends: moved(before.places.ends) };
  return { bytes, json: { ...json, value: before.rows }, rows: before.rows, places };
};

/**
 * Some rows in a row are others, more or fewer. What stands before the first of them and behind the last is JSON up to a row and from a
 * row on, as it was before: between them may stand rows and commas, and nothing else.
 */
const amongRows = (before: ReadList, bytes: Uint8Array, { prefix, suffix }: SameBytes): ReadList | null => {
  const { open, close, starts, ends } = before.places;
  const unchangedFrom = before.bytes.length - suffix;
  const by = bytes.length - before.bytes.length;
  let first = ends.findIndex((end) => end > prefix);
  if (first === -1) first = starts.length;
  let behind = starts.length;
  while (behind > first && (starts[behind - 1] ?? 0) >= unchangedFrom) behind -= 1;
  const from = ends[first - 1] ?? open;
  const placeNow = (row: number): number => (starts[row] ?? close) + by;
  while (behind < starts.length && placeNow(behind) < from) behind += 1;
  const to = placeNow(behind);
  if (to < from) return null;
  const changed = bytes.subarray(from, to);
  const [head, tail] = [first > 0 ? '{}' : '', behind < starts.length ? '{}' : ''];
  const parsed = parseExactly(`[${head}${textOfUtf8(changed)}${tail}]`);
  if (!Array.isArray(parsed)) return null;
  const made = parsed.slice(head === '' ? 0 : 1, tail === '' ? parsed.length : -1);
  // Behind a row there is a comma first.
  const start = afterSpace(changed, 0, changed.length);
  const walked = rowsFrom(changed, head !== '' && changed[start] === codes.comma ? start + 1 : start, changed.length);
  if (walked?.starts.length !== made.length) return null;
  const placed = (old: readonly number[], now: readonly number[]): readonly number[] => [
    ...old.slice(0, first),
    ...now.map((place) => place + from),
    ...old.slice(behind).map((place) => place + by),
  ];
  const rows = [...before.rows.slice(0, first), ...made, ...before.rows.slice(behind)];
  const places = { open, close: close + by, starts: placed(starts, walked.starts), ends: placed(ends, walked.ends) };
  return { bytes, json: { ...before.json, value: rows }, rows, places };
};

const readParts = (before: ReadList, bytes: Uint8Array, same: SameBytes): ReadList | null => {
  const { open, close } = before.places;
  const by = bytes.length - before.bytes.length;
  if (same.prefix > close) return besideRows(before, bytes, open, close);
  if (same.suffix > before.bytes.length - open) return besideRows(before, bytes, open + by, close + by);
  if (same.prefix < open || same.suffix < before.bytes.length - close) return null;
  return amongRows(before, bytes, same);
};

/**
 * Reads an answer by the one before, of which it has some bytes at the beginning and some at the end: rows that stand in those are the ones
 * that were read then. `null`: that does not tell what it says, or that it is no JSON.
 */
export const readByOneBefore = (before: ReadList, bytes: Uint8Array, same: SameBytes): ReadList | null => {
  try {
    return readParts(before, bytes, same);
  } catch (thrown) {
    // Brackets that stood elsewhere before: what is changed is no part of a list, though the whole may be JSON.
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
};

/** A list with the places of its rows; `null`: it is none, or none whose rows can be told apart. */
export const listOf = (bytes: Uint8Array, json: unknown): ReadList | null => {
  if (!isRecord(json) || !Array.isArray(json.value)) return null;
  const places = placesOfRows(bytes);
  return places === null || places.starts.length !== json.value.length
    ? null
    : { bytes, json, rows: json.value, places };
};
