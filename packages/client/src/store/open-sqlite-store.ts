import { chmodSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import type { LocalStore } from './local-store.js';
import { createSqliteLocalStore } from './sqlite-store.js';

/**
 * Opens or creates the store in a file of its own, readable by its owner alone. Every commit reaches the disk before it
 * counts. It holds the rows as plaintext: see docs/crypto.md on a thief of the disk.
 */
export const openSqliteLocalStore = (path: string): LocalStore => {
  const database = new BetterSqlite3(path);
  chmodSync(path, 0o600);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('busy_timeout = 5000');
  return createSqliteLocalStore({ database, onClose: () => database.close() });
};
