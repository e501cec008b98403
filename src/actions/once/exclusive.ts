import { GatewayError } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import { namespaces } from '../../store/namespaces.ts';
import { createLease } from './lease.ts';
import type { OnceParts } from './presence.ts';

const lookAgainMs = 100;
/** Time kept back from waiting, for the work itself and for the answer. */
const workMs = 10_000;

/**
 * One at a time for each thing, among all replicas: for changes that hang on what is there, as a list that is written whole. Waits
 * for others; throws `CONFLICT` when they leave no time for the work.
 */
export const createExclusive = ({ store, presence, clock, log }: OnceParts) => {
  const leases = store.space<string>('change-lease', namespaces['change-lease']);
  const { take, release } = createLease(leases, { presence, log });

  return async <T>(things: readonly string[], scope: CallScope, work: () => Promise<T>): Promise<T> => {
    const taken: string[] = [];
    try {
      const all = [...new Set(things)].sort();
      const leaseMs = scope.deadline - clock.now() + namespaces['change-lease'].ttlMs;
      const tried = await Promise.allSettled(all.map((thing) => take(thing, leaseMs)));
      const had = all.filter((_, index) => tried[index]?.status === 'fulfilled' && tried[index].value);
      if (had.length === all.length) {
        taken.push(...had);
        return await work();
      }
      await Promise.all(had.map((thing) => release(thing)));
      // In one order for all, so that no two wait for each other.
      for (const thing of all) {
        for (;;) {
          const leftMs = scope.deadline - clock.now();
          if (await take(thing, leftMs + namespaces['change-lease'].ttlMs)) break;
          if (leftMs < workMs + lookAgainMs) throw busy();
          await clock.sleep(lookAgainMs, scope.signal);
        }
        taken.push(thing);
      }
      return await work();
    } finally {
      await Promise.all(taken.map((thing) => release(thing)));
    }
  };
};

export type Exclusive = ReturnType<typeof createExclusive>;

const busy = (): GatewayError =>
  new GatewayError('CONFLICT', 'Others change the same at this moment, so nothing was sent: ask again', {
    retryAfterSeconds: 1,
    sent: 'no',
  });
