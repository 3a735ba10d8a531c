import { type Authenticator, createSyncServer, observeStorage } from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { createMetrics } from '../src/index.js';

export const userId = '11111111-1111-4111-8111-111111111111';

/** A server in memory that is measured, with an app of one user. `samples` reads the numbers by their names. */
export const openStage = async () => {
  const metrics = createMetrics({ processMetrics: false });
  const baseUrl = 'http://sync.test/api/sync';
  let appId = '';
  const authenticator: Authenticator = {
    authenticate: async () => ({
      ...{ userId, appId, generation: 0, session: null, keyGeneration: null },
      ...{ issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000 },
    }),
    isCurrent: async () => true,
  };
  const storage = observeStorage(createMemoryStorage(), metrics.observer);
  const server = createSyncServer({
    ...{ storage, authenticator, login: null, rateLimiter: 'off', observer: metrics.observer },
    blobStore: createMemoryBlobStore({ baseUrl: () => baseUrl }),
    notifier: createMemoryNotifier(),
  });
  appId = (await server.apps.create({ name: 'Notes' })).app.id;
  const handle = createFetchHandler(server);
  const call = (method: string, path: string, body?: object) =>
    handle(
      new Request(baseUrl + path, {
        method,
        headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
  const register = async (): Promise<string> => {
    const answer = await call('POST', '/devices', { device_name: crypto.randomUUID(), platform: 'linux' });
    return JSON.parse(await answer.text()).id;
  };
  const samples = async (): Promise<ReadonlyMap<string, number>> => {
    const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  };
  return { metrics, server, call, register, samples, appId };
};

export const change = (rowId: string) => ({
  ...{ table: 'notes', op: 'insert', row_id: rowId, data: 'x', timestamp: '2030-01-01T00:00:00.000Z' },
});
