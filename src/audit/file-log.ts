import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { chain, headText, recordOf } from './chain.ts';
import { findEnd } from './ended.ts';
import { fileName, fileNumbers, headFile, readTail, type Tail } from './files.ts';
import { linesBack } from './read-back.ts';
import type { AuditEntry, AuditLog, AuditRecord } from './record.ts';

export interface FileLogOptions {
  readonly folder: string;
  /** A file that would grow beyond this many bytes is followed by a new one. */
  readonly maxBytes: number;
  /** Files that are kept; older ones are removed. */
  readonly keep: number;
  readonly clock: Clock;
}

interface Waiting {
  readonly entries: readonly AuditEntry[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * JSON lines in a folder. What waits is written with one `fsync`. Processes that share the folder take turns: SQLite's
 * lock is the only one Node has that a killed process cannot leave behind.
 */
export const openFileLog = ({ folder, maxBytes, keep, clock }: FileLogOptions): AuditLog => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(folder, 'audit.lock'));
  lock.exec('PRAGMA busy_timeout = 5000');
  let known: Tail | undefined;
  let waiting: Waiting[] = [];

  const exclusively = <T>(work: () => T): T => {
    lock.exec('BEGIN IMMEDIATE');
    try {
      return work();
    } finally {
      lock.exec('COMMIT');
    }
  };

  const sizeOf = (number: number): number =>
    statSync(join(folder, fileName(number)), { throwIfNoEntry: false })?.size ?? 0;

  /** The end as it is now: another process may have written since. */
  const tailNow = (): Tail => {
    const current =
      known !== undefined &&
      sizeOf(known.number) === known.size &&
      !existsSync(join(folder, fileName(known.number + 1)));
    return current && known !== undefined ? known : readTail(folder);
  };

  const write = (number: number, text: string): void => {
    const descriptor = openSync(join(folder, fileName(number)), 'a', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };

  /** By a rename, so that a process that is killed leaves the old one or the new one. */
  const writeHead = (text: string): void => {
    const file = join(folder, headFile);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };

  const removeOld = (newest: number): void => {
    for (const number of fileNumbers(folder)) if (number <= newest - keep) rmSync(join(folder, fileName(number)));
  };

  const writeAll = (entries: readonly AuditEntry[]): void => {
    const tail = tailNow();
    // Until it is whole nothing is known: a write that failed halfway is repaired from the file.
    known = undefined;
    const { lines, head } = chain(entries, tail.head, new Date(clock.now()).toISOString());
    const text = `${lines.join('\n')}\n`;
    const bytes = Buffer.byteLength(text);
    const turned = tail.size > 0 && tail.size + bytes > maxBytes;
    const number = turned ? tail.number + 1 : tail.number;
    write(number, text);
    writeHead(headText(head));
    if (turned) removeOld(number);
    known = { number, size: (turned ? 0 : tail.size) + bytes, head };
  };

  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      exclusively(() => writeAll(batch.flatMap(({ entries }) => entries)));
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  };

  async function* newest(): AsyncIterable<AuditRecord> {
    for (const number of [...fileNumbers(folder)].reverse()) {
      for await (const line of linesBack(folder, number)) {
        const record = recordOf(line);
        if (record !== null) yield record;
      }
    }
  }

  // A folder that cannot be written is found out at the start, not by the first act.
  exclusively(() => readTail(folder));

  return {
    append: (entries) =>
      new Promise((done, failed) => {
        if (entries.length === 0) return done();
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ entries, done, failed });
      }),
    newest,
    ended: (actId, sinceMs) => findEnd(newest(), actId, sinceMs),
    close: async () => {
      flush();
      lock.close();
    },
  };
};
