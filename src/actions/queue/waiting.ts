import type { Clock } from '../../clock.ts';
import type { GatewayError } from '../../errors.ts';

/**
 * Whether a machine has an action of the kind already. common-errors.md: `ActiveRequestAlreadyExists`; the pages of scans and
 * restrictions print only a message.
 */
export const isBusy = ({ details, message }: GatewayError): boolean =>
  details.upstreamCode === 'ActiveRequestAlreadyExists' ||
  ((details.upstreamStatus === 400 || details.upstreamStatus === 409) && /already (in progress|exists)/i.test(message));

/** A queue for each key, first in, first out. `stopping`: fires when the gateway stops. */
export const createKeyedQueue = (clock: Clock, stopping: AbortSignal) => {
  /** Settles when the last one is done, by key. */
  const tails = new Map<string, Promise<void>>();
  return {
    /**
     * Runs `work` once all that came before it under the key are done or gone; throws `late()` when that is not so at `until`, or
     * when the gateway stops.
     */
    inOrder: async <T>(key: string, work: () => Promise<T>, until: number, late: () => Error): Promise<T> => {
      const before = tails.get(key);
      const done = Promise.withResolvers<void>();
      const last = before === undefined ? done.promise : before.then(() => done.promise);
      tails.set(key, last);
      try {
        if (before !== undefined) {
          const left = new AbortController();
          const timeUp = clock.sleep(Math.max(0, until - clock.now()), AbortSignal.any([left.signal, stopping]));
          const isFree = await Promise.race([
            before.then(() => true),
            timeUp.then(
              () => false,
              () => false,
            ),
          ]).finally(() => left.abort());
          if (!isFree || stopping.aborted) throw late();
        }
        return await work();
      } finally {
        done.resolve();
        if (tails.get(key) === last) tails.delete(key);
      }
    },
  };
};
