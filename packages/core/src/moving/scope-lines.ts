import type {
  MovedBatch,
  MovedBlob,
  MovedChange,
  MovedDevice,
  MovedEnvelope,
  PastKey,
  Scope,
  ScopeHead,
} from '../ports/index.js';
import type { LineOf } from './format.js';

// The wire names of the stream stand here and in the format only; everything else speaks the names of the ports.

const toEnvelope = ({ envelope, etag, keyVersion }: MovedEnvelope) => ({ envelope, etag, key_version: keyVersion });

const fromEnvelope = ({ envelope, etag, key_version }: ReturnType<typeof toEnvelope>): MovedEnvelope => ({
  envelope,
  etag,
  keyVersion: key_version,
});

export const toScopeLine = ({ appId, userId }: Scope, head: ScopeHead): LineOf<'scope'> => {
  const { log, key, rotation, lastKeyVersion, keyRevision, wasRotated } = head;
  return {
    type: 'scope',
    app_id: appId,
    user_id: userId,
    epoch: log.epoch,
    position: log.position,
    tag: log.tag,
    floor: log.floor,
    // Compaction may go on while the changes are read.
    ...(head.compacted === 0 ? {} : { compacted: log.position }),
    key: key && toEnvelope(key),
    rotation: rotation && { ...toEnvelope(rotation), aborting: rotation.isAborting },
    last_key_version: lastKeyVersion,
    key_revision: keyRevision,
    rotated: wasRotated,
  };
};

export const fromScopeLine = (line: LineOf<'scope'>): Omit<ScopeHead, 'devices' | 'history'> => {
  const { epoch, position, tag, floor, key, rotation } = line;
  return {
    log: { epoch, position, tag, floor },
    compacted: line.compacted ?? 0,
    key: key && fromEnvelope(key),
    rotation: rotation && { ...fromEnvelope(rotation), isAborting: rotation.aborting },
    lastKeyVersion: line.last_key_version,
    keyRevision: line.key_revision,
    wasRotated: line.rotated,
  };
};

export const toDeviceLine = (device: MovedDevice): LineOf<'device'> => ({
  type: 'device',
  id: device.id,
  name: device.name,
  platform: device.platform,
  installation_id: device.installationId,
  session: device.session,
  created_at: device.createdAt,
  last_seen_at: device.lastSeenAt,
  last_push: device.lastPush,
  presented: device.presented && { ...device.presented },
});

export const fromDeviceLine = (line: LineOf<'device'>): MovedDevice => ({
  id: line.id,
  name: line.name,
  platform: line.platform,
  installationId: line.installation_id,
  session: line.session,
  createdAt: line.created_at,
  lastSeenAt: line.last_seen_at,
  lastPush: line.last_push,
  presented: line.presented,
});

export const toPastKeyLine = ({ envelope, keyVersion, replacedAt, reason }: PastKey): LineOf<'past_key'> => ({
  type: 'past_key',
  envelope,
  key_version: keyVersion,
  replaced_at: replacedAt,
  reason,
});

export const fromPastKeyLine = ({ envelope, key_version, replaced_at, reason }: LineOf<'past_key'>): PastKey => ({
  envelope,
  keyVersion: key_version,
  replacedAt: replaced_at,
  reason,
});

export const toChangeLine = (change: MovedChange): LineOf<'change'> => ({
  type: 'change',
  position: change.position,
  tag: change.tag,
  device_id: change.deviceId,
  table: change.table,
  op: change.op,
  row_id: change.rowId,
  timestamp: change.timestamp,
  data: change.data,
  blobs: change.blobs && [...change.blobs],
  key_version: change.keyVersion,
  ...(change.replaced && { replaced: { data: change.replaced.data, key_version: change.replaced.keyVersion } }),
  ...(change.isUnreadable && { unreadable: true }),
});

export const fromChangeLine = (line: LineOf<'change'>): MovedChange => ({
  position: line.position,
  tag: line.tag,
  deviceId: line.device_id,
  table: line.table,
  op: line.op,
  rowId: line.row_id,
  timestamp: line.timestamp,
  data: line.data,
  blobs: line.blobs,
  keyVersion: line.key_version,
  replaced: line.replaced ? { data: line.replaced.data, keyVersion: line.replaced.key_version } : null,
  isUnreadable: line.unreadable ?? false,
});

export const toBatchLine = ({ deviceId, batchId, receivedAt, ...answer }: MovedBatch): LineOf<'batch'> => ({
  type: 'batch',
  device_id: deviceId,
  batch_id: batchId,
  received_at: receivedAt,
  epoch: answer.epoch,
  position: answer.position,
  tag: answer.tag,
  floor: answer.floor,
  accepted: answer.accepted,
});

export const fromBatchLine = (line: LineOf<'batch'>): MovedBatch => {
  const { device_id: deviceId, batch_id: batchId, received_at: receivedAt, type: _, ...answer } = line;
  return { deviceId, batchId, receivedAt, ...answer };
};

/** @param isReferenced whether the importing server is to find the object by its key. */
export const toBlobLine = ({ hash, sizeBytes, objectKey }: MovedBlob, isReferenced: boolean): LineOf<'blob'> => ({
  type: 'blob',
  hash,
  size_bytes: sizeBytes,
  ...(isReferenced && { object_key: objectKey }),
});
