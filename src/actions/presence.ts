import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** How long a process counts as running after its last sign of life. */
const aliveMs = 10_000;
const signMs = 3000;

/** Which gateway processes run, so that what a dead one left behind can be told from what a living one is at. */
export interface Presence {
  /** This process; never the same twice. */
  readonly id: string;
  isAlive(id: string): Promise<boolean>;
  /** Gives the first sign of life, and goes on until `stop`. */
  start(): Promise<void>;
  stop(): void;
}

export const createPresence = ({
  store,
  clock,
  log,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): Presence => {
  const id = randomUUID();
  const signs = store.space<true>('presence', { ttlMs: aliveMs });
  const stopped = new AbortController();
  const sign = () =>
    signs.set(id, true).catch((err: unknown) => log.warn('A sign of life could not be stored', { err: asError(err) }));
  const goOn = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await clock.sleep(signMs, stopped.signal);
      await sign();
    }
  };
  return {
    id,
    isAlive: async (other) => other === id || (await signs.has(other)),
    start: async () => {
      await sign();
      goOn().catch((thrown: unknown) => {
        if (!stopped.signal.aborted) log.error('Signs of life broke off', { err: asError(thrown) });
      });
    },
    stop: () => stopped.abort(),
  };
};
