import type { AdvancingClock } from './clock.ts';

/** Time passes in steps, so that signs of life are given between them. */
const stepMs = 500;
/** Real milliseconds between two steps, for what the gateway asks of others. */
const pauseMs = 4;

/** Lets time pass in a cell, many times as fast as it does by itself. */
export interface Passing {
  /** So many milliseconds. */
  pass(ms: number): Promise<void>;
  /** As long as the work takes. */
  during<T>(work: Promise<T>): Promise<T>;
}

/** `onStep` is called after each step with its length. */
export const createPassing = (clock: AdvancingClock, onStep: (ms: number) => Promise<void>): Passing => {
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= stepMs) {
      const step = Math.min(left, stepMs);
      clock.advance(step);
      await onStep(step);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  return {
    pass,
    during: async (work) => {
      let isDone = false;
      const ended = work.finally(() => {
        isDone = true;
      });
      while (!isDone) await Promise.race([pass(stepMs), ended]);
      return ended;
    },
  };
};
