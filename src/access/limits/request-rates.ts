import { GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Metrics, RateKind } from '../../metrics.ts';
import { type Soon, whenThere } from '../../soon.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import type { Caller } from '../caller.ts';
import { networkOf } from './network.ts';
import { createRate } from './rate.ts';
import { shareKeyOf } from './share-key.ts';

/** How often a caller is answered. */
export interface RateLimits {
  /** Operations of a caller in a minute, in all replicas together; 0: no limit. */
  readonly requestsPerMinute: number;
  /** Points of a caller's queries of 500 points or more in a minute, in all replicas together; 0: no limit. */
  readonly costPerMinute: number;
  /** Wrong credentials from one address in a minute; 0: no limit. */
  readonly failedSignInsPerMinute: number;
}

/** What a rate is held against of a caller. */
export type RatedCaller = Pick<Caller, 'id' | 'kind' | 'requestsPerMinute'>;

/** Keeps callers to their rates. All errors are `RATE_LIMITED` with `retryAfterSeconds`, but where said. */
export interface RequestRates<TCaller> {
  /**
   * Counts a wrong credential. Refuses when too many came from the address. Right ones are never refused for it: who shares
   * an address with a script that has a wrong key must not be shut out, and keys and signatures are not guessed by trying.
   */
  signInFailed(address: string): Soon<void>;
  /**
   * Counts `operations` of a caller; anonymous ones are told apart by address. `QUERY_TOO_EXPENSIVE` when they are more at
   * once than the caller may ask in a minute.
   */
  count(caller: TCaller, address: string, operations: number): Soon<void>;
  /**
   * Counts the points of a query; mutations are not brought here. One of fewer than 500 points is not counted: it is bounded by
   * the number of operations.
   */
  spend(caller: TCaller, address: string, points: number): Soon<void>;
}

/** Points from which on a query is counted: a count is a question to the store. */
const countedFrom = 500;

/** Where rates are counted, how high they may be, and where refusals are told. */
export interface RequestRatesDeps {
  readonly store: Pick<Store, 'space'>;
  readonly limits: RateLimits;
  readonly metrics: Pick<Metrics, 'rateLimited'>;
  readonly log: Log;
}

/**
 * Counts in the store, over a sliding minute; a store that does not answer in 100 ms lets everything through. docs/settings.md,
 * Rates.
 */
export const createRequestRates = ({ store, limits, metrics, log }: RequestRatesDeps): RequestRates<RatedCaller> => {
  const requests = createRate(store.space('rate', namespaces.rate));
  const costs = createRate(store.space('cost-rate', namespaces['cost-rate']));
  const failures = createRate(store.space('sign-in-failures', namespaces['sign-in-failures']));
  const refuse = (kind: RateKind, message: string, waitedMs: number): GatewayError => {
    metrics.rateLimited(kind);
    const retryAfterSeconds = Math.max(1, Math.ceil(waitedMs / 1000));
    return new GatewayError('RATE_LIMITED', `${message}: try again in ${retryAfterSeconds} s`, { retryAfterSeconds });
  };

  return {
    signInFailed: (address) => {
      if (limits.failedSignInsPerMinute === 0) return;
      const network = networkOf(address);
      return whenThere(failures.take(network, limits.failedSignInsPerMinute, 1), ({ waitMs, nextWaitMs }) => {
        if (waitMs > 0) throw refuse('sign-in', 'Too many wrong credentials came from this address', waitMs);
        if (nextWaitMs > 0) log.warn('Too many wrong credentials came from an address', { address: network });
      });
    },
    count: (caller, address, operations) => {
      const limit = caller.requestsPerMinute ?? limits.requestsPerMinute;
      if (limit === 0) return;
      if (operations > limit) {
        throw new GatewayError(
          'QUERY_TOO_EXPENSIVE',
          `${operations} operations at once are more than the ${limit} of a minute: send fewer in one request`,
        );
      }
      return whenThere(requests.take(shareKeyOf(caller, address), limit, operations), ({ waitMs }) => {
        if (waitMs > 0) throw refuse('caller', `More than ${limit} operations in a minute`, waitMs);
      });
    },
    spend: (caller, address, points) => {
      const limit = limits.costPerMinute;
      if (limit === 0 || points < countedFrom) return;
      return whenThere(costs.take(shareKeyOf(caller, address), limit, Math.min(points, limit)), ({ waitMs }) => {
        if (waitMs > 0) throw refuse('cost', `More than ${limit} points in a minute (limits.costPerMinute)`, waitMs);
      });
    },
  };
};
