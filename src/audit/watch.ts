import type { Clock } from '../clock.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isRedisSilence } from '../store/redis-silence.ts';
import type { AuditLog } from './record.ts';

/** Between two looks. */
export const inspectEveryMs = 3_600_000;

/** The same while the last one failed: whether it can be written to again decides whether acts are done. */
export const inspectAgainMs = 2000;

/**
 * Looks at the audit log now and each hour until the signal fires: its ends go to the gateway's own log, which others keep,
 * so that a log that was removed whole, with its head and all that remembers it, can be told from one that never was. What
 * is older than it has to be kept is removed. While it cannot be written to it is looked at more often, and told when that
 * begins, each hour, and when the reason is another.
 */
export const watchAudit = async (
  { audit, clock, log }: { readonly audit: AuditLog; readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> => {
  let told: { readonly reason: string; readonly atMs: number } | null = null;
  const tell = (thrown: unknown): void => {
    const reason = asError(thrown).message;
    if (isRedisSilence(thrown)) return;
    if (told?.reason === reason && clock.now() - told.atMs < inspectEveryMs) return;
    told = { reason, atMs: clock.now() };
    log.error('The audit log cannot be written to: no action is done', { err: asError(thrown) });
  };
  while (!signal.aborted) {
    const isFine = await audit.inspect().then(
      ({ seq, hash, firstSeq }) => {
        told = null;
        log.info('The audit log as it stands', { firstSeq, lastSeq: seq, lastHash: hash });
        return true;
      },
      (thrown: unknown) => {
        tell(thrown);
        return false;
      },
    );
    await clock.sleep(isFine ? inspectEveryMs : inspectAgainMs, signal).catch(() => {});
  }
};
