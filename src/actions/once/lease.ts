import { asError, GatewayError } from '../../errors.ts';
import type { LogFields } from '../../log.ts';
import type { CallScope } from '../../scope.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Space } from '../../store/space.ts';
import type { OnceParts } from './presence.ts';

/** One at a time for each thing, among all requests of all replicas. `leases`: who has what. */
export const createLease = (leases: Space<string>, { presence, log }: Pick<OnceParts, 'presence' | 'log'>) => {
  /** What requests of this process have: the store tells processes apart, and not requests. */
  const own = new Set<string>();
  const takeStored = async (thing: string, leaseMs: number): Promise<boolean> => {
    if (await leases.add(thing, presence.id, leaseMs)) return true;
    const owner = await leases.get(thing);
    // One of this process's that no request of it has could not be given back.
    const isLeft = owner !== undefined && (owner === presence.id || !(await presence.isAlive(owner)));
    return isLeft && leases.replace(thing, owner, presence.id, leaseMs);
  };
  return {
    /** Takes it for so many milliseconds, if nobody has it or a process that has ended. Rejects when the store fails: it is not had. */
    take: async (thing: string, leaseMs: number): Promise<boolean> => {
      if (own.has(thing)) return false;
      own.add(thing);
      let isTaken = false;
      try {
        isTaken = await takeStored(thing, leaseMs);
        return isTaken;
      } finally {
        if (!isTaken) own.delete(thing);
      }
    },
    /** Gives it back, unless another took it over from a process that was held up. Never rejects: what cannot be given back runs out. */
    release: async (thing: string, fields: LogFields = {}): Promise<void> => {
      try {
        await leases.remove(thing, presence.id);
      } catch (err) {
        log.warn('A lease was left to run out', { ...fields, err: asError(err) });
      } finally {
        own.delete(thing);
      }
    },
  };
};

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
