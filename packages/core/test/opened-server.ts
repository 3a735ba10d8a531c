import { type Authenticator, createSyncServer, type Log } from '../src/index.js';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '../src/memory/index.js';

/** A whole server in memory, with an app of one user, to whom every token belongs. */
export const openServer = async (log?: Log) => {
  const storage = createMemoryStorage();
  const userId = '11111111-1111-4111-8111-111111111111';
  let appId = '';
  const authenticator: Authenticator = {
    authenticate: async () => ({
      ...{ userId, appId, generation: 0, session: null, keyGeneration: null },
      ...{ issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000 },
    }),
    isCurrent: async () => true,
  };
  const server = createSyncServer({
    storage,
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://sync.test' }),
    notifier: createMemoryNotifier(),
    authenticator,
    login: null,
    rateLimiter: 'off',
    ...(log && { log }),
  });
  appId = (await server.apps.create({ name: 'Notes' })).app.id;
  return { server, storage };
};
