import {
  fileName,
  fileNumbers,
  firstLine,
  linesFrom,
  missingNumber,
  type PlacedLine,
  readHeadFile,
  repairTail,
  sizeOf,
} from './files.ts';
import { type Followed, follow } from './follow.ts';
import { type AuditHead, type ChainHead, readHead } from './head.ts';
import type { AuditKey } from './key.ts';
import { hashOf, laterVersion, readLine } from './line.ts';
import { AuditLoss, type KnownHead, recordsFromTo } from './loss.ts';
import { beginningFault, headOfRest, seqOf, trustedHead } from './trust.ts';

/** Where the log of a folder ends. */
export interface Tail {
  readonly head: AuditHead;
  /** The newest file. */
  readonly number: number;
  /** Its bytes. */
  readonly size: number;
  /** Where its last line begins; null when it has none. */
  readonly last: { readonly number: number; readonly start: number } | null;
  /** Whether a head is stored. */
  readonly hasHead: boolean;
}

/** Bytes in which the end of a file is looked for first. */
const lastPiece = 262_144;

/** The lines at the end, from the one with the number `low` (or the nearest before) on, or from the place that is known. */
const endingFrom = (
  folder: string,
  numbers: readonly number[],
  low: number,
  from: Tail['last'],
): readonly PlacedLine[] => {
  if (from !== null && numbers.includes(from.number)) {
    return numbers
      .filter((number) => number >= from.number)
      .flatMap((number) => linesFrom(folder, number, number === from.number ? from.start : 0));
  }
  const newest = numbers.at(-1);
  if (newest !== undefined) {
    // Mostly it is the last line: a file need not be read whole for it. The first line of the piece may be half a one.
    const start = Math.max(0, sizeOf(folder, newest) - lastPiece);
    const lines = linesFrom(folder, newest, start).slice(start === 0 ? 0 : 1);
    const at = lines.findLastIndex(({ text }) => (seqOf(text) ?? Number.POSITIVE_INFINITY) <= low);
    if (at >= 0) return lines.slice(at);
  }
  let found: readonly PlacedLine[] = [];
  for (const number of numbers.toReversed()) {
    found = [...linesFrom(folder, number), ...found];
    const at = found.findLastIndex(({ text }) => (seqOf(text) ?? Number.POSITIVE_INFINITY) <= low);
    if (at >= 0) return found.slice(at);
  }
  return found;
};

const numberOfLast = (last: PlacedLine | undefined): number => {
  if (last === undefined) return 0;
  const line = readLine(last.text);
  if (line.kind === 'later') throw new Error(`The audit log cannot be written: ${laterVersion(line.version)}`);
  const seq = seqOf(last.text);
  if (seq === null) throw new Error(`The last line of ${fileName(last.number)} is no record of the audit log`);
  return seq;
};

/** Whether the line of each anchor is there, as it was. */
const checkAnchors = (lines: readonly PlacedLine[], anchors: readonly ChainHead[], lastSeq: number): void => {
  const knownSeq = Math.max(lastSeq, ...anchors.map(({ seq }) => seq));
  for (const { seq, hash } of anchors) {
    if (lastSeq < seq) {
      throw new AuditLoss(
        lastSeq === 0 ? 'every record is gone' : `${recordsFromTo(lastSeq + 1, seq)} gone at the end`,
        knownSeq,
      );
    }
    const line = lines.find(({ text }) => seqOf(text) === seq);
    if (line === undefined || hashOf(line.text) !== hash) {
      throw new AuditLoss(`record ${seq} is another than it was`, knownSeq);
    }
  }
};

/** The head with the lines behind it: a process was killed between the two. Who has not the key could have written them too. */
const grownBy = (lines: readonly PlacedLine[], head: AuditHead, key: AuditKey | null, knownSeq: number): AuditHead => {
  let at: Followed | null = null;
  let grown = head;
  for (const { text } of lines) {
    const step = follow(at, text, key);
    if ('fault' in step) throw new AuditLoss(step.fault, knownSeq);
    at = step.at;
    if (at.seq <= head.seq) continue;
    if (head.key !== null && head.key === key?.id && !at.proven) {
      throw new AuditLoss(`record ${at.seq} was written without the key`, knownSeq);
    }
    const { seq, hash } = at;
    const keyedFrom = grown.keyedFrom ?? (at.key === null ? null : seq);
    grown = { ...grown, seq, hash, count: grown.count + 1, key: at.key, keyedFrom };
  }
  return grown;
};

/** Whose end is asked for, and what is known of it. */
export interface TailQuestion {
  readonly folder: string;
  readonly key: AuditKey | null;
  /** What must stand in it. */
  readonly known: KnownHead | null;
  /** Where the known line begins, when this process knows. */
  readonly from: Tail['last'];
}

/**
 * The end of the log as it is now, after a torn line was cut off, with everything checked that can be without reading it
 * all. Throws `AuditLoss` when it is not what it was, and for a head or line of a later version.
 */
export const readTail = ({ folder, key, known, from }: TailQuestion): Tail => {
  const numbers = fileNumbers(folder);
  const number = numbers.at(-1) ?? 1;
  const size = numbers.length === 0 ? 0 : repairTail(folder, number);
  const read = readHead(readHeadFile(folder), key);
  const atHead = read.kind === 'head' ? read.head.seq : 0;
  const marks = [atHead, known?.seq ?? 0].filter((seq) => seq > 0);
  const lines = endingFrom(folder, numbers, marks.length === 0 ? 0 : Math.min(...marks), from);
  const last = lines.at(-1);
  const lastSeq = numberOfLast(last);
  const head = trustedHead(read, { key, known, seq: lastSeq });
  const missing = missingNumber(numbers);
  const knownSeq = Math.max(lastSeq, ...marks);
  if (missing !== undefined) throw new AuditLoss(`${fileName(missing)} is gone`, knownSeq);
  checkAnchors(
    lines,
    [head, ...(known === null ? [] : [known])].filter(({ seq }) => seq > 0),
    lastSeq,
  );
  const oldest = numbers[0] === undefined ? null : firstLine(folder, numbers[0]);
  const fault = beginningFault(oldest, head.first);
  if (fault !== null) throw new AuditLoss(fault, knownSeq);
  const grown = grownBy(lines, head, key, knownSeq);
  const first = oldest === null ? null : { seq: seqOf(oldest) ?? 1, hash: hashOf(oldest) };
  return {
    head: grown.first === null && first !== null ? { ...grown, first, count: grown.seq - first.seq + 1 } : grown,
    number,
    size,
    last: last === undefined ? null : { number: last.number, start: last.start },
    hasHead: read.kind !== 'absent',
  };
};

/** What is left of a log whose loss the operator accepts, as the end that the next line is tied to. */
export const readRest = (folder: string, key: AuditKey | null): Tail => {
  const numbers = fileNumbers(folder);
  const number = numbers.at(-1) ?? 1;
  const size = numbers.length === 0 ? 0 : repairTail(folder, number);
  const last = endingFrom(folder, numbers, Number.POSITIVE_INFINITY, null).at(-1);
  const first = numbers[0] === undefined ? null : firstLine(folder, numbers[0]);
  const read = readHead(readHeadFile(folder), key);
  return {
    head: headOfRest(read, { first, last: last?.text ?? null, count: null }),
    number,
    size,
    last: last === undefined ? null : { number: last.number, start: last.start },
    hasHead: read.kind !== 'absent',
  };
};
