import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { SortedBackend } from './sorted.ts';

const schema = `
  CREATE TABLE IF NOT EXISTS members (
    list TEXT NOT NULL, member TEXT NOT NULL, expires_at_ms INTEGER NOT NULL, PRIMARY KEY (list, member)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS members_by_expiry ON members (expires_at_ms);
`;

const statements = {
  sweep: 'DELETE FROM members WHERE expires_at_ms <= ?',
  trim: 'DELETE FROM members WHERE list = ? AND member < ?',
  // One statement, so that no other process adds between counting and adding.
  add: `INSERT INTO members SELECT ?1, ?2, ?3
        WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM members WHERE list = ?1 AND member = ?2)
          OR (SELECT count(*) FROM members WHERE list = ?1 AND expires_at_ms > ?5) < ?4
        ON CONFLICT (list, member) DO UPDATE SET expires_at_ms = excluded.expires_at_ms`,
  remove: 'DELETE FROM members WHERE list = ? AND member = ? AND expires_at_ms > ?',
  descending: `SELECT member FROM members
               WHERE list = ?1 AND member >= ?2 AND (?3 IS NULL OR member < ?3) AND expires_at_ms > ?4
               ORDER BY member DESC LIMIT ?5`,
  count: 'SELECT count(*) AS members FROM members WHERE list = ? AND member >= ? AND expires_at_ms > ?',
};

/** The tables and statements of sorted lists. */
export const prepareSqliteSorted = (database: DatabaseSync) => {
  database.exec(schema);
  return {
    sweep: database.prepare(statements.sweep),
    trim: database.prepare(statements.trim),
    add: database.prepare(statements.add),
    remove: database.prepare(statements.remove),
    descending: database.prepare(statements.descending),
    count: database.prepare(statements.count),
  };
};

type Prepared = ReturnType<typeof prepareSqliteSorted>;
type Doing = <T>(work: (sql: Prepared) => T) => Promise<T>;

/** Sorted lists in a database of SQLite. Here every member has the lifetime that it was added with. */
export const createSqliteSorted = ({
  clock,
  read,
  write,
}: {
  readonly clock: Clock;
  readonly read: Doing;
  readonly write: Doing;
}): SortedBackend => ({
  add: (key, member, { from, most, ttlMs }) =>
    write((sql) => {
      const now = clock.now();
      sql.sweep.run(now);
      if (from !== undefined) sql.trim.run(key, from);
      return sql.add.run(key, member, now + ttlMs, most ?? null, now).changes > 0;
    }),
  remove: (key, member) => write((sql) => sql.remove.run(key, member, clock.now()).changes > 0),
  descending: (key, { below, from, limit }) =>
    read((sql) => sql.descending.all(key, from, below, clock.now(), limit).map(({ member }) => String(member))),
  count: (key, from) => read((sql) => Number(sql.count.get(key, from, clock.now())?.members ?? 0)),
});
