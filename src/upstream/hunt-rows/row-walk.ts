import { codes, unknownYet } from '../json-places.ts';
import type { CellKind, RowShape } from './row-shape.ts';

/** Instead of a place: the row is not of this shape, or `JSON.stringify` would write it in another way. */
export const odd = -2;

/** What stands in a row instead of some of its bytes. */
export const replacements = {
  none: Buffer.alloc(0),
  null: Buffer.from('null'),
  true: Buffer.from('true'),
  false: Buffer.from('false'),
} as const;

/** A part of a row that is not written as it came. */
export interface Change {
  from: number;
  to: number;
  by: Uint8Array;
}

/** What is no end of a string and no escape, and may stand in one as it is. */
const plain = new Uint8Array(256).fill(1, 0x20);
plain[codes.quote] = 0;
plain[codes.backslash] = 0;

/** Escapes that `JSON.stringify` writes too; it writes others than these as they are or with other digits. */
const escapes = new Uint8Array(256);
for (const code of Buffer.from('"\\bfnrt')) escapes[code] = 1;

const words = ['true', 'false', 'null'].map((word) => Buffer.from(word));

/** Digits that a double always holds. */
const safeDigits = 15;

/** The place behind the string that begins at `start`. The byte at `end` is 0. */
const afterPlainString = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start + 1;
  for (;;) {
    while (plain[bytes[at] ?? 0] === 1) at += 1;
    if (at >= end) return unknownYet;
    const code = bytes[at];
    if (code === codes.quote) return at + 1;
    if (code !== codes.backslash) return odd;
    if (at + 1 >= end) return unknownYet;
    if (escapes[bytes[at + 1] ?? 0] === 0) return odd;
    at += 2;
  }
};

const isDigit = (code: number): boolean => code >= codes.zero && code <= codes.nine;

const isEnd = (code: number): boolean => code === codes.comma || code === codes.closeBrace;

/** Whether a number is written as JavaScript writes it; whole ones of many digits are text. */
const isPlainNumber = (text: string): boolean =>
  Number.isFinite(Number(text)) && !/^-?\d{16,}$/.test(text) && String(Number(text)) === text;

/** The place behind the number that begins at `start`. */
const afterNumber = (bytes: Buffer, start: number, end: number): number => {
  const first = bytes[start] === codes.minus ? start + 1 : start;
  let at = first;
  while (isDigit(bytes[at] ?? 0)) at += 1;
  if (at >= end) return unknownYet;
  const digits = at - first;
  if (digits > 0 && digits <= safeDigits && isEnd(bytes[at] ?? 0)) {
    if (bytes[first] !== codes.zero) return at;
    return digits === 1 && first === start ? at : odd;
  }
  while (at < end && !isEnd(bytes[at] ?? 0)) at += 1;
  if (at >= end) return at - start > 64 ? odd : unknownYet;
  return at - start <= 64 && isPlainNumber(bytes.toString('latin1', start, at)) ? at : odd;
};

/** The place behind the bytes of `word`, if they are there. */
const afterWord = (bytes: Uint8Array, start: number, end: number, word: Uint8Array): number => {
  for (let index = 0; index < word.length; index += 1) {
    if (start + index >= end) return unknownYet;
    if (bytes[start + index] !== word[index]) return odd;
  }
  return start + word.length;
};

/** The place behind a cell that is no string. */
const afterCell = (bytes: Buffer, start: number, end: number, kind: CellKind, changes: Change[]): number => {
  const code = bytes[start] ?? 0;
  if (isDigit(code) || code === codes.minus) {
    const behind = afterNumber(bytes, start, end);
    if (kind === 'boolean' && behind > 0) {
      const by = behind - start === 1 && code === codes.zero ? replacements.false : replacements.true;
      changes.push({ from: start, to: behind, by });
    }
    return behind;
  }
  if (code === codes.openBrace) {
    if (kind === 'plain' || kind === 'annotation') return odd;
    if (start + 1 >= end) return unknownYet;
    if (bytes[start + 1] !== codes.closeBrace) return odd;
    changes.push({ from: start, to: start + 2, by: replacements.null });
    return start + 2;
  }
  if (start >= end) return unknownYet;
  for (const word of words) if (word[0] === code) return afterWord(bytes, start, end, word);
  return odd;
};

/**
 * The place behind the row that begins at `start`, where it has this shape, no spaces, and cells without objects and lists, as
 * `JSON.stringify` writes them; `odd`, or `unknownYet` when the bytes end before that is known. `changes` becomes what is written
 * otherwise. `bytes` is UTF-8, and its byte at `end` is 0.
 */
export const afterRow = (bytes: Buffer, start: number, end: number, shape: RowShape, changes: Change[]): number => {
  const { keys, kinds } = shape;
  changes.length = 0;
  let at = start;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] ?? replacements.none;
    const keyAt = at;
    const { length } = key;
    for (let place = 0; place < length; place += 1) {
      if (bytes[at + place] !== key[place]) return at + place >= end ? unknownYet : odd;
    }
    at += length;
    const kind = kinds[index] ?? 'plain';
    at = bytes[at] === codes.quote ? afterPlainString(bytes, at, end) : afterCell(bytes, at, end, kind, changes);
    if (at < 0) return at;
    if (kind === 'annotation') changes.push({ from: keyAt, to: at, by: replacements.none });
  }
  if (at >= end) return unknownYet;
  return bytes[at] === codes.closeBrace ? at + 1 : odd;
};
