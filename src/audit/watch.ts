import type { Clock } from '../clock.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { AuditLog } from './record.ts';

/** Between two looks. */
export const inspectEveryMs = 3_600_000;

/**
 * Looks at the audit log now and each hour until the signal fires: its ends go to the gateway's own log, which others keep,
 * so that a log that was removed whole, with its head and all that remembers it, can be told from one that never was. What
 * is older than it has to be kept is removed.
 */
export const watchAudit = async (
  { audit, clock, log }: { readonly audit: AuditLog; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      const { seq, hash, firstSeq } = await audit.inspect();
      log.info('The audit log as it stands', { firstSeq, lastSeq: seq, lastHash: hash });
    } catch (thrown) {
      log.error('The audit log cannot be written to: no action is done', { err: asError(thrown) });
    }
    await clock.sleep(inspectEveryMs, signal).catch(() => {});
  }
};
