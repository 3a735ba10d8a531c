import type { LogQuery, NewBatch, NewChange, Scope, Storage } from '@synckeep/core';

export const now = Date.UTC(2030, 0, 1);

/** A scope of its own with one device. */
export interface Account {
  readonly scope: Scope;
  readonly deviceId: string;
}

export const createAccount = async (storage: Storage): Promise<Account> => {
  const scope = { appId: crypto.randomUUID(), userId: crypto.randomUUID() };
  return { scope, deviceId: await addDevice(storage, scope) };
};

export const addDevice = async (storage: Storage, scope: Scope): Promise<string> => {
  const { device } = await storage.deviceStore.register(scope, {
    id: crypto.randomUUID(),
    name: crypto.randomUUID(),
    platform: 'linux',
    installationId: null,
    session: null,
    now,
    freshEpoch: '00c0ffee00c0ffee',
    guards: [],
  });
  return device.id;
};

export const newChange = (rowId: string, data = `data of ${rowId}`): NewChange => ({
  table: 'tasks',
  op: 'insert',
  rowId,
  timestamp: '2026-03-13T10:05:00Z',
  data,
  blobs: null,
});

export const newBatch = (deviceId: string, changes: readonly NewChange[], over: Partial<NewBatch> = {}): NewBatch => ({
  deviceId,
  batchId: crypto.randomUUID(),
  changes,
  keyVersion: null,
  base: null,
  tag: 7,
  now,
  bytesLimit: null,
  ...over,
});

/** A page of what others wrote behind a place. */
export const newQuery = (deviceId: string, after: LogQuery['after']): LogQuery => ({
  deviceId,
  after,
  includeOwn: false,
  limit: 500,
  maxBytes: 8 << 20,
  maxScan: 10_000,
  isPresented: true,
  now,
});

/** Every row id of the log, in order. */
export const readRowIds = async (storage: Storage, { scope, deviceId }: Account): Promise<readonly string[]> => {
  const rowIds: string[] = [];
  let after: LogQuery['after'] = null;
  for (;;) {
    const query = newQuery(deviceId, after);
    const page = await storage.changeLog.read(scope, query);
    rowIds.push(...page.changes.map(({ rowId }) => rowId));
    if (!page.hasMore) return rowIds;
    after = page.next;
  }
};
