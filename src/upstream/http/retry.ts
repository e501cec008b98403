import type { Clock } from '../../clock.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, UpstreamError } from '../../errors.ts';
import type { Metrics } from '../../metrics.ts';
import { isOutOfCalls } from '../../scope/call-budget.ts';
import { endOf } from '../../scope/time-left.ts';
import type { CallScope } from '../../scope.ts';
import { neverStops } from '../../stopping.ts';
import type { Policy } from './call.ts';
import { wasKeptBack } from './circuit.ts';
import { foundNoConnection } from './connections.ts';
import { ForeignAnswerError, ranTooLong, ThrottledError, wasMalformed } from './failure.ts';
import { wasNotTaken } from './not-taken.ts';
import type { Operation } from './operation.ts';

/** The most a call is sent. Microsoft counts every attempt against its quotas. */
export const maxAttempts = 3;

/**
 * An answer that is late once is likely late again, and the caller has waited its whole time already; one that cannot be read
 * twice is no accident.
 */
const maxHopeless = 2;

const baseDelayMs = 300;

/** Whether another attempt of the same call may end better. */
const canPass = (error: GatewayError, attempt: number): boolean => {
  if (!(error instanceof UpstreamError) || wasKeptBack(error) || foundNoConnection(error.cause) || wasNotTaken(error))
    return false;
  // A page in place of an answer may be a proxy's that passes, as an answer that cannot be read; a refusal of its stays.
  if (error instanceof ForeignAnswerError) return error.details.upstreamStatus === 200 && attempt < maxHopeless;
  if (error.code === 'UPSTREAM_REJECTED') return false;
  // A quota that is used up is waited for only where Microsoft named a time for this very call.
  if (error instanceof ThrottledError) return error.said === 'header';
  return attempt < maxHopeless || !(error.code === 'UPSTREAM_TIMEOUT' || wasMalformed(error));
};

/**
 * Milliseconds to wait before the same call is sent again; null when it must not be. A read may repeat on anything that
 * can pass; an action only when it surely did not start: it was throttled, or never sent. A 503 proves nothing, with a
 * `Retry-After` or without: a front end may say so after the service did it.
 * Never shorter than `Retry-After`; full jitter above it. What a breaker kept back is not waited for.
 */
export const retryDelayMs = (
  error: GatewayError,
  attempt: number,
  repeatable: boolean,
  random: () => number,
): number | null => {
  if (attempt >= maxAttempts || !canPass(error, attempt)) return null;
  if (!repeatable && !isSurelyNotSent(error)) return null;
  const { retryAfterSeconds } = error.details;
  const jitter = random() * baseDelayMs * 2 ** attempt;
  return (retryAfterSeconds ?? 0) * 1000 + jitter;
};

/** Whether a call of which nobody knows whether it was sent may be sent again as it is. */
export const mayRepeat = ({ repeatable, once = false }: Operation<unknown>): boolean => repeatable && !once;

/** Milliseconds that a call waits for a quota: as long as its caller has patience, at most `maxWaitMs`. */
export const longestWaitMs = (
  { patience }: Pick<CallScope, 'patience'>,
  { repeatable = true }: { readonly repeatable?: boolean },
  maxWaitMs: number,
): number => Math.min(maxWaitMs, (repeatable ? patience?.readMs : patience?.actionMs) ?? maxWaitMs);

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
export const shortWaitMs = 2000;

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
    let before: GatewayError | null = null;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await next(call);
      } catch (thrown) {
        scope.signal.throwIfAborted();
        const failure = asGatewayError(thrown);
        // There are no calls left to repeat it: what is told is how it failed.
        if (before !== null && isOutOfCalls(failure)) throw before;
        before = failure;
        const delayMs = retryDelayMs(failure, attempt, mayRepeat(operation), random);
        if (
          delayMs === null ||
          operation.isBegun?.() === true ||
          ranTooLong(operation, failure) ||
          // Patience is for what Microsoft asks to be waited; the pause before another try is short.
          (failure.details.retryAfterSeconds ?? 0) * 1000 > longestWaitMs(scope, operation, maxWaitMs) ||
          clock.now() + delayMs >= endOf(scope, operation.repeatable)
        )
          throw failure;
        // Patience is for a quota; the pause before another try is short.
        if (failure instanceof ThrottledError) scope.waits?.((failure.details.retryAfterSeconds ?? 0) * 1000, failure);
        await sleepUnlessStopping(clock, delayMs, scope.signal, stopping, failure);
        if (failure instanceof ThrottledError)
          metrics.quotaWait({ api: operation.api, outcome: 'OK', seconds: delayMs / 1000 });
      }
    }
  };
