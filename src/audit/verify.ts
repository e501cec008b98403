import { fileName, fileNumbers, linesFrom, missingNumber, readHeadFile } from './files.ts';
import { type Followed, follow } from './follow.ts';
import { type AuditHead, emptyHead, readHead } from './head.ts';
import { laterVersion } from './line.ts';
import { recordsFromTo } from './loss.ts';
import { unknowns, type VerifyWith, type Walked } from './verify-notes.ts';

/** Whether the log is whole, and where it is not. */
export interface Verification {
  readonly ok: boolean;
  /** Lines that hold, up to the fault if there is one. */
  readonly records: number;
  /** Number of the oldest there is; 0 without any. */
  readonly firstSeq: number;
  /** Number of the newest that holds; 0 without any. */
  readonly lastSeq: number;
  /** The first fault, e.g. `audit-00000001.jsonl line 7: ...`; null when the log is whole. */
  readonly fault: string | null;
  /** What was found besides, and what this cannot know; sentences. */
  readonly notes: readonly string[];
}

interface PlacedText {
  readonly place: string;
  readonly line: string;
}

/** What is wrong with a line besides its tie and seal. */
const lineFault = (at: Followed, head: AuditHead, { key, known }: VerifyWith): string | null => {
  for (const mark of [head, known, head.first]) {
    if (mark?.seq === at.seq && mark.hash !== at.hash) return 'the record was changed';
  }
  if (head.keyedFrom !== null && at.seq >= head.keyedFrom && at.key === null) return 'the record has no seal';
  // A killed process may have written lines and not the head; who has not the key could have done it as well.
  const isBehind = at.seq > head.seq && head.key !== null && head.key === key?.id;
  return isBehind && !at.proven ? 'the record was written without the key' : null;
};

/** Follows the chain from line to line, and compares both its ends with what is known of them. */
const verifyLines = async (
  lines: Iterable<PlacedText> | AsyncIterable<PlacedText>,
  stored: string | null,
  known: VerifyWith,
): Promise<Verification> => {
  const { key = null } = known;
  const read = readHead(stored, key);
  const walked: Walked = { records: 0, firstSeq: 0, lastSeq: 0, changes: [], losses: [], firstProven: 0, foreign: [] };
  const broken = (fault: string): Verification => {
    const { records, firstSeq, lastSeq } = walked;
    return { ok: false, records, firstSeq, lastSeq, fault, notes: [] };
  };
  if (read.kind === 'later') return broken(`the head: ${laterVersion(read.version)}`);
  if (read.kind === 'unreadable') return broken('the head of the chain cannot be read');
  const head = read.kind === 'head' ? read.head : emptyHead;
  if (read.kind === 'head' && head.key !== null && head.key === key?.id && !read.sealed) {
    return broken('the head of the chain was changed, or written without the key');
  }

  let before: Followed | null = null;
  for await (const { place, line } of lines) {
    const step = follow(before, line, key);
    if ('fault' in step) return broken(`${place}: ${step.fault}`);
    const { at } = step;
    if (before === null && head.first !== null && at.seq > head.first.seq) {
      return broken(`${recordsFromTo(head.first.seq, at.seq - 1)} gone at the beginning`);
    }
    const fault = lineFault(at, head, known);
    if (fault !== null) return broken(`${place}: ${fault}`);
    walked.records += 1;
    walked.firstSeq ||= at.seq;
    walked.lastSeq = at.seq;
    if (at.proven) walked.firstProven ||= at.seq;
    else if (walked.firstProven > 0) {
      const run = before?.proven === false ? walked.foreign.at(-1) : undefined;
      if (run === undefined) walked.foreign.push({ from: at.seq, to: at.seq });
      else run.to = at.seq;
    }
    if (step.line.kind === 'event') {
      if (step.line.event.event === 'KEY_CHANGED') walked.changes.push(at.seq);
      else walked.losses.push({ ...step.line.event, by: at.seq });
    }
    before = at;
  }
  const end = Math.max(head.seq, known.known?.seq ?? 0);
  if (before === null) {
    if (end > 0) return broken('every record is gone');
    if (read.kind === 'absent') {
      return broken('there is no log here: nothing was ever written, or it was removed with its head');
    }
  } else {
    if (read.kind === 'absent') return broken('the head of the chain is gone: records may be missing at the end');
    if (end > before.seq) return broken(`${recordsFromTo(before.seq + 1, end)} missing at the end`);
    if (key !== null && before.key !== null && !before.proven) {
      return broken(`record ${before.seq} is sealed by another key (${before.key}) than store.encryptionKey`);
    }
    if (before.seq === head.seq && before.key !== head.key) {
      return broken('the head of the chain has not the key of its last record: it was changed');
    }
  }
  const { records, firstSeq, lastSeq } = walked;
  return { ok: true, records, firstSeq, lastSeq, fault: null, notes: unknowns(walked, head, before, known) };
};

function* linesIn(folder: string): Iterable<PlacedText> {
  const numbers = fileNumbers(folder);
  for (const number of numbers) {
    for (const [index, { text }] of linesFrom(folder, number).entries()) {
      yield { place: `${fileName(number)} line ${index + 1}`, line: text };
    }
  }
}

/** Verifies the log in a folder. Throws when the folder cannot be read. */
export const verifyFolder = async (folder: string, known: VerifyWith = {}): Promise<Verification> => {
  const verified = await verifyLines(linesIn(folder), readHeadFile(folder), known);
  const missing = missingNumber(fileNumbers(folder));
  // No record need be gone with it: but no gateway goes on with such a folder.
  return verified.ok && missing !== undefined
    ? { ...verified, ok: false, fault: `${fileName(missing)} is gone` }
    : verified;
};

/** Verifies the log in a Redis. Rejects when it is not reached. */
export const verifyRedis = async (url: string, known: VerifyWith = {}): Promise<Verification> => {
  const { connectRedis } = await import('../store/redis-connection.ts');
  const { redisReader } = await import('./redis-reader.ts');
  const { headKey } = await import('./redis-scripts.ts');
  const redis = await connectRedis({ url, what: 'The Redis of the audit log' });
  const placed = async function* (): AsyncIterable<PlacedText> {
    let index = 0;
    for await (const line of redisReader(redis).lines()) {
      index += 1;
      yield { place: `entry ${index}`, line };
    }
  };
  try {
    return await verifyLines(placed(), await redis.run((client) => client.get(headKey)), known);
  } finally {
    await redis.close();
  }
};
