import { randomUUID } from 'node:crypto';
import {
  type Clock,
  createSyncServer,
  type Storage,
  type SyncServer,
  silentLog,
  systemClock,
  systemRandom,
} from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import {
  createMemoryBlobStore,
  createMemoryNotifier,
  createMemoryState,
  createMemoryStorage,
  type MemoryState,
} from '@synckeep/core/memory';
import { limits, SyncError } from '@synckeep/protocol';

export interface World {
  readonly server: SyncServer;
  readonly storage: Storage;
  readonly state: MemoryState;
  readonly apiKey: string;
  readonly appId: string;
  readonly email: string;
  readonly password: string;
  readonly userId: string;
  readonly fetch: typeof globalThis.fetch;
  revokeTokens(): void;
  close(): Promise<void>;
}

const lifetime = limits.tokenLifetime * 1000;

/** A server in this process with one app and one user, reached by a function with the shape of `fetch`. */
export const openWorld = async ({
  storage: given,
  clock = systemClock,
}: {
  readonly storage?: Storage;
  readonly clock?: Clock;
} = {}): Promise<World> => {
  const state = createMemoryState();
  const storage = given ?? createMemoryStorage({ state });
  await storage.migrate();
  const userId = randomUUID();
  const email = `${userId}@example.com`;
  const password = 'correct horse battery staple';
  let generation = 0;

  const server = createSyncServer({
    storage,
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://synckeep.test/api/sync' }),
    notifier: createMemoryNotifier(),
    authenticator: {
      async authenticate(token) {
        const [mark, appId = '', issued = '', of] = token.split('~');
        if (mark !== 'test' || Number(of) !== generation) return null;
        const issuedAt = Number(issued);
        return {
          userId,
          appId,
          generation,
          session: null,
          keyGeneration: null,
          issuedAt,
          expiresAt: issuedAt + lifetime,
        };
      },
      isCurrent: async (identity) => identity.generation === generation,
    },
    login: {
      async login(credentials) {
        if (credentials.email !== email || credentials.password !== password)
          throw new SyncError('invalid_credentials');
        const found = await server.apps.findByKey(credentials.apiKey);
        if (!found) throw new SyncError('invalid_credentials');
        return { token: `test~${found.app.id}~${Date.now()}~${generation}`, userId, appId: found.app.id };
      },
      renew: async (token, identity) => ({ token, userId, appId: identity.appId }),
      verifyPassword: async (_, given) => given === password,
      async endSessions() {},
    },
    rateLimiter: 'off',
    log: silentLog,
    clock,
    random: systemRandom,
  });
  const { app, apiKey } = await server.apps.create({ name: 'Notes' });
  const handle = createFetchHandler(server);
  return {
    server,
    storage,
    state,
    apiKey,
    appId: app.id,
    email,
    password,
    userId,
    fetch: (input, init) => handle(new Request(input, init), { address: '127.0.0.1' }),
    revokeTokens() {
      generation += 1;
    },
    close: () => server.close(),
  };
};
