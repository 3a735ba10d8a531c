import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '@synckeep/core';
import { createSqliteStorage } from '@synckeep/sqlite';
import { openSqlite } from '@synckeep/sqlite/open';
import type { Database } from 'better-sqlite3';

export interface OpenedFile {
  readonly path: string;
  /** Another connection to the file, with a storage on it, as another process has. */
  connect(): { readonly database: Database; readonly storage: Storage };
  /** Closes every connection and removes the file. */
  close(): Promise<void>;
}

/** A database file in a folder of its own. */
export const openFile = async (): Promise<OpenedFile> => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-sqlite-'));
  const path = join(folder, 'sync.db');
  const opened: { database: Database; storage: Storage }[] = [];
  return {
    path,
    connect() {
      const database = openSqlite(path);
      const storage = createSqliteStorage({ database });
      opened.push({ database, storage });
      return { database, storage };
    },
    async close() {
      for (const { database, storage } of opened) {
        await storage.close();
        database.close();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
};
