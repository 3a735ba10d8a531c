import type { Import, MovedChange, Scope, ScopePart, ScopeParts } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { changeId, inRange, positionOf } from '../log/range.js';
import { fromBlobs, fromOp } from '../log/row.js';
import { maxPosition } from '../scope-row.js';
import { type HeldRow, prepareHeldRows } from './held-rows.js';

type Writers = { readonly [P in ScopePart]: (row: HeldRow, items: readonly ScopeParts[P][]) => void };

/** Numbers of devices by their ids; one that the scope does not have is made as a removed one. */
const prepareNumbers = (database: Database) => {
  const find = database
    .prepare<[number, string], number>('SELECT number FROM sync_device WHERE scope = ? AND id = ?')
    .pluck();
  const addRemoved = database.prepare<[number, string]>(
    `INSERT INTO sync_device (scope, id, removed, name, platform, created_at, last_seen_at) VALUES (?, ?, 1, '', '', 0, 0)`,
  );
  return (scopeId: number) => {
    const known = new Map<string, number>();
    return (deviceId: string): number => {
      const number =
        known.get(deviceId) ?? find.get(scopeId, deviceId) ?? Number(addRemoved.run(scopeId, deviceId).lastInsertRowid);
      known.set(deviceId, number);
      return number;
    };
  };
};

type Numbers = ReturnType<typeof prepareNumbers>;

/** What changes add to the sums of their scope. */
const measure = (changes: readonly MovedChange[], target: number) => {
  const sums = { bytes: 0, entries: 0, target: 0, unreadable: 0 };
  for (const { data, keyVersion, isUnreadable } of changes) {
    if (data === null) continue;
    sums.bytes += Buffer.byteLength(data);
    sums.entries++;
    if (target !== 0 && keyVersion === target) sums.target++;
    if (isUnreadable) sums.unreadable++;
  }
  return sums;
};

const prepareChanges = (database: Database, numbers: Numbers): Writers['change'] => {
  const insert = database.prepare<(string | number | null)[]>(
    `INSERT INTO sync_change VALUES (${changeId}, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const keep = database.prepare<[number, number, number, number | null, string | null]>(
    `INSERT INTO sync_replaced (id, target, key_version, data) VALUES (${changeId}, ?, ?, ?)`,
  );
  const last = database
    .prepare<[number, number, number, number], number>(
      `SELECT ${positionOf} FROM sync_change WHERE ${inRange} ORDER BY id DESC LIMIT 1`,
    )
    .pluck();
  const count = database.prepare<(string | number)[]>(
    `UPDATE sync_scope SET head_device = ?, other_head = ?, total_changes = total_changes + ?,
       data_bytes = data_bytes + ?, data_entries = data_entries + ?, target_entries = target_entries + ?,
       unreadable_entries = unreadable_entries + ? WHERE id = ?`,
  );

  const add = (log: number, target: number, device: number, change: MovedChange): void => {
    const { position, tag, keyVersion, op, table, rowId, timestamp, blobs, data, replaced, isUnreadable } = change;
    const row = [device, tag, keyVersion, fromOp(op), table, rowId, timestamp, fromBlobs(blobs), data];
    insert.run(log, position, ...row);
    if (replaced) keep.run(log, position, target, replaced.keyVersion, replaced.data);
    else if (isUnreadable) keep.run(log, position, target, null, null);
  };

  return ({ id, log, targetVersion, ...row }, changes) => {
    const numberOf = numbers(id);
    let { headDevice, otherHead } = row;
    let head = last.get(log, 0, log, maxPosition) ?? 0;
    for (const change of changes) {
      const device = numberOf(change.deviceId);
      add(log, targetVersion, device, change);
      if (device !== headDevice) otherHead = head;
      headDevice = device;
      head = change.position;
    }
    const { bytes, entries, target, unreadable } = measure(changes, targetVersion);
    count.run(headDevice, otherHead, changes.length, bytes, entries, target, unreadable, id);
  };
};

/** Adds items of a part to a scope that this try of an import holds, inside a transaction of the writer. */
export const prepareWritePart = (database: Database) => {
  const heldRows = prepareHeldRows(database);
  const numbers = prepareNumbers(database);
  const endEpoch = database.prepare<[number, string]>('INSERT INTO sync_ended_epoch (scope, epoch) VALUES (?, ?)');
  const addBatch = database.prepare<(string | number)[]>('INSERT INTO sync_batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const addBlob = database.prepare<[number, string, string, number]>(
    'INSERT INTO sync_blob (scope, hash, object_key, size_bytes) VALUES (?, ?, ?, ?)',
  );
  const addBytes = database.prepare<[number, number]>('UPDATE sync_scope SET blob_bytes = blob_bytes + ? WHERE id = ?');

  const writers: Writers = {
    endedEpoch({ id }, items) {
      for (const { epoch } of items) endEpoch.run(id, epoch);
    },
    change: prepareChanges(database, numbers),
    batch({ id, log }, items) {
      const numberOf = numbers(id);
      for (const { deviceId, batchId, receivedAt, epoch, position, tag, floor, accepted } of items) {
        addBatch.run(log, numberOf(deviceId), batchId, receivedAt, epoch, position, tag, floor, accepted);
      }
    },
    blob({ id }, items) {
      for (const { hash, objectKey, sizeBytes } of items) {
        addBlob.run(id, hash, objectKey, sizeBytes);
        addBytes.run(sizeBytes, id);
      }
    },
  };

  return <P extends ScopePart>(scope: Scope, by: Import, part: P, items: readonly ScopeParts[P][]): boolean => {
    const row = heldRows.unsealed(scope, by);
    if (row) writers[part](row, items);
    return row !== undefined;
  };
};
