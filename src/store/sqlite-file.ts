import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { startRemedy } from './faults.ts';
import { reasonOf } from './outage.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at_ms INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entries_by_expiry ON entries (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
`;

/** Counted up when a gateway of the version before would misread the tables. */
const schemaVersion = 1;

/** Milliseconds for which the start waits for another process that makes or holds the same file. */
const openLimitMs = 10_000;

/** Between two attempts to open. */
const openAgainMs = 20;

/** The result codes that are told apart. https://www.sqlite.org/rescode.html */
const resultCodes = { busy: 5, locked: 6, readOnly: 8, ioError: 10, corrupt: 11, cannotOpen: 14, notADatabase: 26 };

/** The primary result code of SQLite; null: the error is another's. */
const resultOf = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;

/** Another process has the lock for a moment. */
export const isBusy = (error: unknown): boolean => {
  const code = resultOf(error);
  return code === resultCodes.busy || code === resultCodes.locked;
};

/** The file was moved or removed while it was open: the extended code of a write that is refused for it. */
const movedCode = 0x408;

/** A file that may not be written is still read, so that its handle stays. */
const breaking: readonly (number | null)[] = [
  resultCodes.ioError,
  resultCodes.corrupt,
  resultCodes.cannotOpen,
  resultCodes.notADatabase,
];

/** What is seen of the file may not be what is in it: it has to be opened anew. */
export const isBroken = (error: unknown): boolean =>
  breaking.includes(resultOf(error)) || (error instanceof Error && 'errcode' in error && error.errcode === movedCode);

/** Makes the tables. Throws `INTERNAL` for a database of a later version, and changes nothing in it. */
const prepareSchema = (database: DatabaseSync): void => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > schemaVersion) {
    throw new GatewayError(
      'INTERNAL',
      `The database of the store is of a later version of the gateway (${version}; this one knows ${schemaVersion}) and is left alone: start that gateway, or set store.url to another file`,
    );
  }
  database.exec(schema);
  if (version < schemaVersion) database.exec(`PRAGMA user_version = ${schemaVersion}`);
};

/** Opens the database, or throws; never waits for a lock, which would hold up everything else in the process. */
export const openDatabase = (file: string | null): DatabaseSync => {
  if (file !== null) {
    makeFolder(dirname(file));
    // For its owner alone, before SQLite would create it for everybody.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  }
  const database = new DatabaseSync(file ?? ':memory:');
  try {
    database.exec('PRAGMA busy_timeout = 0');
    // A journal entry that was confirmed must survive a power cut: hence FULL, one fsync a write.
    if (file !== null) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    prepareSchema(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

/** Throws a sentence where a folder or a device stands at the path: it would be changed as a file of the store is. */
export const refuseOtherThanFile = (file: string): void => {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  const is = found.isDirectory() ? 'is a folder' : 'is a device or the like, and no file';
  throw new GatewayError('INTERNAL', `The file of the store, ${file}, ${is}: set store.url to a file`);
};

/** What an operator is told at the start of a file that cannot be used. */
const openFault = (file: string, error: unknown): GatewayError => {
  if (error instanceof GatewayError) return error;
  const code = resultOf(error);
  const what =
    code === resultCodes.notADatabase || code === resultCodes.corrupt
      ? 'is no database of SQLite, or a damaged one: put a copy back, or set store.url to another file'
      : isBusy(error)
        ? 'is locked by another process: end it, or set store.url to another file'
        : `cannot be opened for writing (${reasonOf(error)}): ${startRemedy(error, 'it and its folder')}, or set store.url to another file`;
  return new GatewayError('INTERNAL', `The file of the store, ${file}, ${what}`, {}, error);
};

/** Opens the database at the start: of two gateways that make the same file at once, one waits. Rejects with a sentence. */
export const openDatabaseAtStart = async <T>(file: string, open: () => T): Promise<T> => {
  const endsAtMs = performance.now() + openLimitMs;
  for (;;) {
    try {
      return open();
    } catch (error) {
      if (!isBusy(error) || performance.now() > endsAtMs) throw openFault(file, error);
      await sleep(openAgainMs * (0.5 + Math.random()));
    }
  }
};

/** Which file stands at a path. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

/** Null: there is none. */
export const identityOf = (file: string): FileIdentity | null => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : { device: found.dev, inode: found.ino };
};

/** Whether it is the same file still. */
export const isSameFile = (one: FileIdentity | null, other: FileIdentity | null): boolean =>
  one?.device === other?.device && one?.inode === other?.inode;
