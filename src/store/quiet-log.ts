import type { Log } from '../log.ts';
import { StoreFailure } from './failure.ts';

/**
 * A log for parts that go on by themselves and ask the store every few seconds: a warning that says no more than that the store
 * failed is written with `debug`, since the store tells that once. What says more, as whose action it was, stays.
 */
export const quietOutages = (log: Log): Log => ({
  ...log,
  warn: (message, fields = {}) => {
    const says = Object.keys(fields);
    const isOutage = fields.err instanceof StoreFailure && says.length === 1;
    if (isOutage) log.debug(message, fields);
    else log.warn(message, fields);
  },
  child: (fields) => quietOutages(log.child(fields)),
});
