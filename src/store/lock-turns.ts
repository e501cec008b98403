import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two attempts: the first, and the most, up to which they double. */
const pausesMs = { first: 2, most: 50 } as const;

/** Milliseconds for which one piece of work waits for a lock that another process holds. */
export const lockLimitMs = 5000;

/** How work on a file is done whose lock another process may hold. */
export interface LockTurns {
  /** Reads wait for the lock each by itself. */
  read<T>(work: () => T): Promise<T>;
  /** Writes keep their order: one that waits holds back those behind it. */
  write<T>(work: () => T): Promise<T>;
}

/**
 * How long work waits for the lock, and how a lock is told from a fault. Work that is still locked out at the limit rejects with
 * what it threw last; the store makes `INTERNAL` of that.
 */
export interface LockTurnsOptions {
  /** Milliseconds for which one piece of work waits for the lock, from the moment at which it was asked for. */
  readonly limitMs: number;
  /** Whether work failed for the lock alone, and changed nothing. */
  readonly isBusy: (error: unknown) => boolean;
}

/**
 * Tries again while another process holds the lock. SQLite's own waiting is done inside of the call, and would hold up
 * everything else in the process for as long.
 */
export const createLockTurns = ({ limitMs, isBusy }: LockTurnsOptions): LockTurns => {
  /** Resolves when the last write of those that wait is done. */
  let line: Promise<void> | null = null;

  const retried = async <T>(work: () => T, endsAtMs: number): Promise<T> => {
    for (let pauseMs: number = pausesMs.first; ; pauseMs = Math.min(pauseMs * 2, pausesMs.most)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() + pauseMs > endsAtMs) throw error;
      }
      await sleep(pauseMs);
    }
  };

  return {
    read: (work) => retried(work, performance.now() + limitMs),
    write: async (work) => {
      const endsAtMs = performance.now() + limitMs;
      if (line === null) {
        try {
          return work();
        } catch (error) {
          if (!isBusy(error)) throw error;
        }
      }
      const ahead = line;
      const { promise, resolve } = Promise.withResolvers<void>();
      line = promise;
      try {
        await ahead;
        // Each is a flush of the disk: what else the process has to do goes in between.
        await nextTurn();
        return await retried(work, endsAtMs);
      } finally {
        if (line === promise) line = null;
        resolve();
      }
    },
  };
};
