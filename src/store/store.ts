import { hkdfSync } from 'node:crypto';
import { Keyv } from 'keyv';
import { type Clock, systemClock } from '../clock.ts';
import type { Log } from '../log.ts';
import { createAttempts } from './attempts.ts';
import type { Backend } from './backend.ts';
import { type Continuity, createContinuity } from './continuity.ts';
import { createEncryption } from './encryption.ts';
import { decodeKey, keyFileNextTo, randomKey } from './encryption-key.ts';
import { StoreFailure } from './failure.ts';
import type { Loss } from './loss.ts';
import { type Marker, markerSpace } from './marker.ts';
import { observed, type StoreState } from './observed.ts';
import { createRarely } from './rarely.ts';
import { createSortedLists, type SortedLists, type SortedOptions } from './sorted.ts';
import { createSpace, createTold, formFault, placeOf, type Space, type SpaceOptions } from './space.ts';
import { openSqlite } from './sqlite.ts';
import { refuseOtherThanFile } from './sqlite-file.ts';

/** Everything that outlives a request: tokens, caches, idempotency keys, leases. */
export interface Store {
  /** A part of the store with keys of its own; the name is lower-case words with hyphens. */
  space<T>(name: string, options?: SpaceOptions): Space<T>;
  /** Sorted lists with a name of their own, as a space has. A list lives `ttlMs` from its last addition. */
  sorted(name: string, options: SortedOptions): SortedLists;
  /** A key of 32 bytes for another purpose than the store's own, the same in every replica. */
  deriveKey(purpose: string): Uint8Array;
  /** One time for all replicas, epoch milliseconds: what they tell each other is counted by it. Rejects with `INTERNAL`. */
  now(): Promise<number>;
  /** Whether other processes share it. */
  readonly isShared: boolean;
  /** Whether it still has everything that was put into it. */
  readonly continuity: Continuity;
  /** Settings of the server behind it under which it may lose entries, a sentence each. Rejects with `INTERNAL`. */
  warnings(): Promise<readonly string[]>;
  /** Reads and writes, and tells what went; never rejects. */
  check(): Promise<StoreState>;
  close(): Promise<void>;
}

/** A text, or a secret that gives one. */
type Text = string | { reveal(): Promise<string> };

/** Which store is opened, with which key. */
export interface StoreOptions {
  /** `memory:`, `sqlite:FILE`, `redis://...` or `rediss://...`. */
  readonly url: Text;
  /**
   * 32 bytes in base64. Without one memory takes a random key and SQLite keeps one in a file next to the database;
   * Redis needs it, since all replicas must have the same.
   */
  readonly encryptionKey?: Text | null | undefined;
  /** For lifetimes in memory and SQLite; Redis keeps its own time. */
  readonly clock?: Clock;
  readonly log?: Log | undefined;
  /** Told when the store is found to have lost entries, and with null when that has no consequence any more. */
  readonly onLoss?: (loss: Loss | null) => void;
  /** Milliseconds that one operation of Redis may take; 2000 by default. */
  readonly operationLimitMs?: number | undefined;
}

const textOf = (text: Text): Promise<string> => (typeof text === 'string' ? Promise.resolve(text) : text.reveal());

const sqliteScheme = 'sqlite:';

const openBackend = async (
  url: string,
  { clock = systemClock, log, operationLimitMs = 2000 }: StoreOptions,
): Promise<Backend> => {
  if (url === 'memory:') return openSqlite(null, clock);
  if (url.startsWith(sqliteScheme)) return openSqlite(url.slice(sqliteScheme.length), clock);
  // Its client is large (100 ms and 25 MB), and most gateways have no Redis.
  const { openRedis } = await import('./redis.ts');
  return openRedis(url, operationLimitMs, log);
};

/** What is written to learn whether anything can be; as large as a page of SQLite, so that a disk without room refuses it. */
const probe = { key: placeOf('store-probe')('probe'), value: 'x'.repeat(4096), ttlMs: 60_000 };

const keyFor = async (url: string, given: Text | null | undefined): Promise<Uint8Array> => {
  if (given !== null && given !== undefined) return decodeKey(await textOf(given), 'the encryption key of the store');
  if (url === 'memory:') return randomKey();
  if (url.startsWith(sqliteScheme)) return keyFileNextTo(url.slice(sqliteScheme.length));
  throw new Error('a store in Redis needs an encryption key');
};

/** Opens the store. Rejects with a sentence when the key is unusable or the file cannot be opened, not when Redis is down. */
export const openStore = async (options: StoreOptions): Promise<Store> => {
  const url = await textOf(options.url);
  if (url.startsWith(sqliteScheme)) refuseOtherThanFile(url.slice(sqliteScheme.length));
  const key = await keyFor(url, options.encryptionKey);
  const encryption = createEncryption(key);
  const { backend, state } = observed(await openBackend(url, options), options.log);
  const attempts = createAttempts(backend.adapter);
  // One Keyv for all spaces: Keyv's own namespaces are a property of the adapter, so two would overwrite each other's.
  // Lifetimes are the backend's, which may run by an injected clock.
  const keyv = new Keyv<string>({ store: attempts.adapter, checkExpired: false });
  // Who asked gets the failure, and the observed backend tells of it.
  keyv.on('error', () => {});
  const { clock = systemClock, log } = options;
  const parts = { keyv, attempts, backend, encryption, log, rarely: createRarely(log) };
  const space = createSpace<Marker>(markerSpace.name, markerSpace.options, parts);
  const continuity = createContinuity({ space, backend, clock, log, onChange: options.onLoss });
  const orFailure = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => Promise.reject(new StoreFailure(error)));
  return {
    space: (name, spaceOptions = {}) => createSpace(name, spaceOptions, parts),
    sorted: (name, sortedOptions) => {
      const tell = createTold(name, log);
      return createSortedLists(backend.sorted, placeOf(name), sortedOptions, (member) => tell(member, formFault));
    },
    continuity,
    isShared: url !== 'memory:' && !url.startsWith(sqliteScheme),
    warnings: () => orFailure(backend.warnings()),
    deriveKey: (purpose) => new Uint8Array(hkdfSync('sha256', key, '', purpose, 32)),
    now: () => orFailure(backend.now()),
    check: async () => {
      await Promise.allSettled([backend.ping(), backend.adapter.set(probe.key, probe.value, probe.ttlMs)]);
      return state();
    },
    close: async () => {
      continuity.stop();
      await backend.close();
    },
  };
};
