import { randomUUID } from 'node:crypto';
import { type Authenticator, type BlobStore, createSyncServer, type Storage } from '@synckeep/core';
import { createMemoryNotifier } from '@synckeep/core/memory';
import { openDispatch, readText } from '@synckeep/testing';

/** A process that serves one user over this storage and blob store; a second one goes on where the first one stopped. */
export const startServer = async (storage: Storage, blobStore: BlobStore, user = randomUUID()) => {
  const authenticator: Authenticator = {
    authenticate: async () => {
      const now = Date.now();
      return {
        ...{ userId: user, appId: app.id, generation: 0, session: null, keyGeneration: null },
        ...{ issuedAt: now, expiresAt: now + 3_600_000 },
      };
    },
    isCurrent: async () => true,
  };
  const server = createSyncServer({
    storage,
    blobStore,
    notifier: createMemoryNotifier(),
    authenticator,
    login: null,
    rateLimiter: 'off',
  });
  const [known] = await server.apps.list();
  const app = known ?? (await server.apps.create({ name: 'Notes' })).app;
  const transport = await openDispatch(server);

  const post = async (path: string, body: object): Promise<{ readonly status: number; readonly body: unknown }> => {
    const headers = { authorization: 'Bearer anybody', 'content-type': 'application/json' };
    const answer = await transport.send({
      method: 'POST',
      path: `/api/sync${path}`,
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: JSON.parse(await readText(answer)) };
  };
  await post('/devices', { device_name: 'Laptop', platform: 'linux' });
  return { user, post, close: () => server.close() };
};
