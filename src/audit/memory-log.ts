import type { Clock } from '../clock.ts';
import { chain } from './chain.ts';
import { findLast } from './ended.ts';
import { type AuditHead, emptyHead } from './head.ts';
import { recordOf } from './line.ts';
import type { AuditLog, AuditRecord } from './record.ts';

/** Lines that are kept: enough for a demo. */
const kept = 10_000;

/** In memory, gone with the process: for the demo and tests. Chained by hash alone. */
export const openMemoryLog = (clock: Clock): AuditLog => {
  let head: AuditHead = emptyHead;
  let lines: readonly string[] = [];
  async function* newest(): AsyncGenerator<AuditRecord> {
    for (const line of lines.toReversed()) {
      const record = recordOf(line);
      if (record !== null) yield record;
    }
  }
  return {
    append: async (entries) => {
      const grown = chain(entries, head, { key: null, at: new Date(clock.now()).toISOString() });
      head = grown.head;
      lines = [...lines, ...grown.lines].slice(-kept);
      return grown.seqs;
    },
    newest,
    at: async (seq) => {
      const line = lines[lines.length - 1 - (head.seq - seq)];
      return line === undefined ? null : recordOf(line);
    },
    last: (auditId, sinceMs) => findLast(newest(), auditId, sinceMs),
    inspect: async () => ({
      seq: head.seq,
      hash: head.hash,
      firstSeq: head.seq === 0 ? 0 : head.seq - lines.length + 1,
    }),
    probe: async () => {},
    close: async () => {},
  };
};
