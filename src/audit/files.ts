import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Both ends of the chain, apart from the lines. */
export const headFile = 'audit-head';

const pattern = /^audit-(\d{8})\.jsonl$/;

/** Name of the file with this number, e.g. `audit-00000001.jsonl`. */
export const fileName = (number: number): string => `audit-${String(number).padStart(8, '0')}.jsonl`;

/** Numbers of the files of a folder, the oldest first. */
export const fileNumbers = (folder: string): readonly number[] =>
  readdirSync(folder)
    .flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);

/** The number of the first file that is gone between others; undefined: none is. Retention takes the oldest first. */
export const missingNumber = (numbers: readonly number[]): number | undefined => {
  const behind = numbers.find((number, index) => index > 0 && numbers[index - 1] !== number - 1);
  return behind === undefined ? undefined : behind - 1;
};

/** Bytes of a file; 0 when there is none. */
export const sizeOf = (folder: string, number: number): number =>
  statSync(join(folder, fileName(number)), { throwIfNoEntry: false })?.size ?? 0;

/** The head as it is stored; null when there is none. */
export const readHeadFile = (folder: string): string | null => {
  const file = join(folder, headFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

/** A line with the place where it stands. */
export interface PlacedLine {
  readonly text: string;
  readonly number: number;
  /** Byte of the file at which it begins. */
  readonly start: number;
}

/** The whole lines of a file from byte `from` on, with their places. */
export const linesFrom = (folder: string, number: number, from = 0): readonly PlacedLine[] => {
  const descriptor = openSync(join(folder, fileName(number)), 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, sizeOf(folder, number) - from));
    const read = readSync(descriptor, buffer, 0, buffer.length, from);
    const lines: PlacedLine[] = [];
    let start = 0;
    for (;;) {
      const end = buffer.subarray(0, read).indexOf(0x0a, start);
      if (end < 0) return lines;
      lines.push({ text: buffer.toString('utf8', start, end), number, start: from + start });
      start = end + 1;
    }
  } finally {
    closeSync(descriptor);
  }
};

const pieceBytes = 65_536;

/** Where the last whole line of a file ends. */
const wholeSize = (descriptor: number, size: number): number => {
  const piece = Buffer.alloc(pieceBytes);
  for (let to = size; to > 0; ) {
    const from = Math.max(0, to - pieceBytes);
    const read = readSync(descriptor, piece, 0, to - from, from);
    const end = piece.subarray(0, read).lastIndexOf(0x0a);
    if (end >= 0) return from + end + 1;
    to = from;
  }
  return 0;
};

/** Cuts off a line that was not written to its end: its action was not begun, for it was never confirmed. Tells the bytes left. */
export const repairTail = (folder: string, number: number): number => {
  const size = sizeOf(folder, number);
  if (size === 0) return 0;
  const descriptor = openSync(join(folder, fileName(number)), 'r+');
  try {
    const whole = wholeSize(descriptor, size);
    if (whole < size) {
      ftruncateSync(descriptor, whole);
      fsyncSync(descriptor);
    }
    return whole;
  } finally {
    closeSync(descriptor);
  }
};

/** The first whole line of a file; null when it has none. */
export const firstLine = (folder: string, number: number): string | null => {
  const descriptor = openSync(join(folder, fileName(number)), 'r');
  try {
    const pieces: Buffer[] = [];
    for (let from = 0; ; from += pieceBytes) {
      const piece = Buffer.alloc(pieceBytes);
      const read = readSync(descriptor, piece, 0, pieceBytes, from);
      if (read === 0) return null;
      const end = piece.subarray(0, read).indexOf(0x0a);
      pieces.push(piece.subarray(0, end < 0 ? read : end));
      if (end >= 0) return Buffer.concat(pieces).toString('utf8');
    }
  } finally {
    closeSync(descriptor);
  }
};

/** More than a record has, so that a disk without room for one refuses it. */
const probeBytes = 65_536;

/** Writes a file to the disk and removes it. Rejects when that cannot be done. */
export const probeFolder = async (folder: string): Promise<void> => {
  const file = join(folder, 'probe');
  try {
    const probe = await open(file, 'w', 0o600);
    try {
      await probe.writeFile(Buffer.alloc(probeBytes));
      await probe.sync();
    } finally {
      await probe.close();
    }
  } finally {
    await rm(file, { force: true });
  }
};
