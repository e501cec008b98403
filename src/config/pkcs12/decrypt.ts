import { createDecipheriv, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { type Der, octets, oid, sequence } from './der.ts';
import { deriveKey, type Rounds } from './derive.ts';

const derivePbkdf2 = promisify(pbkdf2);

/** Encryption that this machine's OpenSSL no longer has. */
export class OutdatedEncryptionError extends Error {}

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

type Decrypt = (parameters: readonly Der[], passphrase: string, data: Buffer, rounds: Rounds) => Promise<Buffer>;

const decipher = (name: string, key: Buffer, iv: Buffer, data: Buffer): Buffer => {
  const stream = createDecipheriv(name, key, iv);
  return Buffer.concat([stream.update(data), stream.final()]);
};

/** RFC 8018, 6.2. */
const pbes2: Decrypt = async ([kdf, encryption], passphrase, data, rounds) => {
  const [kdfName, kdfParameters] = sequence(kdf);
  if (oid(kdfName) !== '1.2.840.113549.1.5.12') throw new OutdatedEncryptionError('unknown key derivation');
  const [salt, iterations, ...more] = sequence(kdfParameters);
  const prf = more.find(({ tag }) => tag === 0x30);
  const hash = prf === undefined ? 'sha1' : hashes[oid(sequence(prf)[0])];
  const [cipherName, iv] = sequence(encryption);
  const cipher = ciphers[oid(cipherName)];
  if (hash === undefined || cipher === undefined) throw new OutdatedEncryptionError('unknown cipher');
  const key = await derivePbkdf2(passphrase, octets(salt), rounds.take(iterations), cipher.keyBytes, hash);
  return decipher(cipher.name, key, octets(iv), data);
};

/** PBE with SHA-1 and triple DES, as Windows and Key Vault still write it. */
const tripleDes: Decrypt = async ([salt, count], passphrase, data, rounds) => {
  const iterations = rounds.take(count);
  // Two blocks of the key and one of the vector, each of so many rounds.
  rounds.take(count);
  rounds.take(count);
  const made = { hash: 'sha1', passphrase, salt: octets(salt), iterations } as const;
  const key = await deriveKey({ ...made, purpose: 'key', bytes: 24 });
  return decipher('des-ede3-cbc', key, await deriveKey({ ...made, purpose: 'vector', bytes: 8 }), data);
};

const algorithms: Readonly<Record<string, Decrypt>> = {
  '1.2.840.113549.1.5.13': pbes2,
  '1.2.840.113549.1.12.1.3': tripleDes,
};

/**
 * Opens what an AlgorithmIdentifier says how to, off the event loop. Throws when the passphrase is wrong, or an
 * `OutdatedEncryptionError`.
 */
export const decrypt = async (
  algorithm: Der | undefined,
  passphrase: string,
  data: Buffer,
  rounds: Rounds,
): Promise<Buffer> => {
  const [name, parameters] = sequence(algorithm);
  const open = algorithms[oid(name)];
  if (open === undefined) throw new OutdatedEncryptionError('unknown encryption');
  return open(sequence(parameters), passphrase, data, rounds);
};
