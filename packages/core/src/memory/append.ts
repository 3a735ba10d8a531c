import { SyncError } from '@synckeep/protocol';
import type { AppendResult, NewBatch, NewChange } from '../ports/index.js';
import { touch } from './blob-index.js';
import { bytesUsed, openReservations } from './bytes-used.js';
import { findPlace } from './place.js';
import { putRow, type ScopeState, type StoredDevice } from './state.js';
import { byteLength } from './text-bytes.js';

/** Step 3: the version that the batch is stored under. */
const keyVersionOf = (log: ScopeState, asked: number | null): number | null => {
  const current = log.key?.keyVersion ?? log.lastKeyVersion + 1;
  if (asked === null) return log.wasRotated ? null : current;
  const isTarget = log.rotation !== null && !log.rotation.isAborting && asked === log.rotation.keyVersion;
  if (asked !== current && !isTarget) throw new SyncError('stale_key_version', { details: { key_version: current } });
  return asked;
};

const rowKey = ({ table, rowId }: NewChange): string => `${table}/${rowId}`;

/** Step 4 */
const checkBase = (log: ScopeState, device: StoredDevice, { base, changes }: NewBatch): void => {
  if (base === 'missing') throw new SyncError('base_required');
  if (base === null) return;
  const after = findPlace(log, device, base)?.position ?? 0;
  const changed = new Set<string>();
  for (const { change } of log.rows.values()) {
    if (change.position <= after) continue;
    if (change.deviceId !== device.id || change.position <= log.compacted) changed.add(rowKey(change));
  }
  const indexes = changes.flatMap((change, index) => (changed.has(rowKey(change)) ? [index] : []));
  if (indexes.length > 0) throw new SyncError('row_changed', { details: { indexes } });
};

/** Step 5 */
const checkQuota = (log: ScopeState, { changes, bytesLimit, now }: NewBatch): void => {
  if (bytesLimit === null || changes.every(({ op }) => op === 'delete')) return;
  const added = changes.reduce((sum, { data }) => sum + byteLength(data), 0);
  if (bytesUsed(log, openReservations(log, now)) + added > bytesLimit) throw new SyncError('quota_exceeded');
};

const store = (log: ScopeState, device: StoredDevice, batch: NewBatch, keyVersion: number | null): void => {
  let { position } = log.head;
  for (const { table, op, rowId, timestamp, data, blobs } of batch.changes) {
    position++;
    const change = { table, op, rowId, timestamp, data, blobs: blobs && [...blobs] };
    putRow(log, {
      change: { ...change, position, deviceId: device.id, keyVersion },
      tag: batch.tag,
      bytes: byteLength(data),
      replaced: null,
      isUnreadable: false,
    });
  }
  log.head = { ...log.head, position, tag: batch.tag };
  if (batch.changes.some(({ data, blobs }) => data !== null && blobs === null)) log.unnamed = position;
  for (const hash of batch.changes.flatMap(({ blobs }) => blobs ?? [])) touch(log, hash, batch.now);
  log.devices.set(device.id, { ...device, lastPush: position });
};

export const batchKey = (deviceId: string, batchId: string): string => `${deviceId}/${batchId}`;

/** `ChangeLog.append` for a device that is registered. */
export const append = (log: ScopeState, device: StoredDevice, batch: NewBatch): AppendResult => {
  const { batchId, now: receivedAt } = batch;
  const first = batchId === null ? undefined : log.batches.get(batchKey(device.id, batchId));
  if (first) return { ...first.result, replayed: true };
  const keyVersion = keyVersionOf(log, batch.keyVersion);
  checkBase(log, device, batch);
  checkQuota(log, batch);
  if (batch.changes.length > 0) store(log, device, batch, keyVersion);
  const result = { ...log.head, accepted: batch.changes.length, replayed: false };
  if (batchId !== null) {
    log.batches.set(batchKey(device.id, batchId), { deviceId: device.id, batchId, result, receivedAt });
  }
  return { ...result };
};
