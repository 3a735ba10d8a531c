import { type Authenticator, type BlobStore, createSyncServer, type Identity, toUuid } from '@synckeep/core';
import { createPostgresNotifier, createPostgresStorage } from '@synckeep/postgres';
import { createRateLimiter } from '@synckeep/rate-limiter';
import type { Pool } from 'pg';
import type { Session, Users } from './users.js';

// sync: begin
/** A session of this app, as sync sees it. */
const toIdentity = ({ id, userId, startedAt, endsAt }: Session, appId: string): Identity => {
  const user = { userId: toUuid(userId), appId, session: id };
  return { ...user, generation: 0, keyGeneration: null, issuedAt: startedAt.getTime(), expiresAt: endsAt.getTime() };
};
// sync: end

/** Adds sync to the app, in a schema of its own beside the app's tables. */
export const openSync = async (pool: Pool, users: Users, blobStore: BlobStore) => {
  // sync: begin
  const storage = createPostgresStorage({ pool });
  await storage.migrate();
  const notifier = createPostgresNotifier({ pool });
  const authenticator: Authenticator = {
    async authenticate(token) {
      const session = await users.findSession(token);
      return session && toIdentity(session, app.id);
    },
    isCurrent: async ({ session }) => session !== null && users.isAlive(session),
  };
  const rateLimiter = createRateLimiter();
  const server = createSyncServer({ storage, blobStore, notifier, authenticator, login: null, rateLimiter });
  // The first start of the first node makes the app; others find it.
  const app = (await server.apps.list())[0] ?? (await server.apps.create({ name: 'To-do' })).app;
  // sync: end
  const close = async (): Promise<void> => {
    await server.close();
    await notifier.close();
    await storage.close();
  };
  return { server, hearOfLogOut: () => notifier.publish({ topic: 'access' }), close };
};
