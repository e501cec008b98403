/** Equal work in flight becomes one. It is stopped when its last waiter has left, not its first. */
export interface SingleFlight<T> {
  /** `shared` tells whether the work was already under way. */
  run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly value: T; readonly shared: boolean }>;
}

interface Flight<T> {
  readonly work: Promise<T>;
  readonly controller: AbortController;
  waiters: number;
}

/** Flights of this process. */
export const createSingleFlight = <T>(): SingleFlight<T> => {
  const flights = new Map<string, Flight<T>>();

  const start = (key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = new AbortController();
    const flight: Flight<T> = {
      controller,
      waiters: 0,
      work: work(controller.signal).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      }),
    };
    flight.work.catch(() => {}); // Every waiter sees the failure itself; without waiters it is nobody's.
    flights.set(key, flight);
    return flight;
  };

  return {
    run: async (key, signal, work) => {
      signal.throwIfAborted();
      const existing = flights.get(key);
      const flight = existing ?? start(key, work);
      flight.waiters += 1;
      let leave: (() => void) | undefined;
      const left = new Promise<never>((_, reject) => {
        leave = () => reject(signal.reason);
        signal.addEventListener('abort', leave, { once: true });
      });
      try {
        return { value: await Promise.race([flight.work, left]), shared: existing !== undefined };
      } finally {
        if (leave !== undefined) signal.removeEventListener('abort', leave);
        flight.waiters -= 1;
        if (flight.waiters === 0 && signal.aborted) {
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(signal.reason);
        }
      }
    },
  };
};
