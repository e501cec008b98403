import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ObservedAudit } from './observed.ts';

/** Between two looks. */
export const inspectEveryMs = 3_600_000;

/** The same while the last one failed: whether it can be written to again decides whether actions are done. */
export const inspectAgainMs = 2000;

/**
 * Looks at the audit log now and each hour until the signal fires: its ends go to the gateway's own log, which others keep,
 * so that a log that was removed whole, with its head and all that remembers it, can be told from one that never was. What
 * is older than it has to be kept is removed. While it cannot be written to it is looked at more often; that it cannot is told
 * by who observes it.
 */
export const watchAudit = async (
  { audit, clock, log }: { readonly audit: ObservedAudit['audit']; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    const isFine = await audit.inspect().then(
      ({ seq, hash, firstSeq }) => {
        log.info('The audit log as it stands', { firstSeq, lastSeq: seq, lastHash: hash });
        return true;
      },
      () => false,
    );
    await clock.sleep(isFine ? inspectEveryMs : inspectAgainMs, signal).catch(() => {});
  }
};
