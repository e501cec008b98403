import { createHash } from 'node:crypto';
import { type Der, DerError, integer } from './der.ts';

/** The file asks for more rounds than this process will make. */
export class TooManyRoundsError extends Error {}

/** Higher than any tool writes, for the MAC and all keys of a file together: some seconds of one core. */
const mostRounds = 4_000_000;

/** Rounds of key derivation that a file may still ask for. */
export interface Rounds {
  /** An iteration count of the file. Throws `TooManyRoundsError` when all of them are too many. */
  take(count: Der | undefined): number;
}

/** For one file. */
export const createRounds = (): Rounds => {
  let left = mostRounds;
  return {
    take: (value) => {
      const count = integer(value);
      if (count < 1) throw new DerError('an iteration count out of range');
      left -= count;
      if (left < 0) throw new TooManyRoundsError(`more than ${mostRounds} rounds`);
      return count;
    },
  };
};

/** Hashes that PKCS #12 derives with: bytes of a block and of a digest. */
const hashes = {
  sha1: { block: 64, digest: 20 },
  sha256: { block: 64, digest: 32 },
  sha384: { block: 128, digest: 48 },
  sha512: { block: 128, digest: 64 },
} as const satisfies Readonly<Record<string, { readonly block: number; readonly digest: number }>>;

/** The name of a hash, as Node has it. */
export type HashName = keyof typeof hashes;

/** What a derived value is for, by its number in RFC 7292, B.3. */
const purposes = { key: 1, vector: 2, mac: 3 } as const;

/** What is derived. */
export interface Derivation {
  readonly hash: HashName;
  readonly purpose: keyof typeof purposes;
  /** `null`: none at all, which some tools mean by an empty one. */
  readonly passphrase: string | null;
  readonly salt: Buffer;
  readonly iterations: number;
  readonly bytes: number;
}

/** `bytes` over and over until whole blocks are full. */
const filled = (bytes: Buffer, block: number): Buffer =>
  bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);

/** Adds `addend` and one to the number of a block, in place. */
const addOne = (block: Buffer, addend: Buffer): void => {
  let carry = 1;
  for (let index = block.length - 1; index >= 0; index -= 1) {
    carry += (block[index] ?? 0) + (addend[index] ?? 0);
    block[index] = carry & 0xff;
    carry >>= 8;
  }
};

/** Rounds after which others have their turn on the event loop: a few milliseconds. */
const roundsInTurn = 2000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** PKCS #12's own derivation (RFC 7292, B.2), which Node has not. It leaves the event loop to others in between. */
export const deriveKey = async (asked: Derivation): Promise<Buffer> => {
  const { hash, passphrase, salt, iterations, bytes } = asked;
  const { block, digest: digestBytes } = hashes[hash];
  const secret = passphrase === null ? Buffer.alloc(0) : Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(block, purposes[asked.purpose]);
  const input = Buffer.concat([filled(salt, block), filled(secret, block)]);
  const output: Buffer[] = [];
  for (let have = 0; have < bytes; have += digestBytes) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round += 1) {
      digest = createHash(hash).update(digest).digest();
      if (round % roundsInTurn === 0) await turn();
    }
    output.push(digest);
    const addend = Buffer.alloc(block, digest);
    for (let at = 0; at < input.length; at += block) addOne(input.subarray(at, at + block), addend);
  }
  return Buffer.concat(output).subarray(0, bytes);
};
