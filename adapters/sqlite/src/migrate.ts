import type { Database } from 'better-sqlite3';
import { type Migration, migrations } from './migrations/index.js';
import type { Writer } from './writer.js';

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly hash: string;
}

/** @throws Error with one sentence for an operator when this release must not touch the database. */
const checkApplied = (applied: readonly Applied[], known: readonly Migration[]): void => {
  const newest = applied.at(-1)?.number ?? 0;
  if (newest > known.length) {
    throw new Error(
      `The database has schema ${newest} and this release of Synckeep knows schema ${known.length}: start a newer release.`,
    );
  }
  for (const { number, name, hash } of known.slice(0, newest)) {
    const found = applied.find((row) => row.number === number);
    if (!found) throw new Error(`The database has schema ${newest}, but lacks its migration ${number} (${name}).`);
    if (found.hash !== hash) {
      throw new Error(
        `Migration ${number} (${name}) was applied to this database with another text than this release has.`,
      );
    }
  }
};

/** The number of the newest migration of the database; 0 before the first one. To be called inside a snapshot. */
export const schemaOf = (database: Database): number => {
  const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sync_migration'").get();
  if (isThere === undefined) return 0;
  return database.prepare<[], number | null>('SELECT max(number) FROM sync_migration').pluck().get() ?? 0;
};

/**
 * Brings the database to the newest schema, in one transaction. Two callers at once are safe: the second one waits for
 * the write lock and then finds nothing to do.
 */
export const migrate = (database: Database, writer: Writer, known: readonly Migration[] = migrations): Promise<void> =>
  writer.write(() => {
    database.exec(`CREATE TABLE IF NOT EXISTS sync_migration (
      number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, applied_at TEXT NOT NULL
    )`);
    const applied = database
      .prepare<[], Applied>('SELECT number, name, hash FROM sync_migration ORDER BY number')
      .all();
    checkApplied(applied, known);
    const note = database.prepare<[number, string, string]>(
      `INSERT INTO sync_migration VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))`,
    );
    for (const { number, name, sql, hash } of known.slice(applied.length)) {
      database.exec(sql);
      note.run(number, name, hash);
    }
  });
