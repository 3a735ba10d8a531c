import type { AppendResult, NewBatch, NewChange, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { prepareBytesUsed } from '../bytes-used.js';
import { maxPosition } from '../scope-row.js';
import { prepareTouchBlob } from '../touch-blob.js';
import { type DeviceRow, prepareDeviceRow } from './device-row.js';
import type { ForeignRows, Scanned } from './foreign-rows.js';
import { headOf, preparePlaces } from './place.js';
import { changeId } from './range.js';
import { fromBlobs, fromOp } from './row.js';

interface BatchRow {
  readonly epoch: string;
  readonly position: number;
  readonly tag: number;
  readonly floor: number;
  readonly accepted: number;
}

interface Size {
  /** Whether a change has data and does not say which blobs it names. */
  readonly isUnnamed: boolean;
  readonly bytes: number;
  /** Changes that have data. */
  readonly entries: number;
}

const measure = (changes: readonly NewChange[]): Size => {
  let bytes = 0;
  let entries = 0;
  let isUnnamed = false;
  for (const { data, blobs } of changes) {
    if (data === null) continue;
    if (blobs === null) isUnnamed = true;
    bytes += Buffer.byteLength(data);
    entries++;
  }
  return { bytes, entries, isUnnamed };
};

/** The key version that the batch is stored under (see `ChangeLog.append`, step 3). */
const keyVersionOf = (row: DeviceRow, asked: number | null): number | null => {
  const current = row.keyVersion || row.lastKeyVersion + 1;
  const target = row.aborting ? 0 : row.targetVersion;
  if (asked === null) return row.rotated ? null : current;
  if (asked === current || (target !== 0 && asked === target)) return asked;
  throw new SyncError('stale_key_version', { details: { key_version: current } });
};

const prepare = (database: Database) => ({
  deviceRow: prepareDeviceRow(database),
  places: preparePlaces(database),
  bytesUsed: prepareBytesUsed(database),
  batch: database.prepare<[number, number, string], BatchRow>(
    'SELECT epoch, position, tag, floor, accepted FROM sync_batch WHERE log = ? AND device = ? AND batch_id = ?',
  ),
  remember: database.prepare<[number, number, string, number, string, number, number, number, number]>(
    'INSERT INTO sync_batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ),
  // One statement for each row: statements of many rows measured no faster.
  insert: database.prepare<
    [number, number, number, number, number | null, number, string, string, string, string | null, string | null]
  >(`INSERT INTO sync_change VALUES (${changeId}, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
  touch: prepareTouchBlob(database),
  advance: database.prepare<number[]>(
    `UPDATE sync_scope SET head = ?, head_tag = ?, other_head = CASE head_device WHEN ? THEN other_head ELSE head END,
       head_device = ?, total_changes = total_changes + ?, data_bytes = data_bytes + ?,
       data_entries = data_entries + ?, target_entries = target_entries + ?, unnamed = CASE ? WHEN 1 THEN ? ELSE unnamed END
     WHERE id = ?`,
  ),
  pushed: database.prepare<[number, number]>('UPDATE sync_device SET last_push = ? WHERE number = ?'),
});

/** The append itself, to be called inside a transaction of the writer. */
export const prepareAppend = (database: Database, foreignRows: ForeignRows) => {
  const statements = prepare(database);

  const checkBase = (row: DeviceRow, { base, changes }: NewBatch, scanned: Scanned | null): void => {
    if (base === 'missing') throw new SyncError('base_required');
    if (base === null) return;
    const place = statements.places.named(row, base);
    if (place !== null) statements.places.check(row, place);
    const indexes = foreignRows.clashes(row, changes, place?.position ?? 0, scanned);
    if (indexes.length > 0) throw new SyncError('row_changed', { details: { indexes } });
  };

  const checkQuota = (row: DeviceRow, batch: NewBatch, size: Size): void => {
    if (batch.bytesLimit === null || batch.changes.every(({ op }) => op === 'delete')) return;
    if (statements.bytesUsed(row, batch.now) + size.bytes > batch.bytesLimit) throw new SyncError('quota_exceeded');
  };

  const store = (row: DeviceRow, batch: NewBatch, keyVersion: number | null, size: Size): void => {
    const { insert, touch, advance, pushed } = statements;
    const count = batch.changes.length;
    let position = row.position;
    if (position + count > maxPosition) throw new Error(`A log holds at most ${maxPosition} changes.`);
    for (const { op, table, rowId, timestamp, blobs, data } of batch.changes) {
      position++;
      const hashes = fromBlobs(blobs);
      insert.run(
        row.log,
        position,
        row.device,
        batch.tag,
        keyVersion,
        fromOp(op),
        table,
        rowId,
        timestamp,
        hashes,
        data,
      );
      for (const hash of blobs ?? []) touch(row.id, hash, batch.now);
    }
    const isTarget = row.targetVersion !== 0 && keyVersion === row.targetVersion;
    const { device, id } = row;
    const sums = [count, size.bytes, size.entries, isTarget ? size.entries : 0];
    advance.run(position, batch.tag, device, device, ...sums, size.isUnnamed ? 1 : 0, position, id);
    pushed.run(position, device);
  };

  return (scope: Scope, batch: NewBatch, scanned: Scanned | null): AppendResult => {
    const row = statements.deviceRow(scope, batch.deviceId);
    if (batch.batchId !== null) {
      const first = statements.batch.get(row.log, row.device, batch.batchId);
      if (first) return { ...first, replayed: true };
    }
    const keyVersion = keyVersionOf(row, batch.keyVersion);
    checkBase(row, batch, scanned);
    const size = measure(batch.changes);
    checkQuota(row, batch, size);
    const accepted = batch.changes.length;
    const head = accepted === 0 ? headOf(row) : { ...headOf(row), position: row.position + accepted, tag: batch.tag };
    if (accepted > 0) store(row, batch, keyVersion, size);
    if (batch.batchId !== null) {
      const { epoch, position, tag, floor } = head;
      statements.remember.run(row.log, row.device, batch.batchId, batch.now, epoch, position, tag, floor, accepted);
    }
    return { ...head, accepted, replayed: false };
  };
};
