import { createMemoryBlobStore, createMemoryStorage } from '@synckeep/core/memory';
import { describeMoving, type MovingEnd } from '@synckeep/testing';
import { openFile } from './opened.js';

type OpenedEnd = MovingEnd & { close(): Promise<void> };

const blobStore = () => createMemoryBlobStore({ baseUrl: () => 'http://synckeep.test/api/sync' });

const openMemory = async (): Promise<OpenedEnd> => ({
  storage: createMemoryStorage(),
  blobStore: blobStore(),
  close: async () => {},
});

const openSqlite = async (): Promise<OpenedEnd> => {
  const file = await openFile();
  const { storage } = file.connect();
  await storage.migrate();
  return { storage, blobStore: blobStore(), close: file.close };
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

describePair('memory → SQLite', openMemory, openSqlite);
describePair('SQLite → memory', openSqlite, openMemory);
describePair('SQLite → SQLite', openSqlite, openSqlite);
