import { type Clock, systemClock } from '../clock.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from './store.ts';

/** Between two attempts to read the settings of a server that does not answer yet. */
const againMs = 5000;

/** Between two looks at settings: they may be changed, and a fail-over leads to a server with others. */
const lookMs = 600_000;

/**
 * Begins to look whether the store still has everything that was put into it, and warns of settings under which it may
 * lose entries: as soon as it answers, and of each once until it is right again. Goes on until `signal` fires.
 */
export const watchStore = (
  store: Pick<Store, 'continuity' | 'warnings'>,
  { log, signal, clock = systemClock }: { readonly log: Log; readonly signal: AbortSignal; readonly clock?: Clock },
): void => {
  store.continuity.start();
  const warn = async (): Promise<void> => {
    let told: readonly string[] = [];
    while (!signal.aborted) {
      const warnings = await store.warnings().catch(() => null);
      for (const warning of warnings ?? []) if (!told.includes(warning)) log.warn(warning);
      told = warnings ?? told;
      await clock.sleep(warnings === null ? againMs : lookMs, signal);
    }
  };
  warn().catch((thrown: unknown) => {
    if (!signal.aborted) log.error('The settings of the store could not be looked at', { err: asError(thrown) });
  });
};
