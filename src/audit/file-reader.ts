import type { FileHandle } from 'node:fs/promises';
import { clockSlackMs } from './ended.ts';
import { fileNumbers } from './files.ts';
import { recordOf } from './line.ts';
import { linesBack, openIfThere, pieceBytes, readPiece } from './read-back.ts';
import type { AuditRange, AuditRecord } from './record.ts';

/** What is known of a line without parsing it all. */
interface Mark {
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** Who and what a full file is about: it never changes, so that a question about others need not read it. */
interface Sketch {
  readonly tenants: ReadonlySet<string>;
  readonly callers: ReadonlySet<string>;
}

const beginning = /^\{(?:"v":\d+,)?"seq":(\d+),"at":"([^"]+)"/;

const markOf = (line: string): Mark | null => {
  const match = beginning.exec(line);
  return match === null ? null : { seq: Number(match[1]), atMs: Date.parse(match[2] ?? '') };
};

const newline = 0x0a;

/** The beginning of the first line that starts at or behind `from`, and where it starts; null: there is none. */
const lineBehind = async (
  file: FileHandle,
  from: number,
): Promise<{ readonly mark: Mark | null; readonly start: number } | null> => {
  let start = from === 0 ? 0 : -1;
  for (let at = from; start < 0; at += pieceBytes) {
    const piece = await readPiece(file, at, pieceBytes);
    if (piece.length === 0) return null;
    const cut = piece.indexOf(newline);
    if (cut >= 0) start = at + cut + 1;
  }
  const text = (await readPiece(file, start, 256)).toString('utf8');
  return text === '' ? null : { mark: markOf(text), start };
};

/** Whether a line is out of the range, and all behind it. Clocks of processes differ, so that times are not in strict order. */
const isBehind = (
  { beforeSeq = Number.POSITIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY }: AuditRange,
  { seq, atMs }: Mark,
): boolean => seq >= beforeSeq || atMs > untilMs + clockSlackMs;

/** The byte before which the lines of a range stand, by halving: a late page reads no more than an early one. */
const endOfRange = async (file: FileHandle, range: AuditRange): Promise<number> => {
  let low = 0;
  let high = (await file.stat()).size;
  let end = high;
  while (high - low > pieceBytes) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineBehind(file, middle);
    if (line?.mark == null || isBehind(range, line.mark)) {
      high = middle;
      if (line !== null) end = Math.min(end, line.start);
    } else {
      low = middle;
    }
  }
  return end;
};

/** Reads a folder's log, asynchronously and in pieces. */
export const fileReader = (folder: string) => {
  const firsts = new Map<number, Mark>();
  const sketches = new Map<number, Sketch>();

  const opened = async <T>(number: number, work: (file: FileHandle) => Promise<T>): Promise<T | null> => {
    const file = await openIfThere(folder, number);
    try {
      return file === null ? null : await work(file);
    } finally {
      await file?.close();
    }
  };

  const firstOf = async (number: number): Promise<Mark | null> => {
    const cached = firsts.get(number);
    if (cached !== undefined) return cached;
    const mark = (await opened(number, (file) => lineBehind(file, 0)))?.mark ?? null;
    if (mark !== null) firsts.set(number, mark);
    return mark;
  };

  const isElsewhere = (number: number, { tenants, caller }: AuditRange): boolean => {
    const sketch = sketches.get(number);
    if (sketch === undefined) return false;
    return (
      (tenants !== undefined && [...sketch.tenants].every((tenant) => !tenants.has(tenant))) ||
      (caller !== undefined && !sketch.callers.has(caller))
    );
  };

  async function* newest(range: AuditRange = {}): AsyncGenerator<AuditRecord> {
    const { beforeSeq = Number.POSITIVE_INFINITY } = range;
    const numbers = fileNumbers(folder).toReversed();
    const isBounded = range.beforeSeq !== undefined || range.untilMs !== undefined;
    let isWhole = !isBounded;
    for (const [index, number] of numbers.entries()) {
      if (isElsewhere(number, range)) continue;
      let end: number | undefined;
      if (!isWhole) {
        const first = await firstOf(number);
        if (first === null || isBehind(range, first)) continue;
        end = (await opened(number, (file) => endOfRange(file, range))) ?? 0;
      }
      const tenants = new Set<string>();
      const callers = new Set<string>();
      for await (const line of linesBack(folder, number, end)) {
        const record = recordOf(line);
        if (record === null || record.seq >= beforeSeq) continue;
        tenants.add(record.tenant);
        callers.add(record.callerId).add(record.callerName);
        yield record;
      }
      // Of a full file that was read from its end to its beginning.
      if (isWhole && index > 0) sketches.set(number, { tenants, callers });
      isWhole = true;
    }
  }

  return {
    newest,
    at: async (seq: number): Promise<AuditRecord | null> => {
      for await (const record of newest({ beforeSeq: seq + 1 })) {
        if (record.seq <= seq) return record.seq === seq ? record : null;
      }
      return null;
    },
  };
};
