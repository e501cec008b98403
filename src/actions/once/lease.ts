import { asError } from '../../errors.ts';
import type { LogFields } from '../../log.ts';
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
