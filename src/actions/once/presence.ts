import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { asError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';

/** How long a process counts as running after its last sign of life. */
const aliveMs = namespaces.presence.ttlMs;
const signMs = 3000;
/** How long before others may hold this process for dead it stops beginning actions. */
const marginMs = 2000;

/** What keeps actions from being done twice or forgotten is made with. */
export interface OnceParts {
  readonly store: Store;
  readonly presence: { readonly id: string; isAlive(id: string): Promise<boolean> };
  readonly clock: Clock;
  readonly log: Log;
}

/** Which gateway processes run, so that what a dead one left behind can be told from what a living one is at. */
export const createPresence = ({ store, clock, log }: Omit<OnceParts, 'presence'>) => {
  /** This process; never the same twice. */
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
    isAlive: async (other: string): Promise<boolean> => other === id || (await signs.has(other)),
    /**
     * Whether all others still hold this process for alive. One that was held up, as by a suspended host, must not begin
     * anything: another may have taken over what it was at.
     */
    isCurrent: (): boolean => clock.now() - signedAt < aliveMs - marginMs,
    /** Gives the first sign of life, and goes on until `stop`. */
    start: async (): Promise<void> => {
      await sign();
      goOn().catch((thrown: unknown) => {
        if (!stopped.signal.aborted) log.error('Signs of life broke off', { err: asError(thrown) });
      });
    },
    stop: (): void => stopped.abort(),
  };
};

export type Presence = ReturnType<typeof createPresence>;
