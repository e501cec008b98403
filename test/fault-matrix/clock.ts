import { type Clock, systemClock } from '../../src/clock.ts';

/** The machine's time, and more of it whenever a test lets it pass. */
export interface AdvancingClock extends Clock {
  /** Milliseconds that have been let pass. */
  advancedMs(): number;
  /** Lets `ms` milliseconds pass at once; who sleeps no longer is woken. */
  advance(ms: number): void;
  /** Takes back what passed by itself, before anybody sleeps; it does not count as let pass. */
  setBack(ms: number): void;
}

/** Sleepers wake when the time has come, be it by waiting or because it was let pass. */
export const createAdvancingClock = (): AdvancingClock => {
  let advancedMs = 0;
  let backMs = 0;
  const sleepers = new Set<() => void>();
  const now = (): number => systemClock.now() + advancedMs - backMs;
  return {
    now,
    advancedMs: () => advancedMs,
    advance: (ms) => {
      advancedMs += ms;
      for (const look of [...sleepers]) look();
    },
    setBack: (ms) => {
      backMs += ms;
    },
    sleep: async (ms, signal) => {
      const due = now() + ms;
      const woken = new AbortController();
      const look = (): void => {
        if (now() >= due) woken.abort();
      };
      sleepers.add(look);
      try {
        const ended = signal === undefined ? woken.signal : AbortSignal.any([woken.signal, signal]);
        await systemClock.sleep(ms, ended);
      } catch (reason) {
        if (!woken.signal.aborted) throw reason;
      } finally {
        sleepers.delete(look);
      }
    },
  };
};
