import { type Clock, systemClock } from '../../src/clock.ts';

/** The machine's time, and more of it whenever a test lets it pass. */
export interface AdvancingClock extends Clock {
  /** Milliseconds that have been let pass. */
  advancedMs(): number;
  /** Lets `ms` milliseconds pass at once; who sleeps no longer is woken. */
  advance(ms: number): void;
  /** Time stands still until `goOn`. */
  hold(): void;
  goOn(): void;
}

/** Between two looks of who sleeps while time stands still. */
const lookMs = 50;

/** Sleepers wake when the time has come, be it by waiting or because it was let pass. */
export const createAdvancingClock = (): AdvancingClock => {
  let advancedMs = 0;
  const held = createHeldTime();
  const sleepers = new Set<() => void>();
  const now = (): number => systemClock.now() + advancedMs - held.passedMs();
  return {
    now,
    advancedMs: () => advancedMs,
    advance: (ms) => {
      advancedMs += ms;
      for (const look of [...sleepers]) look();
    },
    hold: held.hold,
    goOn: held.goOn,
    sleep: async (ms, signal) => {
      const due = now() + ms;
      const woken = new AbortController();
      const look = (): void => {
        if (now() >= due) woken.abort();
      };
      sleepers.add(look);
      try {
        const ended = signal === undefined ? woken.signal : AbortSignal.any([woken.signal, signal]);
        do await systemClock.sleep(held.isHeld() ? lookMs : Math.max(0, due - now()), ended);
        while (now() < due);
      } catch (reason) {
        if (!woken.signal.aborted) throw reason;
      } finally {
        sleepers.delete(look);
      }
    },
  };
};

/** Times in which time stands still. */
export const createHeldTime = () => {
  let beforeMs = 0;
  let sinceMs: number | null = null;
  const passedMs = (): number => beforeMs + (sinceMs === null ? 0 : systemClock.now() - sinceMs);
  return {
    isHeld: (): boolean => sinceMs !== null,
    /** Milliseconds for which it has stood still. */
    passedMs,
    hold: (): void => {
      sinceMs ??= systemClock.now();
    },
    goOn: (): void => {
      beforeMs = passedMs();
      sinceMs = null;
    },
  };
};
