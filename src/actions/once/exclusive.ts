import type { Clock } from '../../clock.ts';
import { asError, GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { CallScope } from '../../scope.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import type { Presence } from './presence.ts';

const lookAgainMs = 100;
/** Time kept back from waiting, for the work itself and for the answer. */
const workMs = 10_000;

/**
 * One at a time for each thing, among all replicas: for changes that hang on what is there, as a list that is written whole. Waits
 * for others; throws `CONFLICT` when they leave no time for the work.
 */
export type Exclusive = <T>(things: readonly string[], scope: CallScope, work: () => Promise<T>) => Promise<T>;

export const createExclusive = ({
  store,
  presence,
  clock,
  log,
}: {
  readonly store: Store;
  readonly presence: Pick<Presence, 'id' | 'isAlive'>;
  readonly clock: Clock;
  readonly log: Log;
}): Exclusive => {
  const leases = store.space<string>('change-lease', namespaces['change-lease']);
  /** Things that this process works on: the store tells its replicas apart, and not its requests. */
  const own = new Set<string>();

  const tryToTake = async (thing: string, leaseMs: number): Promise<boolean> => {
    if (own.has(thing)) return false;
    own.add(thing);
    try {
      if (await leases.add(thing, presence.id, leaseMs)) return true;
      const owner = await leases.get(thing);
      const isLeft = owner !== undefined && (owner === presence.id || !(await presence.isAlive(owner)));
      if (isLeft && (await leases.replace(thing, owner, presence.id, leaseMs))) return true;
    } catch (thrown) {
      own.delete(thing);
      throw thrown;
    }
    own.delete(thing);
    return false;
  };

  const release = async (thing: string): Promise<void> => {
    try {
      if ((await leases.get(thing)) === presence.id) await leases.delete(thing);
    } catch (err) {
      log.warn('A lease was left to run out', { err: asError(err) });
    } finally {
      own.delete(thing);
    }
  };

  return async (things, scope, work) => {
    const taken: string[] = [];
    try {
      const all = [...new Set(things)].sort();
      const leaseMs = scope.deadline - clock.now() + namespaces['change-lease'].ttlMs;
      const tried = await Promise.allSettled(all.map((thing) => tryToTake(thing, leaseMs)));
      const had = all.filter((_, index) => tried[index]?.status === 'fulfilled' && tried[index].value);
      if (had.length === all.length) {
        taken.push(...had);
        return await work();
      }
      await Promise.all(had.map(release));
      // In one order for all, so that no two wait for each other.
      for (const thing of all) {
        for (;;) {
          const leftMs = scope.deadline - clock.now();
          if (await tryToTake(thing, leftMs + namespaces['change-lease'].ttlMs)) break;
          if (leftMs < workMs + lookAgainMs) throw busy();
          await clock.sleep(lookAgainMs, scope.signal);
        }
        taken.push(thing);
      }
      return await work();
    } finally {
      await Promise.all(taken.map(release));
    }
  };
};

const busy = (): GatewayError =>
  new GatewayError('CONFLICT', 'Others change the same at this moment, so nothing was sent: ask again', {
    retryAfterSeconds: 1,
    sent: 'no',
  });
