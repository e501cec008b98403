import type { Clock } from '../../clock.ts';

/** Lines in which each waits for those who came before. */
export interface Lines {
  /** Runs `work` once all who stood in this line before are done or gone; throws `late()` when that is not so at `until`. */
  inTurn<T>(line: string, work: () => Promise<T>, until: number, late: () => Error): Promise<T>;
}

export const createLines = (clock: Clock): Lines => {
  /** Settles when the last in line is done, by line. */
  const lasts = new Map<string, Promise<void>>();
  return {
    inTurn: async (line, work, until, late) => {
      const before = lasts.get(line);
      const done = Promise.withResolvers<void>();
      const last = before === undefined ? done.promise : before.then(() => done.promise);
      lasts.set(line, last);
      try {
        if (before !== undefined) {
          const left = new AbortController();
          const isTurn = await Promise.race([
            before.then(() => true),
            clock.sleep(Math.max(0, until - clock.now()), left.signal).then(() => false),
          ]).finally(() => left.abort());
          if (!isTurn) throw late();
        }
        return await work();
      } finally {
        done.resolve();
        if (lasts.get(line) === last) lasts.delete(line);
      }
    },
  };
};
