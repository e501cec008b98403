import { systemClock } from '../clock.ts';
import { type ChainHead, emptyChain, hashOf, recordOf } from './chain.ts';
import { fileName, fileNumbers, linesOf, readHead } from './files.ts';

/** Whether the log is whole, and where it is not. */
export interface Verification {
  readonly ok: boolean;
  /** Records that hold, up to the fault if there is one. */
  readonly records: number;
  /** Number of the oldest record there is; 0 without any. Older ones were removed by `audit.keep`. */
  readonly firstSeq: number;
  /** The first fault, e.g. `audit-00000001.jsonl line 7: ...`; null when the log is whole. */
  readonly fault: string | null;
}

interface PlacedLine {
  readonly place: string;
  readonly line: string;
}

/** Follows the chain from line to line and compares its end with the head that was kept apart. */
const verifyLines = async (
  lines: Iterable<PlacedLine> | AsyncIterable<PlacedLine>,
  head: ChainHead | null,
): Promise<Verification> => {
  let before: ChainHead | undefined;
  let firstSeq = 0;
  let records = 0;
  const broken = (fault: string): Verification => ({ ok: false, records, firstSeq, fault });
  for await (const { place, line } of lines) {
    const record = recordOf(line);
    if (record === null) return broken(`${place}: is no record of the audit log`);
    const expected: ChainHead = before ?? (record.seq === 1 ? emptyChain : { seq: record.seq - 1, hash: record.prev });
    if (record.seq !== expected.seq + 1) {
      return broken(`${place}: record ${expected.seq + 1} should stand here, not ${record.seq}`);
    }
    if (record.prev !== expected.hash) return broken(`${place}: the record before it was changed`);
    firstSeq ||= record.seq;
    before = { seq: record.seq, hash: hashOf(line) };
    if (head?.seq === before.seq && head.hash !== before.hash) return broken(`${place}: the record was changed`);
    records += 1;
  }
  if (before === undefined)
    return head === null ? { ok: true, records, firstSeq, fault: null } : broken('every record is gone');
  if (head === null) return broken('the head of the chain is gone: records may be missing at the end');
  if (head.seq > before.seq) return broken(`records ${before.seq + 1} to ${head.seq} are missing at the end`);
  return { ok: true, records, firstSeq, fault: null };
};

function* linesIn(folder: string): Iterable<PlacedLine> {
  for (const number of fileNumbers(folder)) {
    for (const [index, line] of linesOf(folder, number).entries()) {
      yield { place: `${fileName(number)} line ${index + 1}`, line };
    }
  }
}

/** Verifies the log in a folder. Throws when the folder cannot be read. */
export const verifyFolder = (folder: string): Promise<Verification> => verifyLines(linesIn(folder), readHead(folder));

/** Verifies the log in a Redis. Rejects when it is not reached. */
export const verifyRedis = async (url: string): Promise<Verification> => {
  const { openRedisLog } = await import('./redis-log.ts');
  const log = await openRedisLog(url, { clock: systemClock });
  const placed = async function* (): AsyncIterable<PlacedLine> {
    let index = 0;
    for await (const line of log.lines()) {
      index += 1;
      yield { place: `entry ${index}`, line };
    }
  };
  try {
    return await verifyLines(placed(), await log.head());
  } finally {
    await log.close();
  }
};
