import type { NewBatch, NewDevice, RecordGuard, RecordPut, Scope, Storage } from '@synckeep/core';

export const now = Date.UTC(2030, 0, 1);

export const createScope = (): Scope => ({ appId: crypto.randomUUID(), userId: crypto.randomUUID() });

export const register = async (
  storage: Storage,
  scope: Scope,
  guards: readonly RecordGuard[] = [],
  over: Partial<NewDevice> = {},
): Promise<string> => {
  const { device } = await storage.deviceStore.register(scope, {
    id: crypto.randomUUID(),
    name: crypto.randomUUID(),
    platform: 'linux',
    installationId: null,
    session: null,
    now,
    freshEpoch: crypto.randomUUID().slice(0, 8).repeat(2),
    guards,
    ...over,
  });
  return device.id;
};

export const newBatch = (deviceId: string, rowId = 'row', over: Partial<NewBatch> = {}): NewBatch => ({
  deviceId,
  batchId: crypto.randomUUID(),
  changes: [{ table: 'tasks', op: 'insert', rowId, timestamp: 't', data: 'd', blobs: null }],
  keyVersion: null,
  base: null,
  tag: 7,
  now,
  bytesLimit: null,
  ...over,
});

/** Appends `count` changes with data in batches of 500. */
export const append = async (storage: Storage, scope: Scope, deviceId: string, count: number): Promise<void> => {
  for (let from = 0; from < count; from += 500) {
    const changes: NewBatch['changes'] = Array.from({ length: Math.min(500, count - from) }, (_, index) => ({
      table: 'tasks',
      op: 'insert',
      rowId: `${from + index}`,
      timestamp: '2026-03-13T10:05:00Z',
      data: `data of ${from + index}`,
      blobs: null,
    }));
    await storage.changeLog.append(scope, newBatch(deviceId, undefined, { changes }));
  }
};

export const put = (kind: string, key: string, over: Partial<RecordPut> = {}): RecordPut => ({
  write: 'put',
  kind,
  key,
  condition: 'any',
  value: { key },
  expiresAt: null,
  unique: {},
  indexes: {},
  ...over,
});
