import type { Log } from '../log.ts';
import { faultWord } from '../store/faults.ts';
import { createOutage } from '../store/outage.ts';
import { isRedisSilence } from '../store/redis-silence.ts';
import { AuditLoss } from './loss.ts';
import type { AuditLog } from './record.ts';

/** An audit log whose failures are noted. */
export interface ObservedAudit {
  readonly audit: AuditLog;
  /** Why nothing can be written to it, in words that may be shown to anybody; null: it can. As the last attempts went. */
  readonly fault: () => string | null;
  /**
   * Why records may be missing to who reads it, in a sentence; null: nothing tells that any are. What this process wrote last has to
   * be there. One read.
   */
  readonly missing: () => Promise<string | null>;
}

const notWhatItWas =
  'The audit log is not what it was: records are gone. The log of the gateway and "audit verify" say which';

/** Notes of each attempt to write, or to look whether it is what it was, how it went, and tells what is wrong in the log. */
export const observedAudit = (audit: AuditLog, log: Log): ObservedAudit => {
  const writing = createOutage({
    log,
    what: 'The audit log',
    says: { fails: 'cannot be written to: no action is done', works: 'can be written to again' },
    level: 'error',
    isTold: isRedisSilence,
  });
  /** Number of the last record that this process wrote; 0: none yet. */
  let written = 0;
  const newest = async (): Promise<number> => {
    for await (const { seq } of audit.newest()) return seq;
    return 0;
  };
  return {
    audit: {
      ...audit,
      append: async (entries) => {
        const numbers = await writing.noted(audit.append(entries));
        written = Math.max(written, ...numbers);
        return numbers;
      },
      inspect: () => writing.noted(audit.inspect()),
      probe: () => {
        // What an action was refused for need not be that nothing can be written. It is well again when both go.
        const both = writing.failure() === null ? audit.probe() : audit.inspect().then(() => audit.probe());
        return writing.noted(both);
      },
    },
    fault: () => {
      const failure = writing.failure();
      if (failure === null) return null;
      if (failure.cause instanceof AuditLoss) return 'it is not what it was, as the log of the gateway says';
      return faultWord(failure.cause);
    },
    missing: async () => {
      const isGone = writing.failure()?.cause instanceof AuditLoss || (written > 0 && (await newest()) < written);
      return isGone ? notWhatItWas : null;
    },
  };
};
