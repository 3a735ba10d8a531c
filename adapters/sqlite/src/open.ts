import { chmodSync, closeSync, openSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';

/**
 * Opens or makes the database file at `path`, readable by its owner only, with the settings that
 * `createSqliteStorage` needs. SQLite gives its files beside it (`-wal`, `-shm`) the same mode.
 */
export const openSqlite = (path: string): Database => {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new Sqlite(path, { timeout: 0 });
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  return database;
};
