import { SyncError } from '@synckeep/protocol';
import { describe, expect, it, vi } from 'vitest';
import {
  type Authenticator,
  createSyncServer,
  type Log,
  type Observation,
  type Observer,
  type Outcome,
  observeStorage,
  type Storage,
  silentLog,
  type Task,
} from '../src/index.js';
import { createMemoryBlobStore, createMemoryNotifier, createMemoryStorage } from '../src/memory/index.js';

const createRecorder = () => {
  const notes: Observation[] = [];
  const followed: { readonly task: Task; readonly outcome: Outcome }[] = [];
  const observer: Observer = {
    note: (observation) => void notes.push(observation),
    follow: (task, run) => void run().then((outcome) => followed.push({ task, outcome })),
  };
  const requests = () =>
    followed.flatMap(({ task, outcome: { status, code } }) =>
      task.kind === 'request'
        ? [{ operation: task.operation, method: task.method, route: task.route, status, code }]
        : [],
    );
  return { notes, followed, observer, requests };
};

const userId = '11111111-1111-4111-8111-111111111111';

const open = async (options: { observer?: Observer | readonly Observer[]; storage?: Storage; log?: Log }) => {
  let appId = '';
  const authenticator: Authenticator = {
    authenticate: async () => ({
      ...{ userId, appId, generation: 0, session: null, keyGeneration: null },
      ...{ issuedAt: Date.now(), expiresAt: Date.now() + 3_600_000 },
    }),
    isCurrent: async () => true,
  };
  const server = createSyncServer({
    storage: createMemoryStorage(),
    blobStore: createMemoryBlobStore({ baseUrl: () => 'http://sync.test' }),
    notifier: createMemoryNotifier(),
    authenticator,
    login: null,
    rateLimiter: 'off',
    ...options,
  });
  appId = (await server.apps.create({ name: 'Notes' })).app.id;
  let devices = 0;
  const gone = new AbortController();
  const call = (method: string, path: string, body: object = {}, more: Record<string, string> = {}) => {
    const headers = new Map(
      Object.entries({ authorization: 'Bearer any', 'content-type': 'application/json', ...more }),
    );
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    return server.dispatch({
      ...{ method, path, query: '', address: '', signal: gone.signal },
      header: (name) => headers.get(name),
      body: { bytes: async () => bytes, async *chunks() {} },
    });
  };
  const register = async (): Promise<string> => {
    const { body } = await call('POST', '/devices', { device_name: `Device ${++devices}`, platform: 'linux' });
    return JSON.parse(String(body)).id;
  };
  return { server, call, register, leave: () => gone.abort() };
};

const change = (data: string) => ({
  ...{ table: 'notes', op: 'insert', row_id: 'a', timestamp: '2030-01-01T00:00:00.000Z' },
  data,
});

describe('an observer', () => {
  it('follows a request by the name of its operation, to its status and code', async () => {
    const { observer, requests } = createRecorder();
    const { server, call } = await open({ observer });
    await call('GET', '/status');
    await call('DELETE', '/devices/22222222-2222-4222-8222-222222222222');
    await call('POST', '/push', { device_id: 'nobody', changes: [] });
    expect(requests()).toEqual([
      { operation: 'status', method: 'GET', route: '/status', status: 200, code: null },
      {
        ...{ operation: 'deleteDevice', method: 'DELETE', route: '/devices/{device_id}' },
        ...{ status: 404, code: 'device_not_found' },
      },
      { operation: 'push', method: 'POST', route: '/push', status: 403, code: 'unknown_device' },
    ]);
    await server.close();
  });

  it('has one name for all paths and methods that are none of ours', async () => {
    const { observer, requests } = createRecorder();
    const { server, call } = await open({ observer });
    await call('GET', '/wp-login.php');
    await call('BREW', '/status');
    await call('GET', '/devices/%zz');
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    await call('OPTIONS', '/push', {}, preflight);
    expect(requests().map(({ operation, method, route }) => [operation, method, route])).toEqual([
      ['unknown', 'GET', null],
      ['unknown', '_OTHER', null],
      ['unknown', 'GET', null],
      ['preflight', 'OPTIONS', null],
    ]);
    await server.close();
  });

  it('hears what was pushed and pulled, and nothing twice of a repeated batch', async () => {
    const { observer, notes } = createRecorder();
    const { server, call, register } = await open({ observer });
    const [writer, reader] = [await register(), await register()];
    const batch = { device_id: writer, batch_id: 'one', changes: [change('x'), change('y')] };
    await call('POST', '/push', batch);
    await call('POST', '/push', batch);
    await call('POST', '/pull', { device_id: reader });
    const bytes = JSON.stringify(batch).length;
    expect(notes).toEqual([
      { kind: 'push', changes: 2, bytes, replayed: false },
      { kind: 'push', changes: 0, bytes, replayed: true },
      { kind: 'pull', changes: 2 },
    ]);
    await server.close();
  });

  it('hears how many streams are open, also after one has ended', async () => {
    const { observer, notes } = createRecorder();
    const { server, call, leave } = await open({ observer });
    await call('GET', '/subscribe');
    await call('GET', '/subscribe');
    leave();
    expect(notes.map((note) => note.kind === 'streams' && note.open)).toEqual([1, 2, 1, 0]);
    await server.close();
  });

  it('follows rounds of maintenance', async () => {
    const { observer, followed } = createRecorder();
    const { server } = await open({ observer });
    await server.maintain();
    expect(followed).toEqual([
      { task: { kind: 'maintenance' }, outcome: { status: null, code: null, isFault: false } },
    ]);
    await server.close();
  });

  it('that throws changes no answer and is logged', async () => {
    const warn = vi.fn<Log['warn']>();
    const broken: Observer = {
      note() {
        throw new Error('note');
      },
      follow() {
        throw new Error('follow');
      },
    };
    const forgetful: Observer = { note() {}, follow() {} };
    const { observer, requests } = createRecorder();
    const { server, call, register } = await open({
      observer: [broken, forgetful, observer],
      log: { ...silentLog, warn },
    });
    const deviceId = await register();
    expect((await call('POST', '/push', { device_id: deviceId, changes: [change('x')] })).status).toBe(200);
    expect(requests().map(({ operation }) => operation)).toEqual(['registerDevice', 'push']);
    expect(warn.mock.calls.map(([{ err }]) => (err instanceof Error ? err.message : ''))).toEqual([
      'follow',
      'follow',
      'note',
    ]);
    await server.close();
  });
});

describe('an observed storage', () => {
  it('answers as the storage does and is followed by port and method', async () => {
    const { observer, followed } = createRecorder();
    const storage = observeStorage(createMemoryStorage(), observer);
    const { server, call, register } = await open({ storage });
    const deviceId = await register();
    followed.length = 0;
    await call('POST', '/push', { device_id: deviceId, changes: [change('x')] });
    await storage.health();
    const tasks = () =>
      followed.flatMap(({ task }) => (task.kind === 'storage' ? [`${task.port}.${task.method}`] : []));
    await expect.poll(tasks).toEqual(['changeLog.append', 'storage.health']);
    await server.close();
  });

  it('says with which code a call failed, and rejects as it did', async () => {
    const { observer, followed } = createRecorder();
    const memory = createMemoryStorage();
    const fault = new SyncError('unavailable');
    memory.records.get = () => Promise.reject(fault);
    memory.records.find = () => Promise.reject(new TypeError('broken'));
    memory.records.all = () => Promise.reject(new SyncError('quota_exceeded'));
    const { records } = observeStorage(memory, observer);
    await expect(records.get('app', 'a')).rejects.toBe(fault);
    await expect(records.find('app', 'all', '', { after: null, limit: 1 })).rejects.toThrow('broken');
    await expect(records.all(null, 1)).rejects.toMatchObject({ code: 'quota_exceeded' });
    await expect
      .poll(() => followed.map(({ outcome: { code, isFault } }) => [code, isFault]))
      .toEqual([
        ['unavailable', true],
        ['internal', true],
        ['quota_exceeded', false],
      ]);
  });
});
