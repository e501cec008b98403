import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { makeFolder } from '../make-folder.ts';
import { createLockTurns, lockLimitMs } from '../store/lock-turns.ts';
import { isBusy } from '../store/sqlite-file.ts';
import { appendWhole, cutTo, replaceWhole } from '../whole-write.ts';
import { chain } from './chain.ts';
import { findLast } from './ended.ts';
import { fileReader } from './file-reader.ts';
import { readRest, readTail, type Tail } from './file-tail.ts';
import { fileName, headFile, probeFolder } from './files.ts';
import { createGathered } from './gathered.ts';
import { type AuditHead, headText } from './head.ts';
import type { AuditKey } from './key.ts';
import type { ChainEvent } from './line.ts';
import { AuditLoss, type HeadMemory, type KnownHead, noMemory } from './loss.ts';
import type { AuditEntry, AuditLog } from './record.ts';
import { removableBefore, removalOf } from './retention.ts';
import { keyEvents, lossEvents } from './trust.ts';

/** Where the files are, how long they stay, and what seals them. */
export interface FileLogOptions {
  readonly folder: string;
  /** A file that would grow beyond this many bytes is followed by a new one. */
  readonly maxBytes: number;
  /** Days that a record is kept at least. */
  readonly keepDays: number;
  readonly clock: Clock;
  /** Seals the records; null: they are chained by hash alone. */
  readonly key?: AuditKey | null;
  readonly memory?: HeadMemory;
  /** Up to which number records may be gone: the operator's word. */
  readonly acceptLoss?: number;
}

/** The end of the log with what the log has to say of itself before the next record. */
interface Opened {
  readonly tail: Tail;
  readonly events: readonly ChainEvent[];
}

/**
 * JSON lines in a folder. What waits is written with one `fsync`. Processes that share the folder take turns: SQLite's
 * lock is the only one Node has that a killed process cannot leave behind.
 */
export const openFileLog = (options: FileLogOptions): AuditLog => {
  const { folder, maxBytes, keepDays, clock, key = null, memory = noMemory, acceptLoss = 0 } = options;
  makeFolder(folder);
  const lock = new DatabaseSync(join(folder, 'audit.lock'));
  // At the start nothing else is held up by waiting.
  lock.exec(`PRAGMA busy_timeout = ${lockLimitMs}`);
  const turns = createLockTurns({ limitMs: lockLimitMs, isBusy });
  const ages = new Map<number, number>();
  let known: Tail | null = null;
  /** What the store knew before this process wrote. */
  let remembered: KnownHead | null = null;

  const exclusively = <T>(work: () => T): T => {
    lock.exec('BEGIN IMMEDIATE');
    try {
      return work();
    } finally {
      lock.exec('COMMIT');
    }
  };

  /** The end as it is now: another process may have written since. What this process wrote has to be there still. */
  const tailNow = (): Tail => {
    if (known === null) return readTail({ folder, key, known: remembered, from: null });
    const before = known.head.seq === 0 ? null : known.head;
    try {
      return readTail({ folder, key, known: before, from: known.last });
    } catch (error) {
      if (!(error instanceof AuditLoss)) throw error;
      // Read whole, it can say what is gone.
      return readTail({ folder, key, known: before, from: null });
    }
  };

  const openTail = (): Opened => {
    try {
      const tail = tailNow();
      return { tail, events: keyEvents(tail.head, key) };
    } catch (error) {
      if (!(error instanceof AuditLoss) || known !== null || error.knownSeq > acceptLoss) throw error;
      const tail = readRest(folder, key);
      return { tail, events: lossEvents(tail.head, error) };
    }
  };

  const storeHead = (head: AuditHead): void => replaceWhole(join(folder, headFile), headText(head, key));

  /** Removes what is older than it has to be kept. First the head says so: a process that is killed leaves some files more. */
  const retain = (tail: Tail): Tail => {
    const removal = removalOf(folder, tail.head, {
      beforeMs: removableBefore(clock.now(), keepDays),
      at: new Date(clock.now()).toISOString(),
      ages,
      key,
    });
    if (removal === null) return tail;
    storeHead(removal.head);
    for (const number of removal.numbers) rmSync(join(folder, fileName(number)), { force: true });
    return { ...tail, head: removal.head };
  };

  const write = ({ tail, events }: Opened, entries: readonly AuditEntry[]): readonly number[] => {
    const { lines, head, seqs } = chain([...events, ...entries], tail.head, {
      key,
      at: new Date(clock.now()).toISOString(),
    });
    if (lines.length === 0) {
      known = tail;
      return [];
    }
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    const turned = tail.size > 0 && tail.size + bytes.length > maxBytes;
    const number = turned ? tail.number + 1 : tail.number;
    const size = turned ? 0 : tail.size;
    const file = join(folder, fileName(number));
    appendWhole(file, size, bytes);
    try {
      storeHead(head);
    } catch (error) {
      // Not confirmed, so not to be there.
      cutTo(file, size);
      throw error;
    }
    const start = size + bytes.length - Buffer.byteLength(lines.at(-1) ?? '') - 1;
    known = { head, number, size: size + bytes.length, last: { number, start }, hasHead: true };
    memory.remember({ seq: head.seq, hash: head.hash, key: head.key });
    return seqs.slice(events.length);
  };

  const gathered = createGathered((entries) => turns.write(() => exclusively(() => write(openTail(), entries))));

  const reader = fileReader(folder);

  // A folder that cannot be written is found out at the start, not by the first action. A log that is not what it was refuses
  // actions, and can still be read.
  exclusively(() => {
    try {
      const tail = readTail({ folder, key, known: null, from: null });
      if (!tail.hasHead) storeHead(tail.head);
    } catch (error) {
      if (!(error instanceof AuditLoss)) throw error;
    }
  });

  lock.exec('PRAGMA busy_timeout = 0');

  return {
    append: async (entries) => {
      if (entries.length === 0) return [];
      remembered = await memory.known();
      return gathered.append(entries);
    },
    ...reader,
    last: (auditId, sinceMs) => findLast(reader.newest(), auditId, sinceMs),
    inspect: async () => {
      remembered = await memory.known();
      const tail = await turns.write(() =>
        exclusively(() => {
          write(openTail(), []);
          if (known !== null) known = retain(known);
          return known;
        }),
      );
      return { seq: tail?.head.seq ?? 0, hash: tail?.head.hash ?? '', firstSeq: tail?.head.first?.seq ?? 0 };
    },
    probe: () => probeFolder(folder),
    close: async () => {
      await gathered.flush();
      await turns.write(() => lock.close());
      await memory.settled();
    },
  };
};
