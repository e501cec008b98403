import { AsyncLocalStorage } from 'node:async_hooks';
import type { KeyvBridgeStore } from 'keyv';

/**
 * Keyv reports a failed operation by an event and then answers as if the key were absent. Who guards against doing a
 * thing twice must not mistake the one for the other, so the failure of each operation is carried to its own caller.
 */
export interface Attempts {
  /** The adapter to give to Keyv. */
  readonly adapter: KeyvBridgeStore;
  /** Runs one operation of Keyv; rejects with what the adapter threw meanwhile. */
  run<T>(operation: () => Promise<T>): Promise<T>;
}

/** Tells operations apart by the asynchronous context that each runs in, so that two at the same time get each its own failure. */
export const createAttempts = (adapter: KeyvBridgeStore): Attempts => {
  const current = new AsyncLocalStorage<{ failure?: unknown; failed: boolean }>();
  const noted =
    <Args extends unknown[], T>(method: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      try {
        return await method(...args);
      } catch (error) {
        const attempt = current.getStore();
        if (attempt !== undefined) Object.assign(attempt, { failed: true, failure: error });
        throw error;
      }
    };
  return {
    adapter: {
      get: noted(async (key: string): Promise<unknown> => adapter.get(key)),
      set: noted(
        async (key: string, value: unknown, ttlMs?: number): Promise<unknown> => adapter.set(key, value, ttlMs),
      ),
      delete: noted(async (key: string) => adapter.delete(key)),
      clear: noted(async () => adapter.clear()),
    },
    run: async (operation) => {
      const attempt: { failure?: unknown; failed: boolean } = { failed: false };
      const result = await current.run(attempt, operation);
      if (attempt.failed) throw attempt.failure;
      return result;
    },
  };
};
