import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { systemCodeOf } from '../system-code.ts';
import { keyBytes } from './encryption.ts';
import { startRemedy } from './faults.ts';
import { reasonOf } from './outage.ts';

/** Decodes a key; throws when it is not 32 bytes in base64. */
export const decodeKey = (base64: string, source: string): Uint8Array => {
  const key = Buffer.from(base64.trim(), 'base64');
  if (key.length !== keyBytes) throw new GatewayError('INTERNAL', `${source} must be ${keyBytes} bytes in base64`);
  return key;
};

/** A key for a store that does not outlive the process. */
export const randomKey = (): Uint8Array => randomBytes(keyBytes);

/** Makes the file, whole under its name from the first moment: of two processes that start at once both read the same. */
const makeKeyFile = async (file: string): Promise<void> => {
  const whole = `${file}.${randomUUID()}`;
  try {
    await writeFile(whole, `${Buffer.from(randomKey()).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
    await link(whole, file);
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
  } finally {
    // A disk that is full leaves a part of it, a folder that may not be written nothing.
    await rm(whole, { force: true });
  }
};

/** The key in the file next to a database, created for the owner alone when there is none. Rejects with a sentence. */
export const keyFileNextTo = async (database: string): Promise<Uint8Array> => {
  const file = `${database}.key`;
  const read = () => readFile(file, 'utf8');
  const readOrMake = async (): Promise<string> => {
    makeFolder(dirname(file));
    return read().catch(async (error: unknown) => {
      if (systemCodeOf(error) !== 'ENOENT') throw error;
      await makeKeyFile(file);
      return read();
    });
  };
  const text = await readOrMake().catch((error: unknown) => {
    throw new GatewayError(
      'INTERNAL',
      `The key file of the store, ${file}, cannot be read or made (${reasonOf(error)}): ${startRemedy(error, 'it and its folder')}, or set store.url to another file`,
      {},
      error,
    );
  });
  return decodeKey(text, `The key file of the store, ${file},`);
};
