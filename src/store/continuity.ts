import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { asError, GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { StoreFailure } from './failure.ts';
import { keysLiveMs, type Loss, refusalOf, sentenceOf } from './loss.ts';
import { type Marker, markerSpace } from './marker.ts';
import type { Space } from './space.ts';

/** Milliseconds from one look at the marker to the next. */
const lookMs = 5000;

/** The same when the store did not answer: one that comes back may have come back empty. */
const lookAgainMs = 1000;

/** Attempts to write the marker while other processes write it too. */
const maxWrites = 5;

/** Whether the store still has everything that was put into it. */
export interface Continuity {
  /** Looks now. Rejects with `INTERNAL` when the store does not answer. */
  look(): Promise<Loss | null>;
  /** What the last look found. */
  readonly loss: () => Loss | null;
  /**
   * Looks now, and throws `CONFLICT` when an entry that is absent may be a lost one. To be called after the entry was found
   * absent: then it was absent from a store that was whole.
   */
  requireWhole(): Promise<void>;
  /**
   * Counts on after an entry was written: a store that loses that, as at a fail-over, loses this too, which this process notices. Throws
   * as `requireWhole`. Nothing for a file, of which no second is lost.
   */
  countOn(): Promise<void>;
  /** An operator's word that keys of the time before are not used again, for all processes. False: nothing was lost. */
  accept(): Promise<boolean>;
  /** Looks at once and every few seconds until `stop`. */
  start(): void;
  stop(): void;
}

const writtenByOthers = (): GatewayError =>
  new StoreFailure(new Error('The marker of the store is written by others all the time'));

/** Where the marker stands, and who is told of a loss. */
export interface ContinuityParts {
  readonly space: Space<Marker>;
  readonly backend: Pick<Backend, 'now' | 'isInPlace' | 'beside'>;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  /** Told with each change. */
  readonly onChange?: ((loss: Loss | null) => void) | undefined;
}

/**
 * Notices that a store lost entries, as a Redis without persistence does when it starts anew: a keyed mutation whose key is
 * absent would be sent a second time.
 *
 * A marker stands in the store without an end. Every process remembers the marker that it saw last and looks every few seconds
 * and before it relies on an absent key. A marker that is gone, is another one, or counts less than before is a loss; whoever
 * notices it writes so into the marker, so that processes that start later know it too. From then on absent keys are refused
 * for as long as keys live.
 *
 * A first start is no loss: a process that remembers no marker and finds none writes a new one, and refuses nothing, for
 * nothing tells that there were keys before. What remembers over a restart is, with SQLite, a file beside the database; with
 * Redis the other replicas alone. Where all of them start anew on an emptied Redis nobody can notice: hence the warnings about
 * Redis's settings. An operator who empties the store on purpose says so with `store accept`.
 */
export const createContinuity = ({ space, backend, clock, log, onChange }: ContinuityParts): Continuity => {
  /** The marker as last seen. */
  let known: Pick<Marker, 'id' | 'beat'> | undefined;
  /** The same whole, as this process read or wrote it last. */
  let seen: Marker | undefined;
  let remembered = false;
  let last: Loss | null = null;
  const stopped = new AbortController();

  const note = (loss: Loss | null): Loss | null => {
    const changed = loss?.kind !== last?.kind || loss?.at !== last?.at;
    last = loss;
    if (!changed) return loss;
    onChange?.(loss);
    if (loss === null) log?.info('The store is whole again: no mutation is refused for what it lost');
    else log?.error(`Attention: ${sentenceOf(loss)}`, { kind: loss.kind });
    return loss;
  };

  /** What this process, or one before it on the same file, saw last. */
  const seenBefore = async (): Promise<typeof known> => {
    if (known !== undefined || remembered) return known;
    const id = await backend.beside?.read();
    remembered = true;
    known ??= id === undefined ? undefined : { id, beat: 0 };
    return known;
  };

  const see = async (marker: Marker): Promise<void> => {
    const { id, beat } = marker;
    const isOther = known?.id !== id;
    // A look that took longer ends behind a later one.
    if (isOther || beat >= (known?.beat ?? 0)) seen = marker;
    known = { id, beat: isOther ? beat : Math.max(beat, known?.beat ?? 0) };
    if (isOther) await backend.beside?.write(id);
  };

  /** The marker, with what this process knows of a loss written into it. */
  const current = async (before: typeof known, beats: boolean): Promise<Marker> => {
    let first: Marker | undefined;
    for (let attempt = 0; attempt < maxWrites; attempt += 1) {
      const stored = await space.get(markerSpace.key);
      if (stored === undefined) {
        const at = await backend.now();
        const lostAt = before === undefined ? null : at;
        const anew = { id: randomUUID(), at, beat: (before?.beat ?? 0) + 1, lostAt, acceptedAt: null };
        if (await space.add(markerSpace.key, anew)) return anew;
        continue;
      }
      const isOther = before !== undefined && before.id !== stored.id && stored.lostAt === null;
      const isOlder = before?.id === stored.id && stored.beat < before.beat;
      // Another has counted since this began, which is as good.
      const isCounted = first?.id === stored.id && stored.beat > first.beat;
      if (!isOther && !isOlder && (!beats || isCounted)) return stored;
      first ??= stored;
      const beat = Math.max(stored.beat, before?.beat ?? 0) + 1;
      const loss = isOther || isOlder ? { lostAt: await backend.now(), acceptedAt: null } : {};
      const next = { ...stored, ...loss, beat };
      if (await space.replace(markerSpace.key, stored, next)) return next;
    }
    throw writtenByOthers();
  };

  const look = async (beats: boolean): Promise<Loss | null> => {
    // Taken before the marker is read: a later look of this process may have seen it counted further.
    const before = await seenBefore();
    if (!(await backend.isInPlace()))
      return note(last?.kind === 'FILE' ? last : { kind: 'FILE', at: clock.now(), until: null });
    const marker = await current(before, beats);
    await see(marker);
    if (marker.lostAt === null || marker.acceptedAt !== null) return note(null);
    const until = marker.lostAt + keysLiveMs;
    return note((await backend.now()) < until ? { kind: 'ENTRIES', at: marker.lostAt, until } : null);
  };

  const looked = (beats = false): Promise<Loss | null> =>
    look(beats).catch((thrown: unknown) => {
      throw thrown instanceof GatewayError ? thrown : new StoreFailure(thrown);
    });

  const goOn = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      // That the store does not answer, or holds a marker of a later version, is told where it is asked for something.
      const pauseMs = await looked(true).then(
        () => lookMs,
        () => lookAgainMs,
      );
      await clock.sleep(pauseMs, stopped.signal);
    }
  };

  const requireWhole = async (beats = false): Promise<void> => {
    const loss = await looked(beats);
    if (loss !== null) throw refusalOf(loss, loss.until === null ? 0 : await backend.now());
  };

  const countOn = async (): Promise<void> => {
    let from = seen;
    // The first may fail because another process counted before the entry was written; the second because one did after it.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const before = known;
      from ??= await space.get(markerSpace.key);
      const isBehind = before !== undefined && (from?.id !== before.id || from.beat < before.beat);
      if (from === undefined || isBehind) return requireWhole(true);
      const next = { ...from, beat: from.beat + 1 };
      if (await space.replace(markerSpace.key, from, next)) return see(next);
      from = undefined;
    }
    await requireWhole();
  };

  return {
    look: () => looked(),
    loss: () => last,
    requireWhole: () => requireWhole(),
    countOn: async () => {
      if (backend.beside !== null) return;
      await countOn().catch((thrown: unknown) => {
        throw thrown instanceof GatewayError ? thrown : new StoreFailure(thrown);
      });
    },
    accept: async () => {
      if ((await looked())?.kind !== 'ENTRIES') return false;
      const acceptedAt = await backend.now();
      for (let attempt = 0; attempt < maxWrites; attempt += 1) {
        const stored = await space.get(markerSpace.key);
        if (stored === undefined) return false;
        if (!(await space.replace(markerSpace.key, stored, { ...stored, acceptedAt }))) continue;
        note(null);
        return true;
      }
      throw writtenByOthers();
    },
    start: () => {
      goOn().catch((thrown: unknown) => {
        if (!stopped.signal.aborted) log?.error('Looks at the store broke off', { err: asError(thrown) });
      });
    },
    stop: () => stopped.abort(),
  };
};
