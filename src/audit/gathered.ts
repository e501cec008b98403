import type { AuditEntry } from './record.ts';

/** Entries that wait to be written, and who waits for their numbers. */
interface Waiting {
  readonly entries: readonly AuditEntry[];
  readonly done: (seqs: readonly number[]) => void;
  readonly failed: (error: unknown) => void;
}

/** Appends that are written together. */
export interface Gathered {
  /** Resolves with the numbers of the entries. Rejects with what the writing of all that were written with them failed with. */
  append(entries: readonly AuditEntry[]): Promise<readonly number[]>;
  /** Resolves when nothing waits any more. Never rejects. */
  flush(): Promise<void>;
}

/** Appends that are written at once at most. */
const mostAtOnce = 100;

/** Writes what came while it was writing, at once: a log that is far or slow takes its time for all of it, and not for each. */
export const createGathered = (write: (entries: readonly AuditEntry[]) => Promise<readonly number[]>): Gathered => {
  const waiting: Waiting[] = [];
  let going: Promise<void> | null = null;
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, mostAtOnce);
      try {
        const seqs = await write(batch.flatMap(({ entries }) => entries));
        let from = 0;
        for (const { entries, done } of batch) {
          done(seqs.slice(from, from + entries.length));
          from += entries.length;
        }
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    going = null;
  };
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) going ??= writeAll();
    await going;
  };
  return {
    append: async (entries) => {
      if (entries.length === 0) return [];
      return new Promise((done, failed) => {
        waiting.push({ entries, done, failed });
        if (going === null && waiting.length === 1) setImmediate(() => void flush());
      });
    },
    flush,
  };
};
