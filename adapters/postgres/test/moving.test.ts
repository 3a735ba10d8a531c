import { createMemoryBlobStore, createMemoryStorage } from '@synckeep/core/memory';
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

describePair('memory → PostgreSQL', openMemory, openPostgres);
describePair('PostgreSQL → memory', openPostgres, openMemory);
describePair('PostgreSQL → PostgreSQL', openPostgres, openPostgres);
