import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import type { CallPlace } from './failure.ts';

/**
 * Remembers until when Microsoft wants no calls of an operation in a tenant, for all requests: one 429 is enough.
 * (Retrying early is answered by 429 again, and counts.)
 */
export interface ThrottleMemory {
  note(place: CallPlace, retryAfterSeconds: number): void;
  /** Waits out a known block; throws `UPSTREAM_THROTTLED` at once when it lasts too long or beyond the deadline. */
  pass(place: CallPlace, scope: CallScope): Promise<number>;
}

const keyOf = ({ tenant, operation }: CallPlace): string => `${tenant}\n${operation.id}`;

/** `maxWaitMs`: longer than this nobody is made to wait. */
export const createThrottleMemory = (clock: Clock, maxWaitMs: number): ThrottleMemory => {
  const blockedUntil = new Map<string, number>();
  return {
    note: (place, seconds) => {
      const until = clock.now() + seconds * 1000;
      const key = keyOf(place);
      if (until > (blockedUntil.get(key) ?? 0)) blockedUntil.set(key, until);
    },
    pass: async (place, scope) => {
      const key = keyOf(place);
      let waited = 0;
      for (;;) {
        const until = blockedUntil.get(key);
        if (until === undefined) return waited;
        const wait = until - clock.now();
        if (wait <= 0) {
          blockedUntil.delete(key);
          return waited;
        }
        if (wait > maxWaitMs || until >= scope.deadline) {
          throw new UpstreamError(
            'UPSTREAM_THROTTLED',
            `Microsoft throttles ${place.operation.id} in ${place.tenant}; it may be called again in ${Math.ceil(wait / 1000)} s`,
            { tenant: place.tenant, api: place.operation.api, retryAfterSeconds: wait / 1000 },
          );
        }
        await clock.sleep(wait, scope.signal);
        waited += wait;
      }
    },
  };
};
