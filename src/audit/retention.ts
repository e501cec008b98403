import { fileNumbers, firstLine, linesFrom, sizeOf } from './files.ts';
import type { AuditHead } from './head.ts';
import { hashOf, readLine } from './line.ts';

/** Milliseconds of a day. */
const dayMs = 86_400_000;

/** A line is shorter: its input is bounded, and so are the names beside it. */
const longestLine = 262_144;

/** Epoch milliseconds before which records may go. */
export const removableBefore = (nowMs: number, keepDays: number): number => nowMs - keepDays * dayMs;

const atOf = (text: string | undefined): number => {
  const line = readLine(text ?? '');
  return line.kind === 'record' ? Date.parse(line.record.at) : Number.NaN;
};

/** When the newest record of a file was written; `NaN`: it has none that tells, and so it stays. */
const newestAt = (folder: string, number: number): number =>
  atOf(
    linesFrom(folder, number, Math.max(0, sizeOf(folder, number) - longestLine)).findLast(
      ({ text }) => readLine(text).kind === 'record',
    )?.text,
  );

/** What retention would do: files that may go, and the head that says so. */
export interface Removal {
  readonly numbers: readonly number[];
  readonly head: AuditHead;
}

/**
 * Files of which even the newest record is older than it has to be kept, the oldest first and never the newest file; null:
 * none. `ageOf` remembers: what a full file holds does not change.
 */
export const removalOf = (
  folder: string,
  head: AuditHead,
  { beforeMs, at, ages }: { readonly beforeMs: number; readonly at: string; readonly ages: Map<number, number> },
): Removal | null => {
  const numbers = fileNumbers(folder);
  const gone: number[] = [];
  for (const number of numbers.slice(0, -1)) {
    const age = ages.get(number) ?? newestAt(folder, number);
    ages.set(number, age);
    if (!(age < beforeMs)) break;
    gone.push(number);
  }
  const next = numbers[gone.length];
  if (gone.length === 0 || next === undefined) return null;
  const oldest = firstLine(folder, next) ?? '';
  const line = readLine(oldest);
  if (line.kind !== 'record' && line.kind !== 'event') return null;
  const { seq } = line.link;
  return {
    numbers: gone,
    head: {
      ...head,
      first: { seq, hash: hashOf(oldest) },
      count: head.count - (seq - (head.first?.seq ?? seq)),
      removed: { through: seq - 1, at },
    },
  };
};
