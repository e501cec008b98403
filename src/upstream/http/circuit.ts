import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import { type GatewayError, UpstreamError } from '../../errors.ts';
import type { CallPlace } from './failure.ts';

const failuresToOpen = 5;
const halfOpenAfterMs = 15_000;

/** Only what says that the API is down: no 4xx, no 429, no malformed question of ours. */
const tripsCircuit = (error: unknown): boolean =>
  error instanceof UpstreamError && (error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'UPSTREAM_TIMEOUT');

/** Whether a breaker kept the call back. Waiting for it would only delay what another API can answer now. */
export const wasKeptBack = ({ cause }: GatewayError): boolean => cause instanceof BrokenCircuitError;

/** One breaker a tenant and API: five faults in a row close the way for 15 s, then one call tries it. */
export interface Circuits {
  run<T>(place: CallPlace, work: () => Promise<T>): Promise<T>;
}

/** Breakers of this process, made as they are needed. */
export const createCircuits = (): Circuits => {
  const breakers = new Map<string, CircuitBreakerPolicy>();
  const breakerOf = ({ tenant, operation }: CallPlace): CircuitBreakerPolicy => {
    const key = `${tenant}\n${operation.api}`;
    let breaker = breakers.get(key);
    if (breaker === undefined) {
      breaker = circuitBreaker(handleWhen(tripsCircuit), {
        halfOpenAfter: halfOpenAfterMs,
        breaker: new ConsecutiveBreaker(failuresToOpen),
      });
      breakers.set(key, breaker);
    }
    return breaker;
  };
  return {
    run: async (place, work) => {
      try {
        return await breakerOf(place).execute(work);
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new UpstreamError(
          'UPSTREAM_UNAVAILABLE',
          `The last calls to ${place.operation.api} in ${place.tenant} failed; it is tried again shortly`,
          { tenant: place.tenant, api: place.operation.api, retryAfterSeconds: halfOpenAfterMs / 1000 },
          error,
        );
      }
    },
  };
};
