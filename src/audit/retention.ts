import { fileNumbers, firstLine, linesFrom, sizeOf } from './files.ts';
import { type Followed, follow } from './follow.ts';
import type { AuditHead } from './head.ts';
import type { AuditKey } from './key.ts';
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

/**
 * Looks at records that may go, the oldest first, and at the one behind them that stays. False once one of them is younger than
 * `beforeMs`, by the time that it bears, or not as it was written: who changed it would have it removed and the head say that this
 * was right. Such a one stays, for `audit verify` to tell.
 */
export const createRemovalCheck = (key: AuditKey | null, beforeMs: number) => {
  let at: Followed | null = null;
  const follows = (text: string): ReturnType<typeof readLine> | null => {
    const step = follow(at, text, key);
    if ('fault' in step) return null;
    at = step.at;
    return step.line;
  };
  return {
    mayGo: (text: string): boolean => {
      const line = follows(text);
      return line !== null && (line.kind !== 'record' || Date.parse(line.record.at) < beforeMs);
    },
    isNext: (text: string): boolean => follows(text) !== null,
  };
};

/** What retention would do: files that may go, and the head that says so. */
export interface Removal {
  readonly numbers: readonly number[];
  readonly head: AuditHead;
}

/** What is asked of retention: how old records have to be, and what is known of the ages of files. */
export interface RemovalQuestion {
  readonly beforeMs: number;
  /** ISO 8601. */
  readonly at: string;
  /** By number; epoch milliseconds, or `NaN` for a file that stays. */
  readonly ages: Map<number, number>;
  readonly key: AuditKey | null;
}

/** Whether the first line of a file is tied to the last of the file before it. */
const isTied = (
  folder: string,
  number: number | undefined,
  last: string | undefined,
  key: AuditKey | null,
): boolean => {
  const next = number === undefined ? null : firstLine(folder, number);
  if (next === null || last === undefined) return false;
  const step = follow(null, last, null);
  return !('fault' in step) && !('fault' in follow(step.at, next, key));
};

/**
 * Files of which even the newest record is older than it has to be kept, the oldest first and never the newest file; null:
 * none. `ages` remembers: what a full file holds does not change.
 */
export const removalOf = (
  folder: string,
  head: AuditHead,
  { beforeMs, at, ages, key }: RemovalQuestion,
): Removal | null => {
  const numbers = fileNumbers(folder);
  const gone: number[] = [];
  const check = createRemovalCheck(key, beforeMs);
  for (const [index, number] of numbers.slice(0, -1).entries()) {
    const age = ages.get(number) ?? newestAt(folder, number);
    ages.set(number, age);
    if (!(age < beforeMs)) break;
    const lines = linesFrom(folder, number);
    if (!lines.every(({ text }) => check.mayGo(text)) || !isTied(folder, numbers[index + 1], lines.at(-1)?.text, key)) {
      // It is not looked at again.
      ages.set(number, Number.NaN);
      break;
    }
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
