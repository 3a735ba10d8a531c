import {
  createBlobs,
  createClient,
  createIndexedDbKeyMemory,
  createKeys,
  createWebTabs,
  openIndexedDbLocalStore,
  startCryptography,
  webNetwork,
} from '@synckeep/client';
import type { Config } from './account.js';
import { createWebBlobCache } from './blob-cache.js';
import { mergeNotes, type Note, noteSchema } from './note.js';
import { storeKept } from './typed.js';

/** The client for one account: everything between this page and the server. */
export const openNotes = async ({ apiKey }: Config, userId: string) => {
  const name = `notes-${userId}`;
  const store = await openIndexedDbLocalStore({ name });
  const client = await createClient({
    url: location.origin,
    apiKey,
    store,
    tables: { notes: { schema: noteSchema, merge: mergeNotes } },
    keys: ({ call }) =>
      createKeys({ call, cryptography: startCryptography(), memory: createIndexedDbKeyMemory(`${name}-keys`) }),
    device: { name: 'Browser', platform: 'web' },
    tabs: createWebTabs({ name }),
    network: webNetwork,
  });

  // Each tab has the keys in its own memory. One that got them lets the others look.
  const channel = new BroadcastChannel(`${name}-keys`);
  let shown = client.keys.state.kind;
  client.keys.onChange(() => {
    const { kind } = client.keys.state;
    if (kind === 'open' && shown !== 'open') channel.postMessage('opened');
    shown = kind;
  });
  channel.addEventListener('message', () => {
    if (shown !== 'open') client.keys.refresh().catch(() => {});
  });

  const notes = client.table<Note>('notes');
  const blobs = createBlobs({ call: client.call, cache: createWebBlobCache(`${name}-blobs`) });
  await storeKept(userId, notes);
  return {
    client,
    userId,
    notes,
    blobs,
    /** Deletes files from the server that no note has any more. */
    async forgetFiles(hashes: readonly string[]): Promise<void> {
      const used = new Set((await notes.query()).flatMap(({ attachments }) => attachments.map(({ hash }) => hash)));
      for (const hash of hashes) {
        if (!used.has(hash)) await blobs.delete({ hash, key: '', size: 0 });
      }
    },
    /** Removes all of the account from this browser. What was not pushed is lost. */
    async erase(): Promise<void> {
      await client.close();
      await store.close();
      for (const database of [name, `${name}-keys`]) indexedDB.deleteDatabase(database);
      await caches.delete(`${name}-blobs`);
    },
  };
};

export type Notes = Awaited<ReturnType<typeof openNotes>>;
