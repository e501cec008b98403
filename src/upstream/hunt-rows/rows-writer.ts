import type { HuntRowsText } from '../../domain/hunt.ts';
import type { Change } from './row-walk.ts';

/** Bytes of a chunk, of some 100 rows; the first ones are fewer, as most answers are small. */
const [firstBytes, mostBytes] = [16 * 1024, 64 * 1024];

/** What is written instead of a part of a row is longer than it by so much at most. */
const growth = 8;

/** Rows as text, written one after the other. */
export interface RowsWriter {
  /** A row of `bytes`, changed, with `mark` instead of its closing brace. */
  copy(bytes: Buffer, from: number, to: number, changes: readonly Change[]): void;
  text(row: string): void;
  /** Bytes of full chunks. */
  readonly full: number;
  /** Full chunks alone, which need not be copied. */
  takeFull(): HuntRowsText;
  /** All that was written and not taken. */
  take(): HuntRowsText;
}

/** `mark`: behind the last cell of a copied row; `separator`: behind every row. */
export const createRowsWriter = (mark: Uint8Array, separator: string, chunkBytes = firstBytes): RowsWriter => {
  const parting = separator.charCodeAt(0);
  let chunks: Uint8Array[] = [];
  let out = Buffer.alloc(0);
  let at = 0;
  /** Rows in the chunk that is written, and in full ones. */
  let count = 0;
  let fullCount = 0;
  let full = 0;
  let usual = chunkBytes;

  const close = (): void => {
    if (at === 0) return;
    // A chunk that is mostly empty would hold its memory all the same.
    chunks.push(at > out.length / 2 ? out.subarray(0, at) : Buffer.from(out.subarray(0, at)));
    full += at;
    fullCount += count;
    out = Buffer.alloc(0);
    at = 0;
    count = 0;
  };
  const takeFull = (): HuntRowsText => {
    const taken = { count: fullCount, chunks };
    [chunks, fullCount, full] = [[], 0, 0];
    return taken;
  };
  const reserve = (bytes: number): void => {
    if (at + bytes <= out.length) return;
    close();
    out = Buffer.allocUnsafeSlow(Math.max(usual, bytes));
    usual = Math.min(2 * usual, mostBytes);
  };

  return {
    copy: (bytes, from, to, changes) => {
      reserve(to - from + changes.length * growth + mark.length + 1);
      let copied = from;
      for (const change of changes) {
        at += bytes.copy(out, at, copied, change.from);
        out.set(change.by, at);
        at += change.by.length;
        copied = change.to;
      }
      at += bytes.copy(out, at, copied, to - 1);
      out.set(mark, at);
      at += mark.length;
      out[at] = parting;
      at += 1;
      count += 1;
    },
    text: (row) => {
      // A character of UTF-16 is three bytes at most.
      reserve(row.length * 3 + 1);
      at += out.write(row, at);
      out[at] = parting;
      at += 1;
      count += 1;
    },
    get full() {
      return full;
    },
    takeFull,
    take: () => {
      close();
      return takeFull();
    },
  };
};
