import { type Authenticator, type Call, createSyncServer, type Notifier, type Storage } from '@synckeep/core';
import { createMemoryBlobStore } from '@synckeep/core/memory';

/** A server of a host whose tokens are the ids of its users. */
export const createHost = (storage: Storage, notifier: Notifier, appId: string) => {
  const authenticator: Authenticator = {
    authenticate: async (userId) => ({
      ...{ userId, appId, generation: 0, session: null, keyGeneration: null },
      ...{ issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000 },
    }),
    isCurrent: async () => true,
  };
  const blobStore = createMemoryBlobStore({ baseUrl: () => 'http://sync.test' });
  return createSyncServer({ storage, blobStore, notifier, authenticator, login: null, rateLimiter: 'off' });
};

export const toCall = (method: string, path: string, userId: string, body?: unknown): Call => {
  const headers = new Map([
    ['authorization', `Bearer ${userId}`],
    ['content-type', 'application/json'],
  ]);
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  return {
    ...{ method, path, query: '', address: '127.0.0.1', signal: new AbortController().signal },
    header: (name) => headers.get(name),
    body: {
      bytes: async () => bytes,
      async *chunks() {
        yield bytes;
      },
    },
  };
};
