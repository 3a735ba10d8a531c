import { closeSync, openSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import type { LocalStore } from './local-store.js';
import { createSqliteLocalStore } from './sqlite-store.js';

/** Only when it is missing: closing a file that this process has open elsewhere would end SQLite's locks on it. */
const makeFile = (path: string): void => {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
};

/**
 * Opens or creates the store in a file of its own, readable by its owner alone. Every commit reaches the disk before it
 * counts. It holds the rows as plaintext: see docs/crypto.md on a thief of the disk.
 */
export const openSqliteLocalStore = (path: string): LocalStore => {
  makeFile(path);
  const database = new BetterSqlite3(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // A checkpoint costs as much as many commits, so they are 16 MB apart.
  database.pragma('wal_autocheckpoint = 4000');
  database.pragma('busy_timeout = 5000');
  return createSqliteLocalStore({ database, onClose: () => database.close() });
};
