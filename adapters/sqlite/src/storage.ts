import type { Storage } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { createBlobIndex } from './blob-index.js';
import { createChangeLog } from './change-log.js';
import { createDeviceStore } from './device-store.js';
import { prepareErase } from './erase.js';
import { createKeyStore } from './key-store.js';
import { migrate, schemaOf } from './migrate.js';
import { migrations } from './migrations/index.js';
import { once } from './once.js';
import { createReader } from './reader.js';
import { createRecords } from './records.js';
import { prepareScopes } from './scopes.js';
import { createTotals } from './totals.js';
import { createTransfer } from './transfer.js';
import { createWriter } from './writer.js';

export interface SqliteStorageOptions {
  /** An open better-sqlite3 database, as `openSqlite` opens it. It stays the host's: `close` leaves it open. */
  readonly database: Database;
}

const required = [
  ['journal_mode', 'wal', 'a reader must not wait for a writer'],
  ['synchronous', 2, 'an acknowledged push must survive a power cut'],
  ['busy_timeout', 0, 'waiting for the lock of another process must not stop this one'],
] as const;

const checkSettings = (database: Database): void => {
  for (const [name, value, reason] of required) {
    const actual = database.pragma(name, { simple: true });
    if (actual === value) continue;
    throw new Error(
      `The database has ${name} = ${actual}, but needs ${value}, because ${reason}: open it with openSqlite of @synckeep/sqlite/open.`,
    );
  }
};

/**
 * Synckeep's storage in one SQLite file. Several processes may use the file at once, each with a storage of its own.
 * Call `migrate()` before anything else.
 * @throws Error when a setting of the database would break a promise of the storage.
 */
export const createSqliteStorage = ({ database }: SqliteStorageOptions): Storage => {
  checkSettings(database);
  const writer = createWriter(database);
  const read = createReader(database);
  const scopes = once(() => prepareScopes(database));
  const erase = once(() => prepareErase(database));
  return {
    changeLog: createChangeLog(database, writer, read),
    deviceStore: createDeviceStore(database, writer, read),
    keyStore: createKeyStore(database, writer, read),
    blobIndex: createBlobIndex(database, writer, read),
    records: createRecords(database, writer, read),
    transfer: createTransfer(database, writer, read),
    migrate: () => migrate(database, writer),
    health: () => read(() => ({ schema: schemaOf(database), newestSchema: migrations.length })),
    totals: createTotals(database, read),
    scopes: (filter, after, limit) => read(() => scopes()(filter, after, limit)),
    erase: (scope, limit) => writer.write(() => erase()(scope, limit)),
    close: () => writer.drain(),
  };
};
