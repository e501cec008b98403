import type { Clock } from '../clock.ts';
import { chain, emptyChain, recordOf } from './chain.ts';
import { findEnd } from './ended.ts';
import type { AuditLog, AuditRecord } from './record.ts';

/** Lines that are kept: enough for a demo. */
const kept = 10_000;

/** In memory, gone with the process: for the demo and tests. */
export const openMemoryLog = (clock: Clock): AuditLog => {
  let head = emptyChain;
  let lines: readonly string[] = [];
  async function* newest(): AsyncIterable<AuditRecord> {
    for (const line of [...lines].reverse()) {
      const record = recordOf(line);
      if (record !== null) yield record;
    }
  }
  return {
    append: async (entries) => {
      const grown = chain(entries, head, new Date(clock.now()).toISOString());
      head = grown.head;
      lines = [...lines, ...grown.lines].slice(-kept);
    },
    newest,
    ended: (actId, sinceMs) => findEnd(newest(), actId, sinceMs),
    close: async () => {},
  };
};
