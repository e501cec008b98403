import type { Clock } from '../../clock.ts';
import { asGatewayError, type GatewayError, UpstreamError } from '../../errors.ts';
import type { Metrics } from '../../metrics.ts';
import { neverStops } from '../../stopping.ts';
import type { Policy } from './call.ts';
import { wasKeptBack } from './circuit.ts';
import { ForeignAnswerError, neverSent, ThrottledError, wasMalformed } from './failure.ts';

/** The most a call is sent. Microsoft counts every attempt against its quotas. */
export const maxAttempts = 3;

/**
 * An answer that is late once is likely late again, and the caller has waited its whole time already; one that cannot be read
 * twice is no accident.
 */
const maxHopeless = 2;

const baseDelayMs = 300;

/** Whether another attempt of the same call may end better. A proxy or a wrong host answers the same again. */
const canPass = (error: GatewayError, attempt: number): boolean => {
  if (!(error instanceof UpstreamError) || error instanceof ForeignAnswerError || wasKeptBack(error)) return false;
  if (error.code === 'UPSTREAM_REJECTED') return false;
  // A quota that is used up is waited for only where Microsoft named a time for this very call.
  if (error instanceof ThrottledError) return error.said === 'header';
  return attempt < maxHopeless || !(error.code === 'UPSTREAM_TIMEOUT' || wasMalformed(error));
};

/**
 * Milliseconds to wait before the same call is sent again; null when it must not be. A read may repeat on anything that
 * can pass; an act only when it surely did not start: it was throttled, turned away with a `Retry-After`, or never sent.
 * Never shorter than `Retry-After`; full jitter above it. What a breaker kept back is not waited for.
 */
export const retryDelayMs = (
  error: GatewayError,
  attempt: number,
  repeatable: boolean,
  random: () => number,
): number | null => {
  if (attempt >= maxAttempts || !canPass(error, attempt)) return null;
  const { retryAfterSeconds, upstreamStatus } = error.details;
  const turnedAway = upstreamStatus === 429 || (upstreamStatus === 503 && retryAfterSeconds !== undefined);
  if (!(turnedAway || neverSent(error) || repeatable)) return null;
  const jitter = random() * baseDelayMs * 2 ** attempt;
  return (retryAfterSeconds ?? 0) * 1000 + jitter;
};

interface RetriedParts {
  readonly metrics: Pick<Metrics, 'quotaWait'>;
  readonly clock: Clock;
  /** The longest wait for a `Retry-After`, milliseconds; beyond it the caller is told instead. */
  readonly maxWaitMs: number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Fires when the gateway stops; by default never. */
  readonly stopping?: AbortSignal;
}

/** A wait that a gateway which stops still has time for, milliseconds. */
const shortWaitMs = 2000;

/** Waits; throws `instead` when that would hold the gateway's stop up, the reason of `signal` when the caller leaves. */
export const sleepUnlessStopping = async (
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  stopping: AbortSignal,
  instead: Error,
): Promise<void> => {
  if (ms <= shortWaitMs) return clock.sleep(ms, signal);
  try {
    await clock.sleep(ms, AbortSignal.any([signal, stopping]));
  } catch (reason) {
    throw signal.aborted ? reason : instead;
  }
};

/** Sends a call again while that may help, within the request's deadline. When the gateway stops, no long wait goes on. */
export const retried =
  ({ clock, metrics, maxWaitMs, random, stopping = neverStops }: RetriedParts): Policy =>
  async (call, next) => {
    const { operation, scope } = call;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await next(call);
      } catch (thrown) {
        scope.signal.throwIfAborted();
        const failure = asGatewayError(thrown);
        const delayMs = retryDelayMs(failure, attempt, operation.repeatable, random);
        if (delayMs === null || delayMs > maxWaitMs || clock.now() + delayMs >= scope.deadline) throw failure;
        await sleepUnlessStopping(clock, delayMs, scope.signal, stopping, failure);
        if (failure instanceof ThrottledError)
          metrics.quotaWait({ api: operation.api, outcome: 'OK', seconds: delayMs / 1000 });
      }
    }
  };
