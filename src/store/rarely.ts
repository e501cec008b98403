import type { Log, LogFields } from '../log.ts';

/** Milliseconds in which a message is told once. */
const onceInMs = 60_000;

/** Warns of what may happen with each request: one line a minute of each message, which counts those left out before it. */
export const createRarely = (
  log: Log | undefined,
  now: () => number = () => performance.now(),
): ((message: string, fields?: LogFields) => void) => {
  const told = new Map<string, { atMs: number; leftOut: number }>();
  return (message, fields = {}) => {
    const before = told.get(message);
    if (before !== undefined && now() - before.atMs < onceInMs) {
      before.leftOut += 1;
      return;
    }
    told.set(message, { atMs: now(), leftOut: 0 });
    log?.warn(message, before === undefined ? fields : { ...fields, leftOut: before.leftOut });
  };
};
