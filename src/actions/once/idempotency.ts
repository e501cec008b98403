import { createHash } from 'node:crypto';
import type { Caller } from '../../access/caller.ts';
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { CallScope } from '../../scope.ts';
import { backInSeconds, neverStops } from '../../stopping.ts';
import { textForm } from '../../store/forms.ts';
import type { Store } from '../../store/store.ts';
import type { Presence } from './presence.ts';

/** How long a key is remembered. */
const rememberMs = 24 * 60 * 60 * 1000;
/** How long a run may go on beyond its request's deadline, before another may take it up. */
const graceMs = 60_000;
const lookAgainMs = 200;
/** How long a first request is still waited for when the gateway stops. */
const lastLooksMs = 1000;
/** Time kept back for saying that the first run has not ended. */
const answerMs = 1000;

/** What is done once. */
export interface Once<Result> {
  readonly caller: Pick<Caller, 'id'>;
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
   * Throws `CONFLICT` when the key stands for other input, or when the first run has not ended by the request's deadline or when
   * the gateway stops.
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

const conflict = (message: string, retryAfterSeconds?: number): GatewayError =>
  new GatewayError('CONFLICT', message, {
    field: 'idempotencyKey',
    sent: 'no',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

const notEnded = (isStopping: boolean): GatewayError => {
  const message = 'The first request with this idempotencyKey has not ended yet';
  return isStopping
    ? conflict(`${message}, and the gateway is stopping: ask again with the same key`, backInSeconds)
    : conflict(`${message}: ask again with the same key`);
};

export const createIdempotency = ({
  store,
  presence,
  clock,
  log,
  stopping = neverStops,
}: {
  readonly store: Store;
  readonly presence: Pick<Presence, 'id' | 'isAlive'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Fires when the gateway stops; by default never. */
  readonly stopping?: AbortSignal;
}): Idempotency => {
  const entries = store.space<Entry>('idempotency', { ttlMs: rememberMs, encrypted: true });
  /** Who is at it. */
  const leases = store.space<string>('idempotency-lease', { guards: textForm });

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
    once: async <Result>({ caller, mutation, key, input, work }: Once<Result>, scope: CallScope): Promise<Result> => {
      if (key === undefined) return (await work({ resumed: false })).result;
      const place = hashOf([caller.id, mutation, key]);
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
        if (!resumed) await store.continuity.requireWhole();
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

      let giveUpAt = scope.deadline - answerMs;
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
        // The first request is told to end too, and its answer is worth a moment.
        if (stopping.aborted) giveUpAt = Math.min(giveUpAt, clock.now() + lastLooksMs);
        if (clock.now() + lookAgainMs >= giveUpAt) throw notEnded(stopping.aborted);
        await clock.sleep(lookAgainMs, scope.signal);
      }
    },
  };
};
