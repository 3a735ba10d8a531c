import { join } from 'node:path';
import { type Accounts, createAccounts, removeAppSessions } from '@synckeep/accounts';
import {
  type BlobStore,
  createAppAdministration,
  createFallbackBlobStore,
  createSyncServer,
  type Log,
  type Notifier,
  type Records,
  type Storage,
  type SyncServer,
  systemClock,
  systemRandom,
} from '@synckeep/core';
import { isSyncError, prefixes } from '@synckeep/protocol';
import { createRateLimiter } from '@synckeep/rate-limiter';
import { createSqliteNotifier, createSqliteStorage } from '@synckeep/sqlite';
import { prepareDataFolder } from './data-folder.js';
import { openBlobStore } from './open-blob-store.js';
import { openDatabase } from './open-database.js';
import { patiently } from './patiently.js';
import { codeOf, Refusal } from './refusal.js';
import { createFileSecrets, ensureSecretFile, rotateSecretFile, secretFileName } from './secret-file.js';

export interface ComposeOptions {
  /** Made, with everything in it, when it is missing. */
  readonly dataDir: string;
  readonly log: Log;
  /** Where clients reach the server, without the prefix: `https://sync.example.org`. Asked for each signed URL. */
  readonly baseUrl: () => string;
  readonly rateLimit: 'on' | 'off';
  readonly membershipStatus?: 402 | 403;
  /** Bytes; undefined: no limit. */
  readonly bytesLimit?: number | undefined;
  readonly blobLimit?: number | undefined;
  /** Where blobs are read that the store of the data folder has not (yet): a folder or a URL. */
  readonly blobsFallback?: string | undefined;
}

/** The parts of a server over one data folder, opened and brought to this release's schema. */
export interface Composition {
  readonly server: SyncServer;
  readonly storage: Storage;
  readonly blobStore: BlobStore;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly users: Accounts['users'];
  /** Erases an app with its sessions. Goes on where it stopped when it is called again. @returns false when there was no such app. */
  eraseApp(appId: string): Promise<boolean>;
  /** Erases a user and everything the user stored. Goes on where it stopped when it is called again. */
  eraseUser(userId: string): Promise<void>;
  /** @returns the id of the new secret. */
  rotateSecret(options: { readonly dropOld: boolean }): Promise<string>;
  /** Ends streams and timers, writes the log of the database into it, and closes it. */
  close(): Promise<void>;
}

const migrate = async (storage: Storage): Promise<void> => {
  try {
    await storage.migrate();
  } catch (error) {
    // What the storage itself refuses, above all a newer schema, is a sentence for the operator.
    const isSentence = error instanceof Error && !isSyncError(error) && codeOf(error) === '';
    throw isSentence ? new Refusal(error.message, { cause: error }) : error;
  }
};

/** Opens everything of a data folder. Several processes may do so at once. @throws Refusal when the folder cannot be used. */
export const compose = async (options: ComposeOptions): Promise<Composition> => {
  const { log, baseUrl, rateLimit, membershipStatus = 403, bytesLimit = null, blobLimit = null } = options;
  const folder = prepareDataFolder(options.dataDir);
  const secretPath = join(folder, secretFileName);
  ensureSecretFile(secretPath, log);
  const secrets = createFileSecrets(secretPath, systemClock, log);
  const database = await openDatabase(join(folder, 'synckeep.db'));

  try {
    const storage = createSqliteStorage({ database });
    await migrate(storage);
    const { records } = storage;
    const notifier = createSqliteNotifier({ database, log });
    const rateLimiter = rateLimit === 'off' ? 'off' : createRateLimiter();
    const parts = { records, notifier, clock: systemClock, random: systemRandom };
    const blobParts = { baseUrl: () => baseUrl() + prefixes[0], secrets, clock: systemClock };
    const primary = openBlobStore(join(folder, 'blobs'), 'write', blobParts);
    const { blobsFallback } = options;
    const blobStore =
      blobsFallback === undefined
        ? primary
        : createFallbackBlobStore({ primary, fallback: openBlobStore(blobsFallback, 'read', blobParts) });
    const accounts = createAccounts({ ...parts, apps: createAppAdministration(parts), secrets, rateLimiter, log });
    const server = createSyncServer({
      storage,
      blobStore,
      notifier,
      authenticator: accounts.authenticator,
      login: accounts.login,
      rateLimiter,
      membershipStatus,
      bytesLimit,
      blobLimit,
      log,
    });
    return {
      server,
      storage,
      blobStore,
      notifier,
      log,
      users: accounts.users,
      ...createErasure(server, accounts, records, notifier),
      async rotateSecret({ dropOld }) {
        // The write lock of the database keeps other processes from rotating meanwhile, and a crash gives it back.
        const rotate = database.transaction(() => rotateSecretFile(secretPath, { dropOld }));
        return patiently(() => rotate.immediate());
      },
      async close() {
        try {
          await server.close();
          await storage.close();
          // Gives up at once where other processes use the database: they go on writing to its log.
          database.pragma('wal_checkpoint(TRUNCATE)');
        } finally {
          database.close();
        }
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
};

const createErasure = (server: SyncServer, { users }: Accounts, records: Records, notifier: Notifier) => ({
  async eraseApp(appId: string): Promise<boolean> {
    const isPresent = await server.eraseApp(appId);
    // Only now: with the app's record gone, no login makes another session.
    await removeAppSessions(records, systemClock, appId);
    notifier.publish({ topic: 'access' });
    return isPresent;
  },
  async eraseUser(userId: string): Promise<void> {
    // Disabled first, so that nobody logs in while the erasing goes on; removed last, so that a user whose erasing was
    // interrupted can still be found.
    await users.disable(userId);
    await server.eraseUser(userId);
    await users.remove(userId);
  },
});
