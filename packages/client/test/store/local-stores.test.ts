import 'fake-indexeddb/auto';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIndexedDbLocalStore } from '../../src/store/indexed-db-store.js';
import { createMemoryLocalState, createMemoryLocalStore } from '../../src/store/memory-store.js';
import { openSqliteLocalStore } from '../../src/store/open-sqlite-store.js';
import { describeLocalStore } from './describe-local-store.js';

describeLocalStore('memory', async () => {
  const state = createMemoryLocalState();
  return { store: createMemoryLocalStore(state), other: createMemoryLocalStore(state), async close() {} };
});

describeLocalStore('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'synckeep-store-'));
  const path = join(folder, 'notes.db');
  const [store, other] = [openSqliteLocalStore(path), openSqliteLocalStore(path)];
  return {
    store,
    other,
    async close() {
      await store.close();
      await other.close();
      await rm(folder, { recursive: true });
    },
  };
});

describeLocalStore('IndexedDB', async () => {
  const name = randomUUID();
  const [store, other] = [await openIndexedDbLocalStore({ name }), await openIndexedDbLocalStore({ name })];
  return {
    store,
    other,
    async close() {
      await store.close();
      await other.close();
    },
  };
});
