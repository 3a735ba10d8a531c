import { createSyncServer, type LogFields, type Storage } from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { createVirtualClock } from '@synckeep/testing';
import { describe, expect, it, vi } from 'vitest';

const userId = '11111111-1111-4111-8111-111111111111';

/** A server over a storage that gives up nothing of a scope until it is told to. */
const open = async (memory: Storage = createMemoryStorage()) => {
  const clock = createVirtualClock();
  const faults: LogFields[] = [];
  const quiet = () => {};
  let isReleased = false;
  const erase = vi.fn<Storage['erase']>(async (scope, limit) => {
    await new Promise(setImmediate);
    return isReleased && memory.erase(scope, limit);
  });
  const server = createSyncServer({
    storage: { ...memory, erase },
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://sync.test' }),
    notifier: createMemoryNotifier(),
    authenticator: { authenticate: async () => null, isCurrent: async () => false },
    login: null,
    rateLimiter: 'off',
    log: { debug: quiet, info: quiet, warn: quiet, error: (fields) => void faults.push(fields) },
    clock,
  });
  const { text } = await server.adminTokens.create({ name: 'of a test', scopes: ['apps:read', 'apps:write'] });
  const handle = createFetchHandler(server);
  return {
    server,
    clock,
    erase,
    faults,
    release() {
      isReleased = true;
    },
    async createApp() {
      const { app } = await server.apps.create({ name: 'Notes' });
      const device = { id: crypto.randomUUID(), name: 'd', platform: 'web', installationId: null } as const;
      const rest = { session: null, now: clock.now(), freshEpoch: 'e', guards: [] };
      await memory.deviceStore.register({ appId: app.id, userId }, { ...device, ...rest });
      return app.id;
    },
    ask: (appId: string) =>
      handle(
        new Request(`http://sync.test/api/sync/admin/apps/${appId}/erase`, {
          method: 'POST',
          headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
          body: JSON.stringify({ confirm: 'Notes' }),
        }),
      ),
    left: async (appId: string) => memory.scopes({ appId, userId: null }, null, 10),
  };
};

describe('an erasing that takes long', () => {
  it('is answered after ten seconds and goes on; sent again, it is the same one [P-183]', async () => {
    const { server, clock, erase, release, createApp, ask, left } = await open();
    const appId = await createApp();
    const asked = ask(appId);
    await vi.waitFor(() => expect(erase).toHaveBeenCalled());
    clock.advance(10_000);
    const answer = await asked;
    expect([answer.status, await answer.json()]).toEqual([202, { erasing: true }]);
    const again = ask(appId);
    release();
    expect((await again).status).toBe(204);
    expect(await left(appId)).toEqual([]);
    expect((await ask(appId)).status).toBe(404);
    await server.close();
  });

  it('ends with its step when the server closes, and is taken up by the maintenance of the next one [P-183]', async () => {
    const memory = createMemoryStorage();
    const { server, clock, erase, faults, createApp, ask, left } = await open(memory);
    const appId = await createApp();
    const asked = ask(appId);
    await vi.waitFor(() => expect(erase).toHaveBeenCalled());
    clock.advance(10_000);
    expect((await asked).status).toBe(202);
    await server.close();
    expect(await left(appId)).toHaveLength(1);
    expect(faults).toHaveLength(1);
    const next = await open(memory);
    next.release();
    await next.server.maintain();
    expect(await left(appId)).toEqual([]);
    expect((await next.ask(appId)).status).toBe(404);
    await next.server.close();
  });
});
