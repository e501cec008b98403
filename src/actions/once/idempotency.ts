import { asGatewayError, GatewayError, isSurelyNotSent } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import { backInSeconds, neverStops } from '../../stopping.ts';
import { checked, hasFields } from '../../store/forms.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Space } from '../../store/space.ts';
import { hashOf, type KeyUse, placeOf } from './key-use.ts';
import { createLease } from './lease.ts';
import type { OnceParts } from './presence.ts';
import { createSettled } from './settled.ts';
import { isTargetEnd, type TargetEnd } from './target-ends.ts';

/** How long a run may go on beyond its request's deadline, before another may take it up. */
const graceMs = namespaces['idempotency-lease'].ttlMs;
const lookAgainMs = 200;
/** How long a first request is still waited for when the gateway stops. */
const lastLooksMs = 1000;
/** Time kept back for saying that the first run has not ended. */
const answerMs = 1000;

/** What is done once. */
export interface Once<Result> extends KeyUse {
  /** What the key stands for, in a form that is equal for equal requests. */
  readonly input: unknown;
  readonly work: (run: Run) => Promise<Worked<Result>>;
}

/** One run under a key. */
export interface Run {
  /** When the key was first used, by the store's clock, if an earlier run began under it and may have left something. */
  readonly resumedSince: number | null;
  /** What an earlier run did to the target; undefined: nothing that is known. Throws when it cannot be read. */
  ended(target: string): Promise<TargetEnd | undefined>;
  /** What was done to the target: it is never sent again under this key. Never rejects. */
  keep(target: string, end: TargetEnd): Promise<void>;
}

/**
 * How far a run came. `ENDED`: its answer is the answer to every repeat. `NOTHING`: surely nothing was begun, so the same key
 * may try again, with other input too. `OPEN`: a repeat goes on from what is kept of each target, and looks first where
 * nothing is.
 */
export type Progress = 'ENDED' | 'NOTHING' | 'OPEN';

/** What was done, and how far it came. */
export interface Worked<Result> {
  readonly result: Result;
  readonly progress: Progress;
}

interface Entry {
  readonly inputHash: string;
  /** When the key was first used, by the store's clock. */
  readonly since: number;
  /** Absent in entries of earlier versions, and of what is about several tenants. */
  readonly tenantId?: string;
  /** JSON of the result; null while it is being done. */
  readonly result: string | null;
}

/** What is kept of keys, and of the targets under them. */
interface Kept {
  readonly entries: Space<Entry>;
  readonly ends: Space<TargetEnd>;
}

const isEntry = hasFields({ inputHash: 'text', since: 'number' });

/** A request without a key. */
const unkeyed: Run = { resumedSince: null, ended: async () => undefined, keep: async () => {} };

const conflict = (message: string, retryAfterSeconds?: number): GatewayError =>
  new GatewayError('CONFLICT', message, {
    field: 'idempotencyKey',
    sent: 'no',
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

/** Of a key that stands for what was done in another tenant of the same name. */
export const usedInAnother = (): GatewayError =>
  conflict('This idempotencyKey was used when another tenant had this name: give another key');

const notEnded = (isStopping: boolean): GatewayError => {
  const message = 'The first request with this idempotencyKey has not ended yet';
  return isStopping
    ? conflict(`${message}, and the gateway is stopping: ask again with the same key`, backInSeconds)
    : conflict(`${message}: ask again with the same key`);
};

/** The same key with the same input does nothing twice. `stopping`: fires when the gateway stops; by default never. */
export const createIdempotency = (parts: OnceParts & { readonly stopping?: AbortSignal }) => {
  const { store, presence, clock, log, stopping = neverStops } = parts;
  // Apart: an approval lives longer than a caller's key, and so must what keeps it from being performed twice. Ends of targets
  // outlive the key that they belong to: a key that is there has all that was done under it.
  const keptOf: Readonly<Record<'caller' | 'approval', Kept>> = {
    caller: {
      entries: store.space<Entry>('idempotency', checked(namespaces.idempotency, isEntry)),
      ends: store.space<TargetEnd>('idempotency-target', checked(namespaces['idempotency-target'], isTargetEnd)),
    },
    approval: {
      entries: store.space<Entry>('approval-keys', checked(namespaces['approval-keys'], isEntry)),
      ends: store.space<TargetEnd>('approval-target', checked(namespaces['approval-target'], isTargetEnd)),
    },
  };
  const settled = createSettled(store);
  /** Who is at it. */
  const leases = store.space<string>('idempotency-lease', namespaces['idempotency-lease']);
  const lease = createLease(leases, { presence, log });

  return {
    settled,

    /**
     * Throws `CONFLICT` when the key stands for other input or for another tenant of the same name, when what is kept of it cannot be read, or when the first run has
     * not ended by the request's deadline or when the gateway stops. Concurrent duplicates wait for the first, in all replicas;
     * what a dead process was at is resumed.
     */
    once: async <Result>(request: Once<Result>, scope: CallScope): Promise<Result> => {
      const { namespace, mutation, tenantId, key, input, work } = request;
      if (key === undefined) return (await work(unkeyed)).result;
      const { entries, ends } = keptOf[namespace ?? 'caller'];
      const place = hashOf(placeOf(request));
      const kept = { inputHash: hashOf(input), ...(tenantId !== undefined && { tenantId }) };

      /** What an earlier use of the key left: its answer, or null while there is none. */
      const earlierUse = async (): Promise<{ since: number; answer: { result: Result } | null } | undefined> => {
        const entry = await entries.get(place);
        if (entry === undefined) return undefined;
        if (entry.inputHash !== kept.inputHash) throw conflict('This idempotencyKey was used with other input');
        if ((entry.tenantId ?? tenantId) !== tenantId) {
          throw usedInAnother();
        }
        const { since, result } = entry;
        return { since, answer: result === null ? null : { result: JSON.parse(result) } };
      };

      /** Nothing was begun under the key: it may be used anew, and about what is found then. */
      const forget = async (): Promise<void> => {
        await Promise.all([entries.delete(place), settled.forget(request)]);
      };

      /** What stands for one use of the key: ends of an earlier one, which was forgotten, are not this one's. */
      const endPlace = (since: number, target: string): string => hashOf([place, since, target]);

      const run = async (earlier: { readonly since: number } | undefined): Promise<Result> => {
        const begin = async (): Promise<number> => {
          const [now] = await Promise.all([store.now(), store.continuity.requireWhole()]);
          await entries.set(place, { ...kept, since: now, result: null });
          await store.continuity.countOn();
          return now;
        };
        const since = earlier?.since ?? (await begin());
        let worked: Worked<Result>;
        try {
          worked = await work({
            resumedSince: earlier === undefined ? null : since,
            // Of a use that begins now nothing is kept yet.
            ended: async (target) => (earlier === undefined ? undefined : ends.get(endPlace(since, target))),
            keep: (target, end) =>
              ends.set(endPlace(since, target), end).catch((err: unknown) => {
                // The action stands; the caller must hear of it. A repeat under the key looks for it first.
                log.error('What was done under an idempotency key could not be kept', { mutation, err });
              }),
          });
        } catch (error) {
          // Where it is not known that nothing was sent, a repeat looks first.
          if (earlier === undefined && isSurelyNotSent(asGatewayError(error))) await forget();
          throw error;
        }
        try {
          if (worked.progress === 'ENDED') {
            await entries.set(place, { ...kept, since, result: JSON.stringify(worked.result) });
          } else if (worked.progress === 'NOTHING') await forget();
        } catch (err) {
          log.error('The answer to an idempotency key could not be kept', { mutation, err });
        }
        return worked.result;
      };

      let giveUpAt = scope.deadline - answerMs;
      for (;;) {
        // Side by side: a store may be far.
        const leaseMs = Math.max(0, scope.deadline - clock.now()) + graceMs;
        const [earlier, taken] = await Promise.allSettled([earlierUse(), lease.take(place, leaseMs)]);
        const isTaken = taken.status === 'fulfilled' && taken.value;
        try {
          if (earlier.status === 'rejected') throw earlier.reason;
          if (earlier.value?.answer) return earlier.value.answer.result;
          if (taken.status === 'rejected') throw taken.reason;
          if (isTaken) {
            // It may have ended between the look and the lease.
            const meanwhile = await earlierUse();
            return meanwhile?.answer ? meanwhile.answer.result : await run(meanwhile);
          }
        } finally {
          if (isTaken) await lease.release(place, { mutation });
        }
        // The first request is told to end too, and its answer is worth a moment.
        if (stopping.aborted) giveUpAt = Math.min(giveUpAt, clock.now() + lastLooksMs);
        if (clock.now() + lookAgainMs >= giveUpAt) throw notEnded(stopping.aborted);
        await clock.sleep(lookAgainMs, scope.signal);
      }
    },
  };
};

export type Idempotency = ReturnType<typeof createIdempotency>;
