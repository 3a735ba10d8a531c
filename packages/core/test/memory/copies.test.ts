import { describe, expect, it } from 'vitest';
import { createMemoryStorage } from '../../src/memory/index.js';

const scope = { appId: '550e8400-e29b-41d4-a716-446655440000', userId: '660e8400-e29b-41d4-a716-446655440000' };
const now = Date.UTC(2030, 0, 1);

/** Writes into everything that it can reach, as a careless caller would. */
const spoil = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    spoil(member);
    Reflect.set(value, name, null);
  }
};

const openFilled = async () => {
  const storage = createMemoryStorage();
  const { changeLog, deviceStore, keyStore, blobIndex, records } = storage;
  const device = {
    id: '770e8400-e29b-41d4-a716-446655440000',
    name: 'laptop',
    platform: 'linux',
    installationId: null,
    session: null,
    now,
    freshEpoch: '0123456789abcdef',
    guards: [],
  } as const;
  const batch = {
    deviceId: device.id,
    batchId: 'one',
    changes: [{ table: 't', op: 'insert', rowId: '1', timestamp: 'now', data: 'x', blobs: ['ab'] }],
    keyVersion: null,
    base: null,
    tag: 7,
    now,
    bytesLimit: null,
  } as const;
  const key = {
    envelope: 'k',
    etag: 'e',
    condition: { absent: false, etags: null, keyVersion: null },
    freshEpoch: '0123456789abcdef',
    guards: [],
    now,
  } as const;
  const put = {
    write: 'put',
    kind: 'app',
    key: 'a',
    condition: 'any',
    value: { list: [1] },
    expiresAt: null,
    unique: { u: 'v' },
    indexes: { all: [''] },
  } as const;
  const blob = { hash: 'ab', sizeBytes: 1, objectKey: 'o/1', now, expiresAt: now + 1, bytesLimit: null };
  const given = structuredClone({ device, batch, key, put, blob });
  const query = {
    deviceId: device.id,
    after: null,
    includeOwn: true,
    limit: 9,
    maxBytes: 9,
    maxScan: 9,
    isPresented: true,
    now,
  };
  const answers = () =>
    Promise.all([
      deviceStore.register(scope, device),
      changeLog.append(scope, batch),
      changeLog.read(scope, query),
      changeLog.status(scope, now),
      changeLog.signals([scope]),
      deviceStore.list(scope),
      keyStore.get(scope),
      keyStore.history(scope),
      blobIndex.get(scope, 'ab'),
      blobIndex.reservations(scope, 'cd'),
      records.get('app', 'a'),
      records.find('app', 'all', '', { after: null, limit: 9 }),
      storage.scopes({ appId: null, userId: null }, null, 9),
    ]);
  await deviceStore.register(scope, given.device);
  await changeLog.append(scope, given.batch);
  await keyStore.put(scope, { ...given.key, envelope: 'replaced' });
  await keyStore.put(scope, given.key);
  await blobIndex.reserve(scope, given.blob);
  await blobIndex.confirm(scope, 'ab', 'o/1', 1, null, now);
  await blobIndex.reserve(scope, { ...given.blob, hash: 'cd', objectKey: 'o/2' });
  await records.transact([given.put], now);
  return { given, answers };
};

describe('memory storage', () => {
  it('keeps its state when callers write into what they handed in', async () => {
    const { given, answers } = await openFilled();
    await answers();
    const before = structuredClone(await answers());
    spoil(given);
    expect(await answers()).toEqual(before);
  });

  it('keeps its state when callers write into what they got', async () => {
    const { answers } = await openFilled();
    await answers();
    const before = structuredClone(await answers());
    spoil(await answers());
    expect(await answers()).toEqual(before);
  });
});
