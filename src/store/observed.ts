import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { faultWord } from './faults.ts';
import { createOutage, type Outage } from './outage.ts';
import { isRedisSilence } from './redis-silence.ts';

/** What the store can do at present: null, or why not, in words that may be shown to anybody. */
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

const wordOf = (outage: Outage): string | null => {
  const failure = outage.failure();
  return failure && faultWord(failure.cause);
};

/** Notes of each operation whether it went: a store that is full or read-only may still be read. */
export const observed = (backend: Backend, log?: Log): ObservedBackend => {
  const isTold = isRedisSilence;
  const reading = createOutage({ log, what: 'The store', isTold });
  const says = { fails: 'cannot be written to: no action is done', works: 'can be written to again' };
  const writing = createOutage({ log, what: 'The store', says, isTold });
  const { noted: read } = reading;
  const { noted: write } = writing;
  /** What takes room away, or none: that it goes says nothing of writes that need some. */
  const failing = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      writing.failed(error);
      throw error;
    });
  const { adapter, sorted } = backend;
  return {
    state: () => ({ reading: wordOf(reading), writing: wordOf(writing) }),
    backend: {
      ...backend,
      adapter: {
        ...adapter,
        get: (key: string): Promise<unknown> => read(adapter.get(key)),
        set: (key: string, value: unknown, ttlMs?: number): Promise<unknown> => write(adapter.set(key, value, ttlMs)),
        delete: (key: string) => failing(adapter.delete(key)),
      },
      add: (...args) => write(backend.add(...args)),
      replace: (...args) => write(backend.replace(...args)),
      remove: (...args) => failing(backend.remove(...args)),
      // What is counted and the time may be the process's own.
      take: (...args) => backend.take(...args),
      hold: (...args) => backend.hold(...args),
      renew: (...args) => backend.renew(...args),
      keys: (prefix) => read(backend.keys(prefix)),
      now: () => backend.now(),
      sorted: {
        add: (...args) => write(sorted.add(...args)),
        remove: (...args) => failing(sorted.remove(...args)),
        descending: (...args) => read(sorted.descending(...args)),
        count: (...args) => read(sorted.count(...args)),
      },
      ping: () => read(backend.ping()),
    },
  };
};
