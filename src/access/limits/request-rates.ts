import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import type { Caller } from '../caller.ts';
import { networkOf } from './network.ts';
import { createRate } from './rate.ts';

/** How often a caller is answered. */
export interface RateLimits {
  /** Operations of a caller in a minute, in all replicas together; 0: no limit. */
  readonly requestsPerMinute: number;
  /** Wrong credentials from one address in a minute; 0: no limit. */
  readonly failedSignInsPerMinute: number;
}

/** What a rate is held against of a caller. */
export type RatedCaller = Pick<Caller, 'id' | 'kind' | 'requestsPerMinute'>;

/** Keeps callers to their rates. All errors are `RATE_LIMITED` with `retryAfterSeconds`, but where said. */
export interface RequestRates<TCaller> {
  /**
   * Counts a wrong credential. Rejects when too many came from the address. Right ones are never refused for it: who shares
   * an address with a script that has a wrong key must not be shut out, and keys and signatures are not guessed by trying.
   */
  signInFailed(address: string): Promise<void>;
  /**
   * Counts `operations` of a caller; anonymous ones are told apart by address. `QUERY_TOO_EXPENSIVE` when they are more at
   * once than the caller may ask in a minute.
   */
  count(caller: TCaller, address: string, operations: number): Promise<void>;
}

export interface RequestRatesDeps {
  readonly store: Pick<Store, 'space'>;
  readonly limits: RateLimits;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'rateLimited'>;
  readonly log: Log;
}

export const createRequestRates = ({
  store,
  limits,
  clock,
  metrics,
  log,
}: RequestRatesDeps): RequestRates<RatedCaller> => {
  const requests = createRate({ space: store.space('rate', namespaces.rate), clock });
  const failures = createRate({ space: store.space('sign-in-failures', namespaces['sign-in-failures']), clock });
  const refuse = (kind: 'caller' | 'sign-in', message: string, waitedMs: number): GatewayError => {
    metrics.rateLimited(kind);
    const retryAfterSeconds = Math.max(1, Math.ceil(waitedMs / 1000));
    return new GatewayError('RATE_LIMITED', `${message}: try again in ${retryAfterSeconds} s`, { retryAfterSeconds });
  };

  return {
    signInFailed: async (address) => {
      if (limits.failedSignInsPerMinute === 0) return;
      const network = networkOf(address);
      const { waitMs, nextWaitMs } = await failures.take(network, limits.failedSignInsPerMinute, 1);
      if (waitMs > 0) throw refuse('sign-in', 'Too many wrong credentials came from this address', waitMs);
      if (nextWaitMs > 0) log.warn('Too many wrong credentials came from an address', { address: network });
    },
    count: async (caller, address, operations) => {
      const limit = caller.requestsPerMinute ?? limits.requestsPerMinute;
      if (limit === 0) return;
      if (operations > limit) {
        throw new GatewayError(
          'QUERY_TOO_EXPENSIVE',
          `${operations} operations at once are more than the ${limit} of a minute: send fewer in one request`,
        );
      }
      const key = caller.kind === 'anonymous' ? `anonymous:${networkOf(address)}` : caller.id;
      const { waitMs } = await requests.take(key, limit, operations);
      if (waitMs > 0) throw refuse('caller', `More than ${limit} operations in a minute`, waitMs);
    },
  };
};
