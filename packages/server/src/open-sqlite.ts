import { join } from 'node:path';
import { type Log, systemClock } from '@synckeep/core';
import { createSqliteNotifier, createSqliteStorage } from '@synckeep/sqlite';
import { createTakeSqlite, verifySqlite } from './backup/take-sqlite.js';
import { migrate } from './migrate.js';
import { openSqliteFile } from './open-sqlite-file.js';
import type { OpenedDatabase } from './opened.js';
import { patiently } from './patiently.js';
import { toSecretText } from './secret.js';
import {
  createFileSecrets,
  dropOldSecrets,
  ensureSecretFile,
  readSecretFile,
  rotateSecretFile,
  secretFileName,
} from './secret-file.js';

/** The database file of a data folder, with the secret file beside it. Several processes may open it at once. */
export const openSqlite = async (folder: string, log: Log): Promise<OpenedDatabase> => {
  const file = join(folder, 'synckeep.db');
  const database = await openSqliteFile(file);
  const storage = createSqliteStorage({ database });
  const close = async (): Promise<void> => {
    try {
      await storage.close();
      // Gives up at once where other processes use the database: they go on writing to its log.
      database.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      database.close();
    }
  };
  try {
    await migrate(storage);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    kind: 'sqlite',
    storage,
    pool: null,
    async check() {
      await storage.health();
    },
    explain: () => undefined,
    openNotifier() {
      const notifier = createSqliteNotifier({ database, log });
      return { kind: 'sqlite', notifier, rateLimiter: null, async check() {}, close: () => notifier.close() };
    },
    async openSecrets() {
      const path = join(folder, secretFileName);
      ensureSecretFile(path, log);
      return {
        secrets: createFileSecrets(path, systemClock, log),
        async rotate({ dropOld, reseal }) {
          // The write lock of the database keeps other processes from rotating meanwhile, and a crash gives it back.
          const rotate = database.transaction(() => rotateSecretFile(path, { dropOld: false }));
          const id = await patiently(() => rotate.immediate());
          if (!dropOld) return id;
          const secrets = readSecretFile(path);
          const made = secrets.find((secret) => secret.id === id);
          if (made && reseal)
            await reseal(
              made,
              secrets.filter((secret) => secret !== made),
            );
          const drop = database.transaction(() => dropOldSecrets(path, id));
          await patiently(() => drop.immediate());
          return id;
        },
        text: () => toSecretText(readSecretFile(path)),
        async close() {},
      };
    },
    verify: () => verifySqlite(file),
    take: createTakeSqlite(file),
    close,
  };
};
