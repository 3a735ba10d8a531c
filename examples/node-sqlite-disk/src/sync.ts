import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Authenticator, createSyncServer, type Identity, systemClock, toUuid } from '@synckeep/core';
import { createFilesystemBlobStore } from '@synckeep/filesystem';
import { createRateLimiter } from '@synckeep/rate-limiter';
import { createSqliteNotifier, createSqliteStorage } from '@synckeep/sqlite';
import { openSqlite } from '@synckeep/sqlite/open';
import type { Session, Users } from './users.js';

// sync: begin
/** A session of this app, as sync sees it. */
const toIdentity = ({ id, userId, startedAt, endsAt }: Session, appId: string): Identity => {
  const user = { userId: toUuid(`user ${userId}`), appId, session: id };
  return { ...user, generation: 0, keyGeneration: null, issuedAt: startedAt, expiresAt: endsAt };
};
// sync: end

/** Adds sync to the app. @param baseUrl where clients reach it */
export const openSync = async (users: Users, folder: string, appSecret: string, baseUrl: () => string) => {
  // sync: begin
  const database = openSqlite(join(folder, 'sync.db'));
  const storage = createSqliteStorage({ database });
  await storage.migrate();
  const notifier = createSqliteNotifier({ database });
  const secret = { id: 'app', bytes: createHash('sha256').update(`sync ${appSecret}`).digest() };
  const blobs = { folder: join(folder, 'blobs'), baseUrl, clock: systemClock, secrets: { list: () => [secret] } };
  const authenticator: Authenticator = {
    async authenticate(token) {
      const session = users.findSession(token);
      return session && toIdentity(session, app.id);
    },
    isCurrent: async ({ session }) => session !== null && users.isAlive(session),
  };
  const blobStore = createFilesystemBlobStore(blobs);
  const rateLimiter = createRateLimiter();
  const server = createSyncServer({ storage, blobStore, notifier, authenticator, login: null, rateLimiter });
  const app = (await server.apps.list())[0] ?? (await server.apps.create({ name: 'To-do' })).app;
  // sync: end
  const close = async (): Promise<void> => {
    await server.close();
    await notifier.close();
    await storage.close();
    database.close();
  };
  return { server, hearOfLogOut: () => notifier.publish({ topic: 'access' }), close };
};
