import { type Clock, systemClock } from '../../src/clock.ts';
import type { createWindows } from '../../src/store/windows.ts';
import type { QuotaSpace } from '../../src/upstream/http/quota-counts.ts';
import { createQuotas, type Quotas } from '../../src/upstream/http/quotas.ts';

/** Quotas that each process keeps by itself, as when the store does not answer. */
export const ownQuotas = (
  clock: Clock = systemClock,
  options: { readonly stopping?: AbortSignal; readonly isKept?: boolean } = {},
): Quotas =>
  createQuotas({
    space: { take: async () => undefined, look: async () => undefined, hold: async () => {}, renew: async () => {} },
    clock,
    maxWaitMs: 3_600_000,
    ...options,
  });

/** A store that counts quotas in the windows that it has at the moment: tests give it others, as when it was emptied. */
export const quotaSpaceOver = (windows: () => ReturnType<typeof createWindows>): QuotaSpace => ({
  take: async (...asked) => windows().take(...asked),
  look: async (...asked) => windows().look(...asked),
  hold: async (...asked) => windows().hold(...asked),
  renew: async (...asked) => windows().renew(...asked),
});

/** A clock whose sleepers sleep until it is moved on. */
export const createSteppedClock = () => {
  let now = 1_000_020_000;
  const sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { atMs: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    settle,
    /** Somebody sets the clock. */
    set: (byMs: number) => {
      now += byMs;
    },
    advance: async (ms: number) => {
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.atMs > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      await settle();
    },
  };
};
