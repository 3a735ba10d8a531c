import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryBlobStore, createMemoryStorage } from '@synckeep/core/memory';
import { createSqliteStorage } from '@synckeep/sqlite';
import { openSqlite } from '@synckeep/sqlite/open';
import { describeMoving, type MovingEnd } from '@synckeep/testing';
import { afterAll } from 'vitest';
import { startPostgres } from './database.js';
import { connect, newSchema } from './opened.js';

const server = await startPostgres();
afterAll(() => server.stop());

type OpenedEnd = MovingEnd & { close(): Promise<void> };

const blobStore = () => createMemoryBlobStore({ baseUrl: () => 'http://synckeep.test/api/sync' });

const openMemory = async (): Promise<OpenedEnd> => ({
  storage: createMemoryStorage(),
  blobStore: blobStore(),
  close: async () => {},
});

const openFile = async (): Promise<OpenedEnd> => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-postgres-'));
  const database = openSqlite(join(folder, 'sync.db'));
  const storage = createSqliteStorage({ database });
  await storage.migrate();
  const close = async () => {
    await storage.close();
    database.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { storage, blobStore: blobStore(), close };
};

const openPostgres = async (): Promise<OpenedEnd> => {
  const { storage, pool } = connect(server, newSchema());
  await storage.migrate();
  return { storage, blobStore: blobStore(), close: () => pool.end() };
};

const describePair = (name: string, openFrom: () => Promise<OpenedEnd>, openTo: () => Promise<OpenedEnd>): void =>
  describeMoving(name, {
    async open() {
      const [from, to] = [await openFrom(), await openTo()];
      const close = async () => {
        await from.close();
        await to.close();
      };
      return { from, to, close };
    },
  });

// SQLite against memory is a test of its own.
describePair('SQLite → PostgreSQL', openFile, openPostgres);
describePair('PostgreSQL → memory', openPostgres, openMemory);
describePair('PostgreSQL → PostgreSQL', openPostgres, openPostgres);
