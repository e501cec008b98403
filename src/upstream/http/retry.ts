import { type GatewayError, UpstreamError } from '../../errors.ts';
import { wasKeptBack } from './circuit.ts';
import { neverSent } from './failure.ts';

/** The most a call is sent. Microsoft counts every attempt against its quotas. */
export const maxAttempts = 3;

/** An answer that is late once is likely late again, and the caller has waited its whole time already. */
const maxTimeouts = 2;

const baseDelayMs = 300;

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
  if (attempt >= maxAttempts || !(error instanceof UpstreamError) || wasKeptBack(error)) return null;
  if (error.code === 'UPSTREAM_TIMEOUT' && attempt >= maxTimeouts) return null;
  const { retryAfterSeconds, upstreamStatus } = error.details;
  const turnedAway = upstreamStatus === 429 || (upstreamStatus === 503 && retryAfterSeconds !== undefined);
  const canPass = error.code !== 'UPSTREAM_REJECTED';
  if (!(turnedAway || neverSent(error) || (repeatable && canPass))) return null;
  const jitter = random() * baseDelayMs * 2 ** attempt;
  return (retryAfterSeconds ?? 0) * 1000 + jitter;
};
