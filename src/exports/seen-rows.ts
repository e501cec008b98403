import { crc32 } from 'node:zlib';

/** Bits of the memory: 2 MiB, of which 10,000,000 rows set less than half. */
const bits = 2 ** 24;

/** Below this chance rows that are new are never taken for rows that came before. */
const leastChance = 1e-12;

/** Remembers rows by one bit each: enough to tell a page that came before, not a row. */
export interface SeenRows {
  /** Whether all rows of a page came before; they are remembered. A few are not enough to tell: then it says no. */
  repeats(count: number, row: (index: number) => Uint8Array): boolean;
}

/**
 * For one list of any length, in 2 MiB. A row that is new finds its bit set by chance as often as bits are set; a page of new rows that
 * finds all of its bits set does not happen.
 */
export const createSeenRows = (): SeenRows => {
  const seen = new Uint8Array(bits / 8);
  let set = 0;
  return {
    repeats: (count, row) => {
      const chance = (set / bits) ** count;
      let fresh = 0;
      for (let index = 0; index < count; index += 1) {
        const bit = crc32(row(index)) % bits;
        const mask = 1 << (bit & 7);
        const byte = seen[bit >> 3] ?? 0;
        if ((byte & mask) !== 0) continue;
        seen[bit >> 3] = byte | mask;
        set += 1;
        fresh += 1;
      }
      return count > 0 && fresh === 0 && chance < leastChance;
    },
  };
};
