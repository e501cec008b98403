import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { type Der, DerError, integer, octets, oid, sequence } from './der.ts';

/** Encryption that this machine's OpenSSL no longer has. */
export class OutdatedEncryptionError extends Error {}

/** Higher than any tool writes; the file's own number would else be a way to stop the process. */
const mostIterations = 10_000_000;

const iterationsOf = (value: Der | undefined): number => {
  const count = integer(value);
  if (count < 1 || count > mostIterations) throw new DerError('an iteration count out of range');
  return count;
};

/** Pseudo-random functions of PBKDF2 (RFC 8018, B.1). */
const hashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** Ciphers of PBES2. */
const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};

type Decrypt = (parameters: readonly Der[], passphrase: string, data: Buffer) => Buffer;

const decipher = (name: string, key: Buffer, iv: Buffer, data: Buffer): Buffer => {
  const stream = createDecipheriv(name, key, iv);
  return Buffer.concat([stream.update(data), stream.final()]);
};

/** RFC 8018, 6.2. */
const pbes2: Decrypt = ([kdf, encryption], passphrase, data) => {
  const [kdfName, kdfParameters] = sequence(kdf);
  if (oid(kdfName) !== '1.2.840.113549.1.5.12') throw new OutdatedEncryptionError('unknown key derivation');
  const [salt, iterations, ...more] = sequence(kdfParameters);
  const prf = more.find(({ tag }) => tag === 0x30);
  const hash = prf === undefined ? 'sha1' : hashes[oid(sequence(prf)[0])];
  const [cipherName, iv] = sequence(encryption);
  const cipher = ciphers[oid(cipherName)];
  if (hash === undefined || cipher === undefined) throw new OutdatedEncryptionError('unknown cipher');
  const key = pbkdf2Sync(passphrase, octets(salt), iterationsOf(iterations), cipher.keyBytes, hash);
  return decipher(cipher.name, key, octets(iv), data);
};

const blockBytes = 64;

/** `bytes` over and over until whole blocks are full. */
const filled = (bytes: Buffer): Buffer =>
  bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);

/** Adds `addend` and one to a number of 64 bytes, in place. */
const addOne = (block: Buffer, addend: Buffer): void => {
  let carry = 1;
  for (let index = blockBytes - 1; index >= 0; index -= 1) {
    carry += (block[index] ?? 0) + (addend[index] ?? 0);
    block[index] = carry & 0xff;
    carry >>= 8;
  }
};

/** PKCS #12's own derivation with SHA-1 (RFC 7292, B.2); `purpose` 1 is a key, 2 an initial vector. */
const derive = (purpose: 1 | 2, passphrase: string, salt: Buffer, iterations: number, size: number): Buffer => {
  const secret = Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(blockBytes, purpose);
  const input = Buffer.concat([filled(salt), filled(secret)]);
  const output: Buffer[] = [];
  for (let have = 0; have < size; have += 20) {
    let digest = createHash('sha1').update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round += 1) digest = createHash('sha1').update(digest).digest();
    output.push(digest);
    const addend = Buffer.alloc(blockBytes, digest);
    for (let at = 0; at < input.length; at += blockBytes) addOne(input.subarray(at, at + blockBytes), addend);
  }
  return Buffer.concat(output).subarray(0, size);
};

/** PBE with SHA-1 and triple DES, as Windows and Key Vault still write it. */
const tripleDes: Decrypt = ([salt, count], passphrase, data) => {
  const iterations = iterationsOf(count);
  const key = derive(1, passphrase, octets(salt), iterations, 24);
  return decipher('des-ede3-cbc', key, derive(2, passphrase, octets(salt), iterations, 8), data);
};

const algorithms: Readonly<Record<string, Decrypt>> = {
  '1.2.840.113549.1.5.13': pbes2,
  '1.2.840.113549.1.12.1.3': tripleDes,
};

/** Opens what an AlgorithmIdentifier says how to. Throws when the passphrase is wrong, or `OutdatedEncryptionError`. */
export const decrypt = (algorithm: Der | undefined, passphrase: string, data: Buffer): Buffer => {
  const [name, parameters] = sequence(algorithm);
  const open = algorithms[oid(name)];
  if (open === undefined) throw new OutdatedEncryptionError('unknown encryption');
  return open(sequence(parameters), passphrase, data);
};
