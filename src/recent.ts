/** A map that keeps the entries used last, at most `capacity` of them. */
export interface Recent<T> {
  get(key: string): T | undefined;
  set(key: string, entry: T): void;
  delete(key: string): void;
  /** The entry of `key`, made by `create` when there is none. */
  getOrCreate(key: string, create: () => T): T;
}

/** An empty map of at most `capacity` entries; the one that was used longest ago makes room. */
export const createRecent = <T>(capacity: number): Recent<T> => {
  const entries = new Map<string, T>();
  let last: string | undefined;
  const set = (key: string, entry: T): void => {
    if (key === last && entries.get(key) === entry) return;
    last = key;
    // A map iterates in order of insertion: put last what was used last.
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
  };
  return {
    get: (key) => entries.get(key),
    set,
    delete: (key) => void entries.delete(key),
    getOrCreate: (key, create) => {
      const entry = entries.get(key) ?? create();
      set(key, entry);
      return entry;
    },
  };
};
