import type { Storage } from '@synckeep/core';
import { createBlobIndex } from './blob-index.js';
import { createChangeLog } from './change-log.js';
import type { Database } from './database.js';
import { createDeviceStore } from './device-store.js';
import { createErase } from './erase.js';
import { createKeyStore } from './key-store.js';
import { migrate, schemaOf } from './migrate.js';
import { migrations } from './migrations/index.js';
import { createRecords } from './records.js';
import { createScopes } from './scopes.js';
import { createTotals } from './totals.js';
import { createTransfer } from './transfer.js';

/** Every port of a storage on one database; nothing is there to close. */
export const createStores = (database: Database): Storage => ({
  changeLog: createChangeLog(database),
  deviceStore: createDeviceStore(database),
  keyStore: createKeyStore(database),
  blobIndex: createBlobIndex(database),
  records: createRecords(database),
  transfer: createTransfer(database),
  migrate: () => migrate(database),
  health: async () => ({ schema: await schemaOf(database), newestSchema: migrations.length }),
  totals: createTotals(database),
  scopes: createScopes(database),
  erase: createErase(database),
  close: async () => {},
});
