import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyBytes } from './encryption.ts';

/** Decodes a key; throws when it is not 32 bytes in base64. */
export const decodeKey = (base64: string, source: string): Uint8Array => {
  const key = Buffer.from(base64.trim(), 'base64');
  if (key.length !== keyBytes) throw new Error(`${source} must be ${keyBytes} bytes in base64`);
  return key;
};

/** A key for a store that does not outlive the process. */
export const randomKey = (): Uint8Array => randomBytes(keyBytes);

const isPresent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** The key in the file next to a database, created for the owner alone when there is none. */
export const keyFileNextTo = async (database: string): Promise<Uint8Array> => {
  const file = `${database}.key`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    // `wx`: of two processes that start at once, one creates the file and both read it.
    await writeFile(file, `${Buffer.from(randomKey()).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isPresent(error)) throw error;
  }
  return decodeKey(await readFile(file, 'utf8'), 'the key file next to the database');
};
