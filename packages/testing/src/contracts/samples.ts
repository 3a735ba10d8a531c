import type { Device, LogHead, LogQuery, NewBatch, NewChange, NewDevice, Scope, Storage } from '@synckeep/core';
import type { Place } from '@synckeep/protocol';

/** The moment at which the contract's tests happen, far from every moment that the sweeping tests forget. */
export const now = Date.UTC(2030, 0, 1);

/** Times in the order made, long before {@link now}: whatever is swept before one of them belongs to one test alone. */
export const createOldTime = (() => {
  let last = Date.UTC(2001, 0, 1);
  return (): number => {
    last += 86_400_000;
    return last;
  };
})();

export const createScope = (): Scope => ({ appId: crypto.randomUUID(), userId: crypto.randomUUID() });

const hex = (length: number): string =>
  [...crypto.getRandomValues(new Uint8Array(length))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

export const createEpoch = (): string => hex(8);
export const createHash = (): string => hex(32);
export const createTag = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) || 1;

export const newDevice = (over: Partial<NewDevice> = {}): NewDevice => ({
  id: crypto.randomUUID(),
  name: `device ${hex(4)}`,
  platform: 'linux',
  installationId: null,
  session: null,
  now,
  freshEpoch: createEpoch(),
  guards: [],
  ...over,
});

export const register = async (storage: Storage, scope: Scope, over: Partial<NewDevice> = {}): Promise<Device> =>
  (await storage.deviceStore.register(scope, newDevice(over))).device;

export const newChange = (rowId: string, over: Partial<NewChange> = {}): NewChange => ({
  table: 'tasks',
  op: 'insert',
  rowId,
  timestamp: '2026-03-13T10:05:00.123456789Z',
  data: `data of ${rowId}`,
  blobs: null,
  ...over,
});

export const newBatch = (deviceId: string, changes: readonly NewChange[], over: Partial<NewBatch> = {}): NewBatch => ({
  deviceId,
  batchId: crypto.randomUUID(),
  changes,
  keyVersion: null,
  base: null,
  tag: createTag(),
  now,
  bytesLimit: null,
  ...over,
});

export const newQuery = (deviceId: string, over: Partial<LogQuery> = {}): LogQuery => ({
  deviceId,
  after: null,
  includeOwn: false,
  limit: 500,
  maxBytes: 8 * 1024 * 1024,
  maxScan: 10_000,
  isPresented: true,
  now,
  ...over,
});

/** The place of a head, without own rows. */
export const toPlace = ({ epoch, position, tag, floor }: LogHead): Place => ({ epoch, position, tag, own: 0, floor });

/** What an integer push cursor names: the place that the device last presented. */
export const presented = { proof: null };
