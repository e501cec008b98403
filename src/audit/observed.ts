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
}

/** Notes of each attempt to write whether it went, and tells it in the log once. */
export const observedAudit = (audit: AuditLog, log: Log): ObservedAudit => {
  /** Failures of looks at the log, which are told by who looks. */
  const inspected = new WeakSet<object>();
  const writing = createOutage({
    log,
    what: 'The audit log',
    says: { fails: 'cannot be written to: no action is done', works: 'can be written to again' },
    isTold: (error) => isRedisSilence(error) || (error instanceof Error && inspected.has(error)),
  });
  const looked = () =>
    audit.inspect().catch((error: unknown) => {
      if (error instanceof Error) inspected.add(error);
      throw error;
    });
  return {
    audit: {
      ...audit,
      append: (entries) => writing.noted(audit.append(entries)),
      inspect: () => writing.noted(looked()),
      probe: () => {
        // What an act was refused for need not be that nothing can be written. It is well again when both go.
        const both = writing.failure() === null ? audit.probe() : looked().then(() => audit.probe());
        return writing.noted(both);
      },
    },
    fault: () => {
      const failure = writing.failure();
      if (failure === null) return null;
      if (failure.cause instanceof AuditLoss) return 'it is not what it was, as the log of the gateway says';
      return faultWord(failure.cause);
    },
  };
};
