import type { Clock } from '../../src/clock.ts';

/** Time that passes only when it is let pass, from one sleeper to the next. */
export interface SteppedClock extends Clock {
  /** Work that goes on in real time, as a call to the simulator: no time passes meanwhile. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is going on but sleeping. */
  quiet(): Promise<void>;
  /** Lets time pass to the next sleeper, at most `ms`; false: there was none until then. */
  step(ms: number): boolean;
  /** Lets `ms` pass, waking sleepers in the order of their times. */
  pass(ms: number): Promise<void>;
  /** It is so much later; who sleeps that long is woken at the next step. */
  tick(ms: number): void;
  /** Puts time forward though nobody has slept through it; all sleepers are forgotten. */
  jump(ms: number): void;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
/** Turns of the event loop after which what does not wait for the simulator has come to its next sleep. */
const turns = 3;

export const createSteppedClock = (startMs: number): SteppedClock => {
  let nowMs = startMs;
  let running = 0;
  const sleepers = new Set<Sleeper>();
  const next = (until: number): Sleeper | undefined =>
    [...sleepers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];

  const quiet = async (): Promise<void> => {
    for (let still = 0; still < turns; still += 1) {
      await turn();
      if (running > 0) still = -1;
    }
  };
  const step = (ms: number): boolean => {
    const sleeper = next(nowMs + ms);
    if (sleeper === undefined) return false;
    nowMs = Math.max(nowMs, sleeper.at);
    sleepers.delete(sleeper);
    sleeper.wake();
    return true;
  };
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { at: nowMs + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          if (sleepers.delete(sleeper)) reject(signal.reason);
        });
      }),
    busy: async (work) => {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
      }
    },
    quiet,
    step,
    pass: async (ms) => {
      const end = nowMs + ms;
      await quiet();
      while (step(end - nowMs)) await quiet();
      nowMs = end;
    },
    tick: (ms) => {
      nowMs += ms;
    },
    jump: (ms) => {
      sleepers.clear();
      nowMs += ms;
    },
  };
};
