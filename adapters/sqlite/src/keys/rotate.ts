import type { RotatedEntry, RotationBatch, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { prepareBytesUsed } from '../bytes-used.js';
import { changeId } from '../log/range.js';
import { prepareScopeRows, type ScopeRow } from '../scope-row.js';
import { remainingOf, runningRotation } from './rotation.js';

interface EntryRow {
  /** null: the change has no data. */
  readonly bytes: number | null;
  readonly keyVersion: number | null;
  /** Declared unreadable in this rotation. */
  readonly isUnreadable: 0 | 1;
}

/** What one entry changes in the sums of its scope. */
interface Effect {
  readonly bytes: number;
  readonly target: number;
  readonly unreadable: number;
}

const none: Effect = { bytes: 0, target: 0, unreadable: 0 };

/** One batch of a rotation, to be called inside a transaction of the writer. */
export const prepareRotate = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const bytesUsed = prepareBytesUsed(database);
  const entry = database.prepare<[number, number, number], EntryRow>(
    `SELECT octet_length(c.data) AS bytes, c.key_version AS keyVersion, (r.target IS ?) AS isUnreadable
     FROM sync_change c LEFT JOIN sync_replaced r ON r.id = c.id WHERE c.id = ${changeId}`,
  );
  const declare = database.prepare<[number, number, number]>(
    `INSERT OR REPLACE INTO sync_replaced (id, target, key_version, data) VALUES (${changeId}, ?, NULL, NULL)`,
  );
  const keep = database.prepare<[number, number, number]>(
    `INSERT OR REPLACE INTO sync_replaced (id, target, key_version, data)
     SELECT id, ?, key_version, data FROM sync_change WHERE id = ${changeId}`,
  );
  const replace = database.prepare<[number, string, number, number]>(
    `UPDATE sync_change SET key_version = ?, data = ? WHERE id = ${changeId}`,
  );
  const count = database.prepare<[number, number, number, number]>(
    `UPDATE sync_scope SET data_bytes = data_bytes + ?, target_entries = target_entries + ?,
       unreadable_entries = unreadable_entries + ? WHERE id = ?`,
  );

  const apply = (row: ScopeRow, { position, data }: RotatedEntry, index: number): Effect => {
    const target = row.targetVersion;
    const isPosition = position >= 1 && position <= row.position;
    const found = isPosition ? entry.get(target, row.log, position) : undefined;
    if (!found || found.bytes === null) throw new SyncError('unknown_entry', { details: { index } });
    if (found.keyVersion === target) return none;
    if (data === null) {
      if (found.isUnreadable) return none;
      declare.run(row.log, position, target);
      return { ...none, unreadable: 1 };
    }
    keep.run(target, row.log, position);
    replace.run(target, data, row.log, position);
    return { bytes: Buffer.byteLength(data) - found.bytes, target: 1, unreadable: -found.isUnreadable };
  };

  return (scope: Scope, { entries, keyVersion, bytesLimit, now }: RotationBatch) => {
    const row = runningRotation(scopeRows.find(scope));
    if (keyVersion !== null && keyVersion !== row.targetVersion) {
      throw new SyncError('stale_key_version', { details: { key_version: row.targetVersion } });
    }
    let [bytes, target, unreadable] = [0, 0, 0];
    for (const [index, rotated] of entries.entries()) {
      const effect = apply(row, rotated, index);
      bytes += effect.bytes;
      target += effect.target;
      unreadable += effect.unreadable;
    }
    if (bytesLimit !== null && bytes > 0 && bytesUsed(row, now) + bytes > bytesLimit) {
      throw new SyncError('quota_exceeded');
    }
    count.run(bytes, target, unreadable, row.id);
    return { updated: entries.length, remaining: remainingOf(row) - target - unreadable };
  };
};
