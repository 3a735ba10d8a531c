import {
  createClient,
  createIndexedDbKeyMemory,
  createKeys,
  createWebTabs,
  isApiError,
  openIndexedDbLocalStore,
  startCryptography,
  webNetwork,
} from '@synckeep/client';
import { distinctUntilChanged, map } from 'rxjs';
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
    blobs: { cache: createWebBlobCache(`${name}-blobs`) },
  });

  // Each tab has the keys in its own memory. One that got them lets the others look.
  const channel = new BroadcastChannel(`${name}-keys`);
  let shown = client.keys.state.kind;
  client.keys.onChange(() => {
    const { kind } = client.keys.state;
    if (kind === 'open' && shown !== 'open') channel.postMessage('opened');
    shown = kind;
  });
  const look = (): void => {
    // Where that fails, the sync looks again and says so.
    if (shown !== 'open') client.keys.refresh().catch((error: unknown) => console.warn(error));
  };
  channel.addEventListener('message', look);
  // A tab that does not sync hears from the one that does, but has not looked for keys itself.
  const phases = client.sync.status$.pipe(
    map(({ phase }) => phase),
    distinctUntilChanged(),
  );
  phases.subscribe((phase) => {
    if (shown === 'unknown' && (phase === 'idle' || phase === 'needs-key')) look();
  });

  const notes = client.table<Note>('notes');
  await storeKept(userId, notes);
  return {
    client,
    userId,
    notes,
    /** Deletes files from the server that no note has any more. */
    async forgetFiles(hashes: readonly string[]): Promise<void> {
      const used = new Set((await notes.query()).flatMap(({ attachments }) => attachments.map(({ hash }) => hash)));
      for (const hash of hashes) {
        if (used.has(hash)) continue;
        await client.blobs.delete({ hash, key: '', size: 0 }).catch((error: unknown) => {
          // Without a network it stays. Nobody can read it any more, so it only takes room.
          if (!isApiError(error)) throw error;
        });
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
