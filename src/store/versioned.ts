import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Space } from './space.ts';

/** What is stored of a value whose form may change with a later version of the gateway. */
export interface Versioned<T> {
  readonly v: number;
  readonly value: T;
}

/** The entry is of another version or encryption key: what it says is not known, and it is left as it is. */
export class ForeignVersionError extends GatewayError {
  constructor(what: string) {
    super(
      'CONFLICT',
      `${what} was stored by another version of the gateway or under another encryption key, and cannot be read: it is left as it is`,
    );
  }
}

/** A space whose entries tell the version of their form. */
export interface VersionedSpace<T> {
  /** Throws `ForeignVersionError` for an entry of any other version, or of none, and for one that does not open. */
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T): Promise<void>;
  add(key: string, value: T): Promise<boolean>;
}

/** `what`: what an entry is called in an error, e.g. `This approval`. */
export const versioned = <T>(
  space: Space<Versioned<T>>,
  { version, what, log }: { readonly version: number; readonly what: string; readonly log: Log },
): VersionedSpace<T> => ({
  get: async (key) => {
    const entry = await space.get(key);
    // Of another encryption key, or changed by somebody: it is there, and not absent.
    if (entry === undefined && (await space.has(key))) throw new ForeignVersionError(what);
    if (entry === undefined) return undefined;
    if (entry.v === version) return entry.value;
    log.warn('An entry of the store is of another version of the gateway and is left alone', {
      what,
      key,
      version: entry.v ?? null,
    });
    throw new ForeignVersionError(what);
  },
  set: (key, value) => space.set(key, { v: version, value }),
  add: (key, value) => space.add(key, { v: version, value }),
});
