import type { KeyvBridgeStore } from 'keyv';

/** What holds the entries. Keyv speaks to `adapter`; the rest is what Keyv has no word for. */
export interface Backend {
  /** A Keyv storage adapter with relative lifetimes, in milliseconds. */
  readonly adapter: KeyvBridgeStore;
  /** Sets `key` only if it is absent, atomically among all processes; false: it was there. */
  add(key: string, value: string, ttlMs?: number): Promise<boolean>;
  /** Every key that begins with `prefix` and has not expired. */
  keys(prefix: string): Promise<readonly string[]>;
  /** Rejects when the backend does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
