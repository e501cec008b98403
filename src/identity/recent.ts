/** A map that keeps the entries used last, at most `capacity` of them. */
export interface Recent<T> {
  /** The entry of `key`, made by `create` when there is none. */
  getOrCreate(key: string, create: () => T): T;
}

export const createRecent = <T>(capacity: number): Recent<T> => {
  const entries = new Map<string, T>();
  return {
    getOrCreate: (key, create) => {
      const entry = entries.get(key) ?? create();
      // A map iterates in order of insertion: put last what was used last.
      entries.delete(key);
      entries.set(key, entry);
      const [oldest] = entries.keys();
      if (entries.size > capacity && oldest !== undefined) entries.delete(oldest);
      return entry;
    },
  };
};
