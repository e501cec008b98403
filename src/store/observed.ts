import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { createOutage } from './outage.ts';

/** What the store can do at present: null, or why not, in a sentence. */
export interface StoreState {
  readonly reading: string | null;
  readonly writing: string | null;
}

/** A backend whose failures are noted. */
export interface ObservedBackend {
  readonly backend: Backend;
  /** As the last operations of each kind went. */
  readonly state: () => StoreState;
}

export interface ObservedOptions {
  readonly log?: Log | undefined;
  /** Whether somebody else tells of this failure, as a connection does. */
  readonly isTold?: (error: unknown) => boolean;
}

/** Notes of each operation whether it went: a store that is full or read-only may still be read. */
export const observed = (backend: Backend, { log, isTold = () => false }: ObservedOptions): ObservedBackend => {
  const reading = createOutage({ log, what: 'The store', isTold });
  const writing = createOutage({ log, what: 'Writing to the store', isTold });
  const noted =
    (outage: typeof reading) =>
    async <T>(work: Promise<T>): Promise<T> => {
      try {
        const result = await work;
        outage.worked();
        return result;
      } catch (error) {
        outage.failed(error);
        throw error;
      }
    };
  const [read, write] = [noted(reading), noted(writing)];
  const { adapter, sorted } = backend;
  return {
    state: () => ({ reading: reading.reason(), writing: writing.reason() }),
    backend: {
      ...backend,
      adapter: {
        ...adapter,
        get: (key: string): Promise<unknown> => read(adapter.get(key)),
        set: (key: string, value: unknown, ttlMs?: number): Promise<unknown> => write(adapter.set(key, value, ttlMs)),
        delete: (key: string) => write(adapter.delete(key)),
      },
      add: (...args) => write(backend.add(...args)),
      replace: (...args) => write(backend.replace(...args)),
      increment: (...args) => write(backend.increment(...args)),
      keys: (prefix) => read(backend.keys(prefix)),
      now: () => read(backend.now()),
      sorted: {
        add: (...args) => write(sorted.add(...args)),
        remove: (...args) => write(sorted.remove(...args)),
        descending: (...args) => read(sorted.descending(...args)),
        count: (...args) => read(sorted.count(...args)),
      },
      ping: () => read(backend.ping()),
    },
  };
};
