import type { KeyvBridgeStore } from 'keyv';
import type { Soon } from '../soon.ts';
import type { Beside } from './beside.ts';
import type { SortedBackend } from './sorted.ts';
import type { Taken, Window } from './windows.ts';

/** What holds the entries. Keyv speaks to `adapter`; the rest is what Keyv has no word for. */
export interface Backend {
  /** A Keyv storage adapter with relative lifetimes, in milliseconds. */
  readonly adapter: KeyvBridgeStore;
  /** Sets `key` only if it is absent, atomically among all processes; false: it was there. */
  add(key: string, value: string, ttlMs?: number): Promise<boolean>;
  /** Puts `value` in the place of `expected`, atomically among all processes; false: something else was there, or nothing. */
  replace(key: string, expected: string, value: string, ttlMs?: number): Promise<boolean>;
  /** Deletes `key` only while it is `expected`, atomically among all processes; false: something else was there, or nothing. */
  remove(key: string, expected: string): Promise<boolean>;
  /**
   * Takes `amount` from a bucket if each of its windows has room for it, atomically and in one round trip; `takes` false: tells
   * what that would give. A bucket ends `ttlMs` after its last taking. Only Redis shares and keeps buckets; elsewhere they are the
   * process's own, in memory, and tell at once. A key is a bucket or an entry, never both.
   */
  take(key: string, amount: number, windows: readonly Window[], takes: boolean, ttlMs: number): Soon<Taken>;
  /** Nothing is to be taken from a bucket for so many milliseconds; a hold that ends later stays. */
  hold(key: string, ms: number, note: string): Promise<void>;
  /** One that was taken so many milliseconds ago counts as if it were taken now; nothing when it does not count any more. */
  renew(key: string, agoMs: number, windows: readonly Window[], ttlMs: number): Promise<void>;
  /** Every key that begins with `prefix` and has not expired. */
  keys(prefix: string): Promise<readonly string[]>;
  /** The time by which all who share the store count, epoch milliseconds: Redis has its own, else it is the process's clock. */
  now(): Promise<number>;
  readonly sorted: SortedBackend;
  /** Whether what is written still gets to where it is looked for later: a file can be removed while it is open. */
  isInPlace(): Promise<boolean>;
  /** What is remembered of it outside of it; null: nothing is. */
  readonly beside: Beside | null;
  /** Settings under which it may lose entries, a sentence each. */
  warnings(): Promise<readonly string[]>;
  /** Rejects when the backend does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
