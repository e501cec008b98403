/** Rows of a group. */
export interface TallyRow {
  /** As it was first written; `null`: the rows have no value. */
  readonly key: string | null;
  readonly count: number;
}

/** Counts by key; keys that differ in case alone are one. */
export interface Tally {
  add(key: string | null, count?: number): void;
  total(): number;
  /** The greatest first, then by key. */
  rows(): readonly TallyRow[];
}

/** An empty one. */
export const createTally = (): Tally => {
  const groups = new Map<string | null, { readonly key: string | null; count: number }>();
  return {
    add: (key, count = 1) => {
      if (count === 0) return;
      const folded = key?.toLowerCase() ?? null;
      const group = groups.get(folded);
      if (group === undefined) groups.set(folded, { key, count });
      else group.count += count;
    },
    total: () => [...groups.values()].reduce((sum, { count }) => sum + count, 0),
    rows: () => [...groups.values()].toSorted((a, b) => b.count - a.count || ((a.key ?? '') < (b.key ?? '') ? -1 : 1)),
  };
};
