import type { Keyv } from 'keyv';
import { isRecord } from '../domain/records.ts';
import { GatewayError } from '../errors.ts';
import type { Log, LogFields } from '../log.ts';
import type { Soon } from '../soon.ts';
import type { Attempts } from './attempts.ts';
import type { Backend } from './backend.ts';
import type { Encryption } from './encryption.ts';
import { StoreFailure } from './failure.ts';
import type { Taken, Window } from './windows.ts';

/**
 * A part of the store with keys of its own. Values are plain JSON. Unless it is a cache, each operation rejects with `INTERNAL`
 * (`sent: no`) when the store does not answer; `get` of what guards something rejects with an `UnreadableEntryError` (`CONFLICT`) for
 * an entry that cannot be read.
 */
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
   * Takes `amount` from a bucket if each of its windows has room for it. Only Redis shares buckets among replicas and keeps them
   * over a restart. `undefined`: the space is a cache whose store did not answer. A key is a bucket or a value, never both. The
   * space's lifetime is no shorter than its longest window.
   */
  take(key: string, amount: number, windows: readonly Window[]): Soon<Taken | undefined>;
  /** What `take` would tell, without taking anything. */
  look(key: string, amount: number, windows: readonly Window[]): Soon<Taken | undefined>;
  /** Nothing is to be taken from a bucket for so many milliseconds; a hold that ends later stays. `note` is told with it. */
  hold(key: string, ms: number, note: string): Promise<void>;
  /** One that was taken so many milliseconds ago counts as if it were taken now; nothing when it does not count any more. */
  renew(key: string, agoMs: number, windows: readonly Window[]): Promise<void>;
  has(key: string): Promise<boolean>;
  /** Every key there is; for spaces that stay small. */
  keys(): Promise<readonly string[]>;
  /** False: there was nothing to delete. */
  delete(key: string): Promise<boolean>;
  /**
   * Deletes only while it is `expected`, atomically among all replicas; false: something else was there, or nothing. As `replace`
   * not for encrypted spaces.
   */
  remove(key: string, expected: T): Promise<boolean>;
}

/**
 * The version of what a space keeps, and a small check of its form. Whoever changes what is kept so that a gateway of the
 * version before would read it wrongly counts it up. An entry of any other version, or of none, is left as it is.
 */
export interface Form {
  readonly version: number;
  readonly isValid: (value: unknown) => boolean;
}

/** The form of what guards something. */
export type Guards = Form;

/** How a space keeps its entries, and what a read that fails means. */
export interface SpaceOptions {
  /** Lifetime of an entry in milliseconds; without it entries stay. */
  readonly ttlMs?: number;
  /** Keep values encrypted; one that does not open (another key, tampering) cannot be read. */
  readonly encrypted?: boolean;
  /** What is kept. Of what cannot be read each entry is told once in the log, counts as absent, and stays until it is overwritten. */
  readonly form?: Form;
  /** The same of what guards something: what cannot be read is an `UnreadableEntryError` instead of absent. */
  readonly guards?: Guards;
  /**
   * The space is a cache: a read that fails or is not answered within `readLimitMs` is a miss, and a write that fails or takes
   * longer is not waited for. Without it a failing store is an error, so that nothing is done twice for want of memory.
   */
  readonly cache?: boolean;
  /** Milliseconds for which a cache is waited for; 100 by default. */
  readonly readLimitMs?: number;
}

/** What all spaces of a store share. */
export interface SpaceParts {
  readonly keyv: Keyv<string>;
  readonly attempts: Attempts;
  readonly backend: Backend;
  readonly encryption: Encryption;
  readonly log?: Log | undefined;
  /** Warns of what may happen with each request. */
  readonly rarely?: (message: string, fields: LogFields) => void;
}

const namePattern = /^[a-z][a-z0-9-]*$/;

/** Keeps our keys apart from those of others in a shared Redis. */
const root = 'defender-gateway';

/** A kept value that cannot be read: of another encryption key or version of the gateway, or changed by somebody. It stands. */
export class UnreadableEntryError extends GatewayError {
  constructor(space: string, why: string, retryAfterSeconds?: number) {
    super('CONFLICT', `What the store keeps under "${space}" cannot be read: ${why}`, {
      sent: 'no',
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
}

/** Where the keys of a part of the store are. Throws for a name that is no lower-case words with hyphens. */
export const placeOf = (name: string): ((key: string) => string) => {
  if (!namePattern.test(name)) throw new Error(`"${name}" cannot be the name of a space`);
  return (key) => `${root}:${name}:${key}`;
};

/** Entries that are remembered as told. */
const mostTold = 1000;

/** Tells in the log, once for each entry, why it cannot be read. */
export const createTold = (space: string, log: Log | undefined) => {
  const told = new Set<string>();
  return (key: string, why: string): void => {
    if (told.has(key) || told.size >= mostTold) return;
    told.add(key);
    log?.warn('A stored value cannot be read and is left alone', { space, key, why });
  };
};

/** An entry that is there: what was packed; undefined: something else. */
interface Found {
  readonly packed: string | undefined;
}

/** JSON, as whoever wrote it knows it; undefined: it is none. */
const parsed = (json: string) => {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
};

/** Of an entry, or a member of a list. */
export const formFault = 'it has not the form that this version keeps';

/** Why what is stored is not of the form; undefined: it is. */
const faultOf = ({ version, isValid }: Form, stored: unknown): string | undefined => {
  if (!isRecord(stored) || stored.v !== version) return 'another version of the gateway kept it';
  return isValid(stored.value) ? undefined : formFault;
};

/** `T` is what the writer of the space puts in; nobody else writes its keys. */
export const createSpace = <T>(name: string, options: SpaceOptions, parts: SpaceParts): Space<T> => {
  const place = placeOf(name);
  const { keyv, attempts, backend, encryption, log, rarely } = parts;
  const { cache = false, encrypted = false, guards, readLimitMs = 100 } = options;
  const form = guards ?? options.form;
  const tell = createTold(name, log);

  const pack = (key: string, value: T): string => {
    const json = JSON.stringify(form === undefined ? value : { v: form.version, value });
    return encrypted ? encryption.seal(json, place(key)) : json;
  };
  /** What cannot be read: absent, or an error where something is guarded. */
  const unreadable = (key: string, why: string): undefined => {
    tell(key, why);
    if (guards !== undefined) throw new UnreadableEntryError(name, why);
    return undefined;
  };
  const unpack = (key: string, found: Found | undefined): T | undefined => {
    if (found === undefined) return undefined;
    if (found.packed === undefined) return unreadable(key, 'the gateway did not write it');
    const json = encrypted ? encryption.open(found.packed, place(key)) : found.packed;
    if (json === undefined) return unreadable(key, 'it was kept under another encryptionKey, or changed');
    const stored = parsed(json);
    if (stored === undefined) return unreadable(key, 'it was changed');
    if (form === undefined) return stored.value;
    const fault = faultOf(form, stored.value);
    return fault === undefined ? stored.value.value : unreadable(key, fault);
  };
  /** Past Keyv's own reading, which takes what it cannot parse for absent. */
  const stored = async (key: string): Promise<Found | undefined> => {
    const raw: unknown = await backend.adapter.get(place(key));
    if (raw === undefined || raw === null) return undefined;
    return { packed: typeof raw === 'string' ? (await keyv.decode<string>(raw))?.value : undefined };
  };

  /** A cache's failure is `instead`; any other is an error. */
  const tried = async <R>(work: Promise<R>, instead: R): Promise<R> => {
    try {
      return await work;
    } catch (error) {
      if (!cache) throw new StoreFailure(error);
      return instead;
    }
  };
  /** What a cache is asked holds nobody up: after the limit it is a miss, and what was to be written is written later, or not. */
  const asked = async <R>(work: Promise<R>, miss: R): Promise<R> => {
    if (!cache) return tried(work, miss);
    const { promise, resolve } = Promise.withResolvers<R>();
    const timer = setTimeout(() => {
      rarely?.('The store did not answer a cache in time', { space: name, readLimitMs });
      resolve(miss);
    }, readLimitMs);
    return Promise.race([tried(work, miss), promise]).finally(() => clearTimeout(timer));
  };

  const encode = async (key: string, value: T): Promise<string> =>
    String(await keyv.encode({ value: pack(key, value) }));

  const counted = (
    key: string,
    amount: number,
    windows: readonly Window[],
    takes: boolean,
  ): Soon<Taken | undefined> => {
    const taken = backend.take(place(key), amount, windows, takes, options.ttlMs ?? 0);
    return taken instanceof Promise ? asked<Taken | undefined>(taken, undefined) : taken;
  };

  const checkComparable = (): void => {
    if (encrypted) throw new Error(`The space "${name}" is encrypted: its values cannot be compared`);
  };

  return {
    get: async (key) => unpack(key, await asked(stored(key), undefined)),
    set: async (key, value, ttlMs = options.ttlMs) => {
      await asked<unknown>(
        attempts.run(() => keyv.set(place(key), pack(key, value), ttlMs)),
        false,
      );
    },
    add: async (key, value, ttlMs = options.ttlMs) =>
      asked(backend.add(place(key), await encode(key, value), ttlMs), false),
    replace: async (key, expected, value, ttlMs = options.ttlMs) => {
      checkComparable();
      const [before, after] = [await encode(key, expected), await encode(key, value)];
      return asked(backend.replace(place(key), before, after, ttlMs), false);
    },
    take: (key, amount, windows) => counted(key, amount, windows, true),
    look: (key, amount, windows) => counted(key, amount, windows, false),
    hold: (key, ms, note) => asked<void>(backend.hold(place(key), ms, note), undefined),
    renew: (key, agoMs, windows) =>
      asked<void>(backend.renew(place(key), agoMs, windows, options.ttlMs ?? 0), undefined),
    has: (key) =>
      asked(
        attempts.run(() => keyv.has(place(key))),
        false,
      ),
    keys: async () => {
      const found = await asked<readonly string[]>(backend.keys(place('')), []);
      return found.map((key) => key.slice(place('').length));
    },
    remove: async (key, expected) => {
      checkComparable();
      return asked(backend.remove(place(key), await encode(key, expected)), false);
    },
    delete: (key) =>
      asked(
        attempts.run(() => keyv.delete(place(key))),
        false,
      ),
  };
};
