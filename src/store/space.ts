import type { Keyv } from 'keyv';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Attempts } from './attempts.ts';
import type { Backend } from './backend.ts';
import type { Encryption } from './encryption.ts';

/** A part of the store with keys of its own. Values are plain JSON. */
export interface Space<T> {
  get(key: string): Promise<T | undefined>;
  /** `ttlMs` instead of the space's own lifetime. */
  set(key: string, value: T, ttlMs?: number): Promise<void>;
  /** Sets only if the key is absent, atomically among all replicas; false: it was there and is unchanged. */
  add(key: string, value: T, ttlMs?: number): Promise<boolean>;
  /**
   * Puts `value` in the place of `expected`, atomically among all replicas; false: something else was there, or nothing.
   * Not for encrypted spaces: there equal values are not stored equal.
   */
  replace(key: string, expected: T, value: T, ttlMs?: number): Promise<boolean>;
  /**
   * Adds `by` (1) to a counter and tells the sum. It begins at 0 and ends `ttlMs` after its first count. Only Redis shares it
   * among replicas and keeps it over a restart. `undefined`: the space is a cache whose store did not answer. A key is a
   * counter or a value, never both.
   */
  increment(key: string, ttlMs: number, by?: number): Promise<number | undefined>;
  has(key: string): Promise<boolean>;
  /** Every key there is; for spaces that stay small. */
  keys(): Promise<readonly string[]>;
  /** False: there was nothing to delete. */
  delete(key: string): Promise<boolean>;
}

export interface SpaceOptions {
  /** Lifetime of an entry in milliseconds; without it entries stay. */
  readonly ttlMs?: number;
  /** Keep values encrypted; one that does not open (another key, tampering) counts as absent. */
  readonly encrypted?: boolean;
  /**
   * The space is a cache: a read that fails or is not answered within `readLimitMs` is a miss and a write that fails is
   * forgotten. Without it a failing store is an error, so that nothing is done twice for want of memory.
   */
  readonly cache?: boolean;
  /** Milliseconds that a read of a cache may take; 100 by default. */
  readonly readLimitMs?: number;
}

export interface SpaceParts {
  readonly keyv: Keyv<string>;
  readonly attempts: Attempts;
  readonly backend: Backend;
  readonly encryption: Encryption;
  readonly log?: Log | undefined;
}

const namePattern = /^[a-z][a-z0-9-]*$/;

/** Keeps our keys apart from those of others in a shared Redis. */
const root = 'defender-gateway';

/** Where the keys of a part of the store are. Throws for a name that is no lower-case words with hyphens. */
export const placeOf = (name: string): ((key: string) => string) => {
  if (!namePattern.test(name)) throw new Error(`"${name}" cannot be the name of a space`);
  return (key) => `${root}:${name}:${key}`;
};

const failure = (error: unknown) => new GatewayError('INTERNAL', 'The store of the gateway does not answer', {}, error);

/** `T` is what the writer of the space puts in; nobody else writes its keys. */
export const createSpace = <T>(name: string, options: SpaceOptions, parts: SpaceParts): Space<T> => {
  const place = placeOf(name);
  const { keyv, attempts, backend, encryption, log } = parts;
  const { cache = false, encrypted = false, readLimitMs = 100 } = options;

  const pack = (key: string, value: T): string => {
    const json = JSON.stringify(value);
    return encrypted ? encryption.seal(json, place(key)) : json;
  };
  const unpack = (key: string, packed: string | undefined): T | undefined => {
    if (packed === undefined) return undefined;
    const json = encrypted ? encryption.open(packed, place(key)) : packed;
    if (json !== undefined) return JSON.parse(json);
    log?.warn('A stored value does not open: another encryption key, or changed by somebody', { space: name, key });
    return undefined;
  };

  /** A cache's failure is `instead`; any other is an error. */
  const guarded = async <R>(work: Promise<R>, instead: R): Promise<R> => {
    try {
      return await work;
    } catch (error) {
      if (!cache) throw failure(error);
      log?.warn('The store did not answer a cache', { space: name, err: error });
      return instead;
    }
  };
  const read = async <R>(work: Promise<R>, miss: R): Promise<R> => {
    if (!cache) return guarded(work, miss);
    const { promise, resolve } = Promise.withResolvers<R>();
    const timer = setTimeout(() => {
      log?.warn('The store did not answer a cache in time', { space: name, readLimitMs });
      resolve(miss);
    }, readLimitMs);
    return Promise.race([guarded(work, miss), promise]).finally(() => clearTimeout(timer));
  };

  const encode = async (key: string, value: T): Promise<string> =>
    String(await keyv.encode({ value: pack(key, value) }));

  return {
    get: async (key) =>
      unpack(
        key,
        await read(
          attempts.run(() => keyv.get(place(key))),
          undefined,
        ),
      ),
    set: async (key, value, ttlMs = options.ttlMs) => {
      await guarded(
        attempts.run(() => keyv.set(place(key), pack(key, value), ttlMs)),
        false,
      );
    },
    add: async (key, value, ttlMs = options.ttlMs) =>
      guarded(backend.add(place(key), await encode(key, value), ttlMs), false),
    replace: async (key, expected, value, ttlMs = options.ttlMs) => {
      if (encrypted) throw new Error(`The space "${name}" is encrypted: its values cannot be compared`);
      const [before, after] = [await encode(key, expected), await encode(key, value)];
      return guarded(backend.replace(place(key), before, after, ttlMs), false);
    },
    increment: (key, ttlMs, by = 1) => read<number | undefined>(backend.increment(place(key), ttlMs, by), undefined),
    has: (key) =>
      read(
        attempts.run(() => keyv.has(place(key))),
        false,
      ),
    keys: async () => {
      const found = await guarded<readonly string[]>(backend.keys(place('')), []);
      return found.map((key) => key.slice(place('').length));
    },
    delete: (key) =>
      guarded(
        attempts.run(() => keyv.delete(place(key))),
        false,
      ),
  };
};
