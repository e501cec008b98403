import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { besideDatabase } from './beside.ts';
import { createCounters } from './counters.ts';
import { createSqliteSorted } from './sqlite-sorted.ts';

/** Expired entries are dropped when read; the rest of them by a sweep at most this often, as part of a write. */
const sweepIntervalMs = 60_000;

const schema = `
  CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at_ms INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entries_by_expiry ON entries (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
`;

/** Counted up when a gateway of the version before would misread the tables. */
const schemaVersion = 1;

const statements = {
  get: 'SELECT value FROM entries WHERE key = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)',
  set: `INSERT INTO entries VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms`,
  add: `INSERT INTO entries VALUES (?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms
        WHERE entries.expires_at_ms <= ?`,
  replace: `UPDATE entries SET value = ?, expires_at_ms = ?
            WHERE key = ? AND value = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)`,
  // No key has a character above U+FFFE.
  keys: `SELECT key FROM entries WHERE key >= ? AND key < ? || char(65535)
         AND (expires_at_ms IS NULL OR expires_at_ms > ?)`,
  delete: 'DELETE FROM entries WHERE key = ?',
  clear: 'DELETE FROM entries',
  sweep: 'DELETE FROM entries WHERE expires_at_ms <= ?',
};

/** Creates the file for its owner alone before SQLite would create it for everybody. */
const openFile = (file: string): DatabaseSync => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new DatabaseSync(file);
  // A journal entry that was confirmed must survive a power cut: hence FULL, one fsync a write.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
  return database;
};

/** Makes the tables. Throws `INTERNAL` for a database of a later version, and changes nothing in it. */
const prepareSchema = (database: DatabaseSync): void => {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (version > schemaVersion) {
    database.close();
    throw new GatewayError(
      'INTERNAL',
      `The database of the store is of a later version of the gateway (${version}; this one knows ${schemaVersion}) and is left alone: start that gateway, or set store.url to another file`,
    );
  }
  database.exec(schema);
  if (version < schemaVersion) database.exec(`PRAGMA user_version = ${schemaVersion}`);
};

/** Which file stands at the path; null: none. */
const identityOf = (file: string): { readonly device: number; readonly inode: number } | null => {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? null : { device: found.dev, inode: found.ino };
};

const isSameFile = (one: ReturnType<typeof identityOf>, other: ReturnType<typeof identityOf>): boolean =>
  one?.device === other?.device && one?.inode === other?.inode;

/** Embedded SQLite: in `file`, or in memory when there is none. Lifetimes run by `clock`. Counters are not in it. */
export const openSqlite = (file: string | null, clock: Clock): Backend => {
  const database = file === null ? new DatabaseSync(':memory:') : openFile(file);
  prepareSchema(database);
  const opened = file === null ? null : identityOf(file);
  const sql = {
    get: database.prepare(statements.get),
    set: database.prepare(statements.set),
    add: database.prepare(statements.add),
    replace: database.prepare(statements.replace),
    keys: database.prepare(statements.keys),
    delete: database.prepare(statements.delete),
    clear: database.prepare(statements.clear),
    sweep: database.prepare(statements.sweep),
  };
  const expiresAt = (ttlMs: number | undefined): number | null => (ttlMs === undefined ? null : clock.now() + ttlMs);
  const counters = createCounters(clock);
  let sweptAtMs = clock.now();
  const sweep = (): void => {
    const now = clock.now();
    if (now - sweptAtMs < sweepIntervalMs) return;
    sweptAtMs = now;
    sql.sweep.run(now);
  };
  return {
    adapter: {
      get: async (key: string) => sql.get.get(key, clock.now())?.value,
      set: async (key: string, value: string, ttlMs?: number) => {
        sweep();
        sql.set.run(key, value, expiresAt(ttlMs));
        return true;
      },
      delete: async (key: string) => sql.delete.run(key).changes > 0,
      clear: async () => {
        sql.clear.run();
      },
      has: async (key: string) => sql.get.get(key, clock.now()) !== undefined,
    },
    add: async (key, value, ttlMs) => {
      sweep();
      return sql.add.run(key, value, expiresAt(ttlMs), clock.now()).changes > 0;
    },
    replace: async (key, expected, value, ttlMs) =>
      sql.replace.run(value, expiresAt(ttlMs), key, expected, clock.now()).changes > 0,
    increment: async (key, ttlMs, by) => counters.increment(key, ttlMs, by),
    keys: async (prefix) => sql.keys.all(prefix, prefix, clock.now()).map(({ key }) => String(key)),
    now: async () => clock.now(),
    sorted: createSqliteSorted(database, clock),
    isInPlace: async () => file === null || isSameFile(opened, identityOf(file)),
    beside: file === null ? null : besideDatabase(file),
    warnings: async () => [],
    ping: async () => {
      database.exec('SELECT 1');
    },
    close: async () => database.close(),
  };
};
