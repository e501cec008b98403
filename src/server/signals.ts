import type { Log } from '../log.ts';

/**
 * Stops once on SIGTERM or SIGINT and lets the process end by itself; a second signal ends it at once. Exit code 0 when
 * everything that was accepted is finished, 1 when the stop failed.
 */
export const stopOnSignals = (
  process: NodeJS.Process,
  stop: (signal: NodeJS.Signals) => Promise<void>,
  log: Log,
): void => {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info('stopping', { signal });
    stop(signal).then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error('could not stop cleanly', { err: error });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
};
