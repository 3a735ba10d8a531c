import {
  type Authenticator,
  createSyncServer,
  type Log,
  type Records,
  type SyncServer,
  silentLog,
} from '@synckeep/core';
import { createFetchHandler } from '@synckeep/core/fetch';
import {
  createMemoryBlobStore,
  createMemoryNotifier,
  createMemoryState,
  createMemoryStorage,
} from '@synckeep/core/memory';
import { createVirtualClock } from '@synckeep/testing';
import { describe, expect, it, vi } from 'vitest';

const baseUrl = 'http://sync.test/api/sync';
const hour = 3_600_000;

/** Several servers over one storage, as the nodes of an installation are. */
const openNodes = async () => {
  const clock = createVirtualClock();
  const state = createMemoryState();
  const warn = vi.fn<Log['warn']>();
  let appId = '';
  const authenticator: Authenticator = {
    authenticate: async (userId) => ({
      ...{ userId, appId, generation: 0, session: null, keyGeneration: null },
      ...{ issuedAt: clock.now(), expiresAt: clock.now() + 1_000 * hour },
    }),
    isCurrent: async () => true,
  };
  const openNode = (node: string, over: (records: Records) => Partial<Records> = () => ({})) => {
    const storage = createMemoryStorage({ state });
    const server = createSyncServer({
      storage: { ...storage, records: { ...storage.records, ...over(storage.records) } },
      blobStore: createMemoryBlobStore({ baseUrl: () => baseUrl, clock }),
      notifier: createMemoryNotifier(),
      ...{ authenticator, login: null, rateLimiter: 'off', clock, health: { node }, log: { ...silentLog, warn } },
    });
    const handle = createFetchHandler(server);
    const call = async (token: string, method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await handle(
        new Request(baseUrl + path, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
      );
      return JSON.parse((await answer.text()) || 'null');
    };
    return { server, call };
  };
  const one = openNode('one');
  const { app } = await one.server.apps.create({ name: 'Notes' });
  appId = app.id;
  const { text: token } = await one.server.adminTokens.create({ name: 'reader', scopes: ['usage:read'] });
  const read = async ({ call }: ReturnType<typeof openNode>, query = '') => {
    const { points } = await call(token, 'GET', `/admin/usage?app_id=${appId}${query}`);
    return points.at(-1);
  };
  const rows = () => state.records.get('usage');
  return { clock, state, warn, openNode, one, appId, read, rows };
};

const userId = '11111111-1111-4111-8111-111111111111';
const change = { table: 'notes', op: 'insert', row_id: 'a', data: 'xy', timestamp: '2030-01-01T00:00:00Z' };

const register = async (
  { call }: { call: (...args: [string, string, string, object]) => Promise<{ id: string }> },
  name: string,
) => (await call(userId, 'POST', '/devices', { device_name: name, platform: 'linux' })).id;

describe('usage', () => {
  it('of several nodes adds up, and a device that both saw counts once [P-191]', async () => {
    const { one, openNode, read } = await openNodes();
    const two = openNode('two');
    const [shared, other] = [await register(one, 'shared'), await register(one, 'other')];
    await one.call(userId, 'POST', '/push', { device_id: shared, changes: [change] });
    await two.call(userId, 'POST', '/push', { device_id: shared, changes: [change, change] });
    await two.call(userId, 'POST', '/pull', { device_id: other });
    // Each writes what it has counted itself, at the same time.
    await Promise.all([one.server.close(), two.server.close()]);
    const later = openNode('three');
    const sum = { pushes: 2, pulls: 1, changes: 3, data_bytes: 6, active_devices: 2 };
    expect(await read(later)).toMatchObject(sum);
    expect(await read(later, `&user_id=${userId}`)).toMatchObject(sum);
    await later.server.close();
  });

  it('is written within a minute, so that a process that dies loses no more [P-191]', async () => {
    const { clock, one, openNode, read, rows } = await openNodes();
    const device = await register(one, 'laptop');
    await one.call(userId, 'POST', '/push', { device_id: device, changes: [change] });
    expect(rows()).toBeUndefined();
    clock.advance(60_000);
    await expect.poll(() => rows()?.size).toBe(4);
    // Nothing of `one` is closed: as if it had died here.
    const two = openNode('two');
    expect(await read(two)).toMatchObject({ pushes: 1, active_devices: 1 });
    await two.server.close();
    await one.server.close();
  });

  it('that cannot be written is written later, once [P-191]', async () => {
    const { clock, warn, openNode, read, rows } = await openNodes();
    let failures = 3;
    const node = openNode('two', ({ transact }) => ({
      transact(writes, now) {
        const isUsage = writes.some(({ kind, write }) => kind === 'usage' && write === 'put');
        if (isUsage && failures-- > 0) return Promise.reject(new Error('The database is down.'));
        return transact(writes, now);
      },
    }));
    const device = await register(node, 'laptop');
    await node.call(userId, 'POST', '/push', { device_id: device, changes: [change] });
    for (let i = 0; i < 3; i++) {
      clock.advance(60_000);
      await expect.poll(() => warn.mock.calls.length > 0 || (rows()?.size ?? 0) > 0).toBe(true);
    }
    expect(await read(node)).toMatchObject({ pushes: 1, changes: 1, active_devices: 1 });
    expect(await read(node)).toMatchObject({ pushes: 1, changes: 1, active_devices: 1 });
    expect(warn).toHaveBeenCalledWith(expect.anything(), 'Usage could not be written; it will be tried again.');
    await node.server.close();
  });

  it('keeps hours for 31 days and days for 400, and one small row of each user [P-191]', async () => {
    const { clock, state, one, rows } = await openNodes();
    const device = await register(one, 'laptop');
    const flush = async (server: SyncServer) => {
      clock.advance(600_000);
      await server.maintain();
    };
    for (let day = 0; day < 40; day++) {
      for (let i = 0; i < 3; i++) {
        await one.call(userId, 'POST', '/push', { device_id: device, changes: [] });
        await flush(one.server);
        clock.advance(hour);
      }
      clock.advance(24 * hour - 3 * hour - 3 * 600_000);
    }
    await flush(one.server);
    const keys = [...(rows()?.keys() ?? [])];
    const hours = keys.filter((key) => key.startsWith('hour/') && key.endsWith('/'));
    const days = keys.filter((key) => key.startsWith('day/') && key.endsWith('/'));
    expect(hours.length).toBeLessThanOrEqual(32 * 3);
    expect(hours.length).toBeGreaterThan(30 * 3);
    expect(days).toHaveLength(40);
    const users = [...(state.records.get('usage-user')?.values() ?? [])].map(({ json }) => JSON.parse(json));
    expect(users).toHaveLength(1);
    expect(users[0].day).toHaveLength(31);
    expect(users[0].hour.length).toBeLessThanOrEqual(6);
    await one.server.close();
  });
});
