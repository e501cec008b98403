import { hash } from 'node:crypto';

/** A repeatable source of choices: the same seed gives the same estate on every machine. */
export interface Random {
  /** Whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** True with probability `share` (0 to 1). */
  chance(share: number): boolean;
  /** Lower-case hex digits. */
  hex(digits: number): string;
  /** A version 4 GUID. */
  guid(): string;
  /** An independent source, so that more draws in one part of the estate leave the others as they were. */
  fork(label: string): Random;
}

/** Builds a source from any text. Algorithm: xoshiro128** over a state taken from SHA-256 of the seed. */
export function createRandom(seed: string): Random {
  const digest = hash('sha256', seed, 'buffer');
  let [a, b, c, d] = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)];

  const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const int = (min: number, max: number): number => min + Math.floor((next() / 2 ** 32) * (max - min + 1));
  const hex = (digits: number): string => Array.from({ length: digits }, () => int(0, 15).toString(16)).join('');

  return {
    int,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
    chance: (share) => next() / 2 ** 32 < share,
    hex,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(int(0, 3))}${hex(3)}-${hex(12)}`,
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}
