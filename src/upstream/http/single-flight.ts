import { createUnderWayByKey } from '../../under-way.ts';

/** Equal work in flight becomes one. It is stopped when its last waiter has left, not its first. */
export interface SingleFlight<T, Waiter extends object> {
  /**
   * Begins the work, or joins it where it is under way; whoever does so leaves when `signal` fires. `work` sees who waits for it, as
   * they come and go.
   */
  join(
    key: string,
    signal: AbortSignal,
    waiter: Waiter,
    work: (signal: AbortSignal, waiters: ReadonlySet<Waiter>) => Promise<T>,
  ): Joined<T>;
}

/** One who waits for work in flight. */
export interface Joined<T> {
  /** What the work comes to, or why it was left. */
  readonly value: Promise<T>;
  /** Whether it was under way already. */
  readonly shared: boolean;
  /** They wait no longer, and are told why. Nothing once it has ended. */
  leave(reason: unknown): void;
}

/** What a waiter is told at the end. */
interface Ends<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

interface Flight<T, Waiter> {
  readonly controller: AbortController;
  readonly waiters: Set<Waiter>;
  readonly ends: Set<Ends<T>>;
  /** Nobody joins it any more. */
  forget(): void;
}

/** Flights of this process. */
export const createSingleFlight = <T, Waiter extends object>(): SingleFlight<T, Waiter> => {
  const flights = createUnderWayByKey<Flight<T, Waiter>>();

  return {
    join: (key, signal, waiter, work) => {
      const underWay = signal.aborted ? undefined : flights.get(key);
      const flight = underWay ?? {
        controller: new AbortController(),
        waiters: new Set(),
        ends: new Set(),
        forget: () => {},
      };
      const { controller, waiters, ends } = flight;
      const { promise: value, resolve, reject } = Promise.withResolvers<T>();
      const onAbort = (): void => leave(signal.reason);
      const quit = (): void => {
        signal.removeEventListener('abort', onAbort);
        waiters.delete(waiter);
        ends.delete(own);
      };
      const own: Ends<T> = {
        resolve: (ended) => {
          quit();
          resolve(ended);
        },
        reject: (reason) => {
          quit();
          reject(reason);
        },
      };
      const leave = (reason: unknown): void => {
        if (!ends.has(own)) return;
        own.reject(reason);
        if (ends.size > 0) return;
        flight.forget();
        controller.abort(reason);
      };
      const joined = { value, shared: underWay !== undefined, leave };
      if (signal.aborted) {
        reject(signal.reason);
        return joined;
      }
      waiters.add(waiter);
      ends.add(own);
      signal.addEventListener('abort', onAbort, { once: true });
      if (underWay !== undefined) return joined;
      flight.forget = flights.begin(key, flight);
      work(controller.signal, waiters).then(
        (ended) => {
          flight.forget();
          for (const one of ends) one.resolve(ended);
        },
        (thrown: unknown) => {
          flight.forget();
          for (const one of ends) one.reject(thrown);
        },
      );
      return joined;
    },
  };
};
