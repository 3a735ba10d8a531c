import { createSyncServer, type Storage, type StorageHealth } from '@synckeep/core';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '@synckeep/core/memory';
import { createVirtualClock } from '@synckeep/testing';
import { describe, expect, it, vi } from 'vitest';

const open = (over: Partial<Storage> = {}) => {
  const clock = createVirtualClock();
  const storage = { ...createMemoryStorage(), ...over };
  const blobStore = createMemoryBlobStore({ baseUrl: () => 'http://sync.test' });
  const server = createSyncServer({
    ...{ storage, blobStore, clock, notifier: createMemoryNotifier(), login: null, rateLimiter: 'off' },
    authenticator: { authenticate: async () => null, isCurrent: async () => false },
  });
  return { clock, server, blobStore };
};

const ready = { server: 'ok', storage: 'ok', migrations: 'ok', blobs: 'ok' };

describe('readiness', () => {
  it('is there while every part works, and says so when the server is told to stop [P-193]', async () => {
    const { server } = open();
    expect(await server.readiness()).toEqual({ isReady: true, parts: ready });
    server.endStreams();
    expect(await server.readiness()).toEqual({ isReady: false, parts: { ...ready, server: 'stopping' } });
    await server.close();
  });

  it('names the part that fails, and comes back with it [P-193]', async () => {
    const health = vi.fn<Storage['health']>().mockRejectedValueOnce(new Error('secret detail'));
    const { clock, server, blobStore } = open({ health: health.mockResolvedValue({ schema: 3, newestSchema: 3 }) });
    blobStore.health = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('full')).mockResolvedValue();
    const parts = { server: 'ok', storage: 'failed', migrations: 'unknown', blobs: 'failed' };
    expect(await server.readiness()).toEqual({ isReady: false, parts });
    clock.advance(1_000);
    expect(await server.readiness()).toEqual({ isReady: true, parts: ready });
    await server.close();
  });

  it('waits for the migrations of this release, not for those of a newer one [P-193]', async () => {
    let schema = 2;
    const { clock, server } = open({ health: async () => ({ schema, newestSchema: 3 }) });
    expect(await server.readiness()).toEqual({ isReady: false, parts: { ...ready, migrations: 'pending' } });
    schema = 4;
    clock.advance(1_000);
    expect((await server.readiness()).isReady).toBe(true);
    await server.close();
  });

  it('asks the parts at most once a second, however many want to know [P-193]', async () => {
    const health = vi.fn(async (): Promise<StorageHealth> => ({ schema: 1, newestSchema: 1 }));
    const { clock, server } = open({ health });
    await Promise.all(Array.from({ length: 100 }, () => server.readiness()));
    clock.advance(999);
    await server.readiness();
    expect(health).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await server.readiness();
    expect(health).toHaveBeenCalledTimes(2);
    await server.close();
  });

  it('gives a part that does not answer 3 s [P-193]', async () => {
    const { clock, server } = open({ health: () => new Promise(() => {}) });
    const asked = server.readiness();
    clock.advance(3_000);
    expect(await asked).toMatchObject({ isReady: false, parts: { storage: 'failed' } });
    await server.close();
  });
});
