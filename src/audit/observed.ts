import type { Log } from '../log.ts';
import { faultWord } from '../store/fault-word.ts';
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
  const says = { fails: 'cannot be written to: no action is done', works: 'can be written to again' };
  const writing = createOutage({ log, what: 'The audit log', says, isTold: isRedisSilence });
  // Who inspects it tells what was found.
  const inspecting = createOutage({ what: 'The audit log' });
  return {
    audit: {
      ...audit,
      append: (entries) => writing.noted(audit.append(entries)),
      probe: () => writing.noted(audit.probe()),
      inspect: () => inspecting.noted(audit.inspect()),
    },
    fault: () => {
      const failure = writing.failure() ?? inspecting.failure();
      if (failure === null) return null;
      return failure.cause instanceof AuditLoss
        ? 'it is not what it was, as the log of the gateway says'
        : faultWord(failure.cause);
    },
  };
};
