import { InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import type { Clock } from '../clock.ts';
import { EntraUnavailable } from './network.ts';
import { isPassing } from './refusals.ts';

interface PatienceParts {
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
}

/** A token is asked for so often before a fault counts. Entra takes too many equal requests for a loop (AADSTS50196). */
const maxAttempts = 2;
const leastDelayMs = 200;
const jitterMs = 600;
/** A `Retry-After` longer than this is not waited for, but kept as a pause. */
const longestWaitSeconds = 3;

const numberOf = (error: ServerError): string | undefined =>
  error.errorNo ?? /AADSTS(\d+)/.exec(error.errorMessage)?.[1];

/** Milliseconds after which asking again may help; null: not at all, or not soon. */
const delayAfter = (error: unknown, random: () => number): number | null => {
  const jittered = leastDelayMs + random() * jitterMs;
  if (error instanceof EntraUnavailable) {
    const { status, number, retryAfterSeconds = 0 } = error.told;
    if (status === 429 || retryAfterSeconds > longestWaitSeconds) return null;
    // The caller does not wait so long twice.
    if (error.isLate) return null;
    if (number !== undefined && status !== undefined && status < 500 && !isPassing(number, '')) return null;
    return Math.max(retryAfterSeconds * 1000, 0) + jittered;
  }
  if (error instanceof ServerError && !(error instanceof InteractionRequiredAuthError))
    return isPassing(numberOf(error), error.errorCode) ? jittered : null;
  return null;
};

/** Asks Entra for a token, once more after a fault that passes by itself: a cut connection, a 5xx, AADSTS90033 and its like. */
export const askPatiently = async <T>(ask: () => Promise<T>, { clock, random }: PatienceParts): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const delayMs = attempt >= maxAttempts ? null : delayAfter(error, random);
      if (delayMs === null) throw error;
      await clock.sleep(delayMs);
    }
  }
};
