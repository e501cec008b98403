import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../system-code.ts';
import { fileName } from './files.ts';

/** Bytes that are read and parsed at a time: a few milliseconds of work, then others have their turn. */
export const pieceBytes = 65_536;

const newline = 0x0a;

/** A file of the log, to be read; null: it was removed by retention since it was listed. */
export const openIfThere = (folder: string, number: number): Promise<FileHandle | null> =>
  open(join(folder, fileName(number)), 'r').catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return null;
    throw error;
  });

/** So many bytes of a file from `position`; fewer where it ends. */
export const readPiece = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
};

/** Where the last whole line before `end` ends; 0 when there is none. */
const wholeEnd = async (file: FileHandle, end: number): Promise<number> => {
  let to = end;
  while (to > 0) {
    const from = Math.max(0, to - pieceBytes);
    const found = (await readPiece(file, from, to - from)).lastIndexOf(newline);
    if (found >= 0) return from + found + 1;
    to = from;
  }
  return 0;
};

/**
 * The whole lines of a file before byte `before`, the last first, read in pieces from the end. What stands behind the last
 * line feed is left out: it is being written.
 */
export async function* linesBack(
  folder: string,
  number: number,
  before = Number.POSITIVE_INFINITY,
): AsyncGenerator<string> {
  const file = await openIfThere(folder, number);
  if (file === null) return;
  try {
    let end = await wholeEnd(file, Math.min(before, (await file.stat()).size));
    /** The end of a line whose beginning stands in a piece before. */
    let rest: readonly Buffer[] = [];
    while (end > 0) {
      const from = Math.max(0, end - pieceBytes);
      const piece = await readPiece(file, from, end - from);
      let to = piece.length;
      for (;;) {
        const cut = to === 0 ? -1 : piece.lastIndexOf(newline, to - 1);
        if (cut < 0) break;
        const line = Buffer.concat([piece.subarray(cut + 1, to), ...rest]).toString('utf8');
        rest = [];
        if (line !== '') yield line;
        to = cut;
      }
      rest = [piece.subarray(0, to), ...rest];
      end = from;
    }
    const line = Buffer.concat(rest).toString('utf8');
    if (line !== '') yield line;
  } finally {
    await file.close();
  }
}
