import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { asError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';

/** How long a process counts as running after its last sign of life. */
const aliveMs = namespaces.presence.ttlMs;
const signMs = 3000;
/** How long before others may hold this process for dead it stops beginning acts. */
const marginMs = 2000;

/** Which gateway processes run, so that what a dead one left behind can be told from what a living one is at. */
export interface Presence {
  /** This process; never the same twice. */
  readonly id: string;
  isAlive(id: string): Promise<boolean>;
  /**
   * Whether all others still hold this process for alive. One that was held up, as by a suspended host, must not begin
   * anything: another may have taken over what it was at.
   */
  isCurrent(): boolean;
  /** Gives the first sign of life, and goes on until `stop`. */
  start(): Promise<void>;
  stop(): void;
}

/** What keeps acts from being done twice or forgotten is made with. */
export interface OnceParts {
  readonly store: Store;
  readonly presence: Pick<Presence, 'id' | 'isAlive'>;
  readonly clock: Clock;
  readonly log: Log;
}

export const createPresence = ({ store, clock, log }: Omit<OnceParts, 'presence'>): Presence => {
  const id = randomUUID();
  const signs = store.space<true>('presence', namespaces.presence);
  const stopped = new AbortController();
  let signedAt = Number.NEGATIVE_INFINITY;
  const sign = async (): Promise<void> => {
    const at = clock.now();
    try {
      await signs.set(id, true);
      signedAt = at;
    } catch (thrown) {
      log.warn('A sign of life could not be stored', { err: asError(thrown) });
    }
  };
  const goOn = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await clock.sleep(signMs, stopped.signal);
      await sign();
    }
  };
  return {
    id,
    isAlive: async (other) => other === id || (await signs.has(other)),
    isCurrent: () => clock.now() - signedAt < aliveMs - marginMs,
    start: async () => {
      await sign();
      goOn().catch((thrown: unknown) => {
        if (!stopped.signal.aborted) log.error('Signs of life broke off', { err: asError(thrown) });
      });
    },
    stop: () => stopped.abort(),
  };
};
