import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { Backend } from './backend.ts';
import { besideDatabase } from './beside.ts';
import { createLockTurns, lockLimitMs } from './lock-turns.ts';
import { identityOf, isBroken, isBusy, isSameFile, openDatabase, openDatabaseAtStart } from './sqlite-file.ts';
import { createSqliteSorted, prepareSqliteSorted } from './sqlite-sorted.ts';
import { createWindows } from './windows.ts';

/** Expired entries are dropped when read; the rest of them by a sweep at most this often, as part of a write. */
const sweepIntervalMs = 60_000;

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
  remove: 'DELETE FROM entries WHERE key = ? AND value = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?)',
  clear: 'DELETE FROM entries',
  sweep: 'DELETE FROM entries WHERE expires_at_ms <= ?',
};

/** An open database with its statements. */
const prepared = (database: DatabaseSync) => ({
  database,
  get: database.prepare(statements.get),
  set: database.prepare(statements.set),
  add: database.prepare(statements.add),
  replace: database.prepare(statements.replace),
  keys: database.prepare(statements.keys),
  delete: database.prepare(statements.delete),
  remove: database.prepare(statements.remove),
  clear: database.prepare(statements.clear),
  sweep: database.prepare(statements.sweep),
  sorted: prepareSqliteSorted(database),
});

const open = (file: string | null) => prepared(openDatabase(file));

/**
 * Embedded SQLite: in `file`, or in memory when there is none. Lifetimes run by `clock`. What is counted is not in it. A lock that
 * another process holds makes an operation wait, and nothing else in this one. A file that could not be written or was damaged
 * is opened anew by the next operation. Rejects with a sentence when the file cannot be used.
 */
export const openSqlite = async (file: string | null, clock: Clock): Promise<Backend> => {
  let sql: ReturnType<typeof open> | null =
    file === null ? open(file) : await openDatabaseAtStart(file, () => open(file));
  const opened = file === null ? null : identityOf(file);
  const isInPlace = (): boolean => file === null || isSameFile(opened, identityOf(file));
  const turns = createLockTurns({ limitMs: lockLimitMs, isBusy });
  let isClosed = false;

  /** The database, opened anew if it has to be: never another file than the one that was opened at the start. */
  const current = (): NonNullable<typeof sql> => {
    if (sql !== null) return sql;
    if (isClosed) throw new Error('The store is closed');
    if (!isInPlace()) throw new Error('The file of the store was removed or replaced');
    sql = open(file);
    return sql;
  };
  const close = (): void => {
    const closing = sql;
    sql = null;
    closing?.database.close();
  };
  const on =
    <T>(work: (database: NonNullable<typeof sql>) => T) =>
    (): T => {
      try {
        return work(current());
      } catch (error) {
        if (file !== null && isBroken(error)) close();
        throw error;
      }
    };
  const read = <T>(work: (database: NonNullable<typeof sql>) => T): Promise<T> => turns.read(on(work));
  const write = <T>(work: (database: NonNullable<typeof sql>) => T): Promise<T> => turns.write(on(work));

  const expiresAt = (ttlMs: number | undefined): number | null => (ttlMs === undefined ? null : clock.now() + ttlMs);
  const counted = createWindows(clock);
  let sweptAtMs = clock.now();
  const sweep = (database: NonNullable<typeof sql>): void => {
    const now = clock.now();
    if (now - sweptAtMs < sweepIntervalMs) return;
    database.sweep.run(now);
    sweptAtMs = now;
  };
  return {
    adapter: {
      get: (key: string) => read(({ get }) => get.get(key, clock.now())?.value),
      set: (key: string, value: string, ttlMs?: number) =>
        write((database) => {
          sweep(database);
          database.set.run(key, value, expiresAt(ttlMs));
          return true;
        }),
      delete: (key: string) => write((database) => database.delete.run(key).changes > 0),
      clear: () => write((database) => void database.clear.run()),
    },
    add: (key, value, ttlMs) =>
      write((database) => {
        sweep(database);
        return database.add.run(key, value, expiresAt(ttlMs), clock.now()).changes > 0;
      }),
    replace: (key, expected, value, ttlMs) =>
      write(({ replace }) => replace.run(value, expiresAt(ttlMs), key, expected, clock.now()).changes > 0),
    remove: (key, expected) => write(({ remove }) => remove.run(key, expected, clock.now()).changes > 0),
    take: (key, amount, windows, takes) => (takes ? counted.take : counted.look)(key, amount, windows),
    hold: async (...held) => counted.hold(...held),
    renew: async (key, agoMs, windows) => counted.renew(key, agoMs, windows),
    keys: (prefix) => read(({ keys }) => keys.all(prefix, prefix, clock.now()).map(({ key }) => String(key))),
    now: async () => clock.now(),
    sorted: createSqliteSorted({
      clock,
      read: (work) => read(({ sorted }) => work(sorted)),
      write: (work) => write(({ sorted }) => work(sorted)),
    }),
    isInPlace: async () => isInPlace(),
    beside: file === null ? null : besideDatabase(file),
    warnings: async () => [],
    ping: () => read(({ get }) => void get.get('', 0)),
    close: async () => {
      isClosed = true;
      close();
    },
  };
};
