import { createHash } from 'node:crypto';
import type { Caller } from '../../access/caller.ts';
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { CallScope } from '../../scope.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Space } from '../../store/space.ts';
import type { Store } from '../../store/store.ts';
import type { Presence } from './presence.ts';

/** How long a run may go on beyond its request's deadline, before another may take it up. */
const graceMs = namespaces['idempotency-lease'].ttlMs;
const lookAgainMs = 200;
/** Time kept back for saying that the first run has not ended. */
const answerMs = 1000;

/** What is done once. */
export interface Once<Result> {
  readonly caller: Pick<Caller, 'id'>;
  /** Whose keys they are: those that the gateway gives its approvals are never those that a caller gives. */
  readonly namespace?: 'approval';
  readonly mutation: string;
  /** Without one nothing is remembered. */
  readonly key: string | undefined;
  /** What the key stands for, in a form that is equal for equal requests. */
  readonly input: unknown;
  /** `resumed`: an earlier run under the same key began and did not come to its end, as when its process was killed. */
  readonly work: (run: { readonly resumed: boolean }) => Promise<Worked<Result>>;
}

/**
 * How far a run came. `ENDED`: its answer is the answer to every repeat. `NOTHING`: surely nothing was begun, so the same key
 * may try again. `OPEN`: something may have been begun; a repeat takes it up and looks first.
 */
export type Progress = 'ENDED' | 'NOTHING' | 'OPEN';

/** What was done, and how far it came. */
export interface Worked<Result> {
  readonly result: Result;
  readonly progress: Progress;
}

/** The same key with the same input gives the first answer again and does nothing more. */
export interface Idempotency {
  /**
   * Throws `CONFLICT` when the key stands for other input, or when the first run has not ended by the request's deadline.
   * Concurrent duplicates wait for the first, in all replicas; what a dead process was at is resumed.
   */
  once<Result>(request: Once<Result>, scope: CallScope): Promise<Result>;
}

interface Entry {
  readonly inputHash: string;
  /** JSON of the result; null while it is being done. */
  readonly result: string | null;
}

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');

const conflict = (message: string): GatewayError => new GatewayError('CONFLICT', message, { field: 'idempotencyKey' });

export const createIdempotency = ({
  store,
  presence,
  clock,
  log,
}: {
  readonly store: Store;
  readonly presence: Pick<Presence, 'id' | 'isAlive'>;
  readonly clock: Clock;
  readonly log: Log;
}): Idempotency => {
  // Apart: an approval lives longer than a caller's key, and so must what keeps it from being performed twice.
  const entriesOf: Readonly<Record<'caller' | 'approval', Space<Entry>>> = {
    caller: store.space<Entry>('idempotency', namespaces.idempotency),
    approval: store.space<Entry>('approval-keys', namespaces['approval-keys']),
  };
  /** Who is at it. */
  const leases = store.space<string>('idempotency-lease', namespaces['idempotency-lease']);

  const lease = async (place: string, scope: CallScope): Promise<boolean> => {
    const leaseMs = Math.max(0, scope.deadline - clock.now()) + graceMs;
    if (await leases.add(place, presence.id, leaseMs)) return true;
    const owner = await leases.get(place);
    if (owner === undefined || (await presence.isAlive(owner))) return false;
    return leases.replace(place, owner, presence.id, leaseMs);
  };

  const release = async (place: string, mutation: string): Promise<void> => {
    try {
      // Another may have taken it over from a process that was held up.
      if ((await leases.get(place)) === presence.id) await leases.delete(place);
    } catch (err) {
      log.warn('A lease was left to run out', { mutation, err });
    }
  };

  return {
    once: async <Result>(request: Once<Result>, scope: CallScope): Promise<Result> => {
      const { caller, namespace, mutation, key, input, work } = request;
      if (key === undefined) return (await work({ resumed: false })).result;
      const entries = entriesOf[namespace ?? 'caller'];
      const owner = namespace === undefined ? [caller.id] : [namespace, caller.id];
      const place = hashOf([...owner, mutation, key]);
      const inputHash = hashOf(input);

      /** The first answer; undefined while there is none. */
      const answered = async (): Promise<{ result: Result } | undefined> => {
        const entry = await entries.get(place);
        if (entry === undefined) return undefined;
        if (entry.inputHash !== inputHash) throw conflict('This idempotencyKey was used with other input');
        return entry.result === null ? undefined : { result: JSON.parse(entry.result) };
      };

      const run = async (): Promise<Result> => {
        const resumed = (await entries.get(place)) !== undefined;
        await entries.set(place, { inputHash, result: null });
        let worked: Worked<Result>;
        try {
          worked = await work({ resumed });
        } catch (error) {
          if (!resumed) await entries.delete(place);
          throw error;
        }
        try {
          if (worked.progress === 'ENDED') {
            await entries.set(place, { inputHash, result: JSON.stringify(worked.result) });
          } else if (worked.progress === 'NOTHING') await entries.delete(place);
        } catch (err) {
          // The acts stand; the caller must hear of them. A repeat under the key looks for them first.
          log.error('The answer to an idempotency key could not be kept', { mutation, err });
        }
        return worked.result;
      };

      for (;;) {
        const earlier = await answered();
        if (earlier !== undefined) return earlier.result;
        if (await lease(place, scope)) {
          try {
            // It may have ended between the look and the lease.
            const meanwhile = await answered();
            return meanwhile === undefined ? await run() : meanwhile.result;
          } finally {
            await release(place, mutation);
          }
        }
        if (clock.now() + lookAgainMs + answerMs >= scope.deadline) {
          throw conflict('The first request with this idempotencyKey has not ended yet: ask again with the same key');
        }
        await clock.sleep(lookAgainMs, scope.signal);
      }
    },
  };
};
