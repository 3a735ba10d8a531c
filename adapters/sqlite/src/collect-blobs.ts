import type { CollectBlobs, CollectedBlobs, Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareDiscard } from './discard.js';
import { prepareScopeRows } from './scope-row.js';
import { prepareTouchBlob } from './touch-blob.js';

interface BlobRow {
  readonly sizeBytes: number;
  readonly touchedAt: number | null;
}

/** `BlobIndex.collect`, to be called inside a transaction of the writer. */
export const prepareCollectBlobs = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const discard = prepareDiscard(database);
  const touch = prepareTouchBlob(database);
  const unnamed = database.prepare<[number], number>('SELECT unnamed FROM sync_scope WHERE id = ?').pluck();
  const find = database.prepare<[number, string], BlobRow>(
    'SELECT size_bytes AS sizeBytes, touched_at AS touchedAt FROM sync_blob WHERE scope = ? AND hash = ?',
  );
  const subtract = database.prepare<[number, number]>('UPDATE sync_scope SET blob_bytes = blob_bytes - ? WHERE id = ?');

  return (scope: Scope, collection: CollectBlobs): CollectedBlobs | null => {
    const { hashes, epoch, position, touchedBefore, now } = collection;
    const row = scopeRows.find(scope);
    if (!row || row.erasing || row.epoch !== epoch || (unnamed.get(row.id) ?? 0) > position) return null;
    let [removed, removedBytes] = [0, 0];
    for (const hash of hashes) {
      const blob = find.get(row.id, hash);
      if (blob?.touchedAt === null) touch(row.id, hash, now);
      else if (blob && blob.touchedAt < touchedBefore && discard.blob(row.id, hash)) {
        removed++;
        removedBytes += blob.sizeBytes;
      }
    }
    subtract.run(removedBytes, row.id);
    return { removed, removedBytes };
  };
};
