import { chmodSync, closeSync, openSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';

/** Only when it is missing: closing a file that this process has open elsewhere would end SQLite's locks on it. */
const makeFile = (path: string): void => {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
};

const configure = (database: Database): void => {
  // Holds for a new file only; an older one takes it over with its next VACUUM. Compaction then makes the file smaller.
  database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // A checkpoint stops one commit for its time. At 16 MB apart they stay out of the slowest twentieth of the pushes.
  database.pragma('wal_autocheckpoint = 4000');
  database.pragma('cache_size = -16000');
  database.pragma('busy_timeout = 0');
};

/**
 * Opens or makes the database file at `path`, readable by its owner only, with the settings that
 * `createSqliteStorage` needs. SQLite gives the files beside it (`-wal`, `-shm`) the same mode.
 *
 * Before closing it for good, `database.pragma('wal_checkpoint(TRUNCATE)')` brings everything into the one file.
 * @throws Error of the file system or of SQLite when the file cannot be opened or is no database.
 */
export const openSqlite = (path: string): Database => {
  makeFile(path);
  chmodSync(path, 0o600);
  // Only while opening may it wait for another process, which is perhaps making the same file.
  const database = new Sqlite(path, { timeout: 5_000 });
  try {
    configure(database);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
};
