/** Equal work in flight becomes one. It is stopped when its last waiter has left, not its first. */
export interface SingleFlight<T, Waiter extends object> {
  /** `shared` tells whether the work was already under way. `work` sees who waits for it, as they come and go. */
  run(
    key: string,
    signal: AbortSignal,
    waiter: Waiter,
    work: (signal: AbortSignal, waiters: ReadonlySet<Waiter>) => Promise<T>,
  ): Promise<{ readonly value: T; readonly shared: boolean }>;
}

interface Flight<T, Waiter> {
  readonly work: Promise<T>;
  readonly controller: AbortController;
  readonly waiters: Set<Waiter>;
}

/** Flights of this process. */
export const createSingleFlight = <T, Waiter extends object>(): SingleFlight<T, Waiter> => {
  const flights = new Map<string, Flight<T, Waiter>>();

  const start = (
    key: string,
    first: Waiter,
    work: (signal: AbortSignal, waiters: ReadonlySet<Waiter>) => Promise<T>,
  ): Flight<T, Waiter> => {
    const controller = new AbortController();
    const waiters = new Set([first]);
    const flight: Flight<T, Waiter> = {
      controller,
      waiters,
      work: work(controller.signal, waiters).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      }),
    };
    flight.work.catch(() => {}); // Every waiter sees the failure itself; without waiters it is nobody's.
    flights.set(key, flight);
    return flight;
  };

  return {
    run: async (key, signal, waiter, work) => {
      signal.throwIfAborted();
      const existing = flights.get(key);
      const flight = existing ?? start(key, waiter, work);
      flight.waiters.add(waiter);
      let leave: (() => void) | undefined;
      const left = new Promise<never>((_, reject) => {
        leave = () => reject(signal.reason);
        signal.addEventListener('abort', leave, { once: true });
      });
      try {
        return { value: await Promise.race([flight.work, left]), shared: existing !== undefined };
      } finally {
        if (leave !== undefined) signal.removeEventListener('abort', leave);
        flight.waiters.delete(waiter);
        if (flight.waiters.size === 0 && signal.aborted) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(signal.reason);
        }
      }
    },
  };
};
