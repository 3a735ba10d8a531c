import type { BlobIndex, BlobReservation, ConfirmedBlob, ListedBlob, ReserveBlob, Scope } from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { prepareBytesUsed } from './bytes-used.js';
import { prepareCollectBlobs } from './collect-blobs.js';
import { prepareDiscard } from './discard.js';
import { once } from './once.js';
import type { Reader } from './reader.js';
import { prepareScopeRows } from './scope-row.js';
import { prepareTouchBlob } from './touch-blob.js';
import type { Writer } from './writer.js';

interface Reservation extends BlobReservation {
  readonly expiresAt: number;
}

const prepare = (database: Database) => ({
  scopeRows: prepareScopeRows(database),
  bytesUsed: prepareBytesUsed(database),
  discard: prepareDiscard(database),
  hasDevice: database
    .prepare<[number], number>('SELECT 1 FROM sync_device WHERE scope = ? AND removed = 0 LIMIT 1')
    .pluck(),
  confirmed: database.prepare<[number, string], ConfirmedBlob>(
    'SELECT object_key AS objectKey, size_bytes AS sizeBytes FROM sync_blob WHERE scope = ? AND hash = ?',
  ),
  reserve: database.prepare<[number, string, string, number, number, number]>(
    `INSERT INTO sync_reservation (scope, hash, object_key, size_bytes, made_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ),
  reservations: database.prepare<[number, string], Reservation>(
    `SELECT object_key AS objectKey, size_bytes AS sizeBytes, expires_at AS expiresAt FROM sync_reservation
     WHERE scope = ? AND hash = ? ORDER BY made_at DESC, id DESC`,
  ),
  count: database.prepare<[number], number>('SELECT count(*) FROM sync_reservation WHERE scope = ?').pluck(),
  forgetReservation: database.prepare<[string]>('DELETE FROM sync_reservation WHERE object_key = ?'),
  confirm: database.prepare<[number, string, string, number, number]>(
    'INSERT INTO sync_blob (scope, hash, object_key, size_bytes, touched_at) VALUES (?, ?, ?, ?, ?)',
  ),
  touch: prepareTouchBlob(database),
  collect: prepareCollectBlobs(database),
  // No hash is "".
  list: database.prepare<[number, string, number], ListedBlob>(
    `SELECT hash, size_bytes AS sizeBytes, touched_at AS touchedAt FROM sync_blob
     WHERE scope = ? AND hash > ? ORDER BY hash LIMIT ?`,
  ),
  addBytes: database.prepare<[number, number]>('UPDATE sync_scope SET blob_bytes = blob_bytes + ? WHERE id = ?'),
  // No key is "".
  discarded: database
    .prepare<[string, number], string>(
      'SELECT object_key FROM sync_discarded WHERE object_key > ? ORDER BY object_key LIMIT ?',
    )
    .pluck(),
  forget: database.prepare<[string]>('DELETE FROM sync_discarded WHERE object_key IN (SELECT value FROM json_each(?))'),
  known: database
    .prepare<[string], string>(
      `SELECT value FROM json_each(?) WHERE value IN (SELECT object_key FROM sync_blob)
         OR value IN (SELECT object_key FROM sync_reservation) OR value IN (SELECT object_key FROM sync_discarded)`,
    )
    .pluck(),
});

export const createBlobIndex = (database: Database, writer: Writer, read: Reader): BlobIndex => {
  const statements = once(() => prepare(database));

  const reserve = (scope: Scope, blob: ReserveBlob): { readonly exists: boolean } => {
    const { scopeRows, hasDevice, confirmed, reservations, discard, count, reserve, bytesUsed } = statements();
    const row = scopeRows.find(scope);
    if (!row || row.erasing || hasDevice.get(row.id) === undefined) throw new SyncError('unknown_device');
    if (confirmed.get(row.id, blob.hash)) {
      statements().touch(row.id, blob.hash, blob.now);
      return { exists: true };
    }
    const superseded = reservations.all(row.id, blob.hash).slice(limits.reservationsPerBlob - 1);
    for (const { objectKey } of superseded) discard.reservation(row.id, blob.hash, objectKey);
    if ((count.get(row.id) ?? 0) >= limits.reservationsPerUser)
      throw new SyncError('rate_limited', { retryAfter: 3600 });
    reserve.run(row.id, blob.hash, blob.objectKey, blob.sizeBytes, blob.now, blob.expiresAt);
    // Counted with the new reservation in its place; a refusal takes everything back.
    if (blob.bytesLimit !== null && bytesUsed(row, blob.now) > blob.bytesLimit) throw new SyncError('quota_exceeded');
    return { exists: false };
  };

  const confirm = (
    scope: Scope,
    hash: string,
    objectKey: string,
    sizeBytes: number,
    bytesLimit: number | null,
    now: number,
  ): ConfirmedBlob => {
    const { scopeRows, confirmed, reservations, bytesUsed, forgetReservation, discard, confirm, addBytes } =
      statements();
    const row = scopeRows.find(scope);
    if (!row) throw new SyncError('blob_not_uploaded');
    const first = confirmed.get(row.id, hash);
    if (first) {
      statements().touch(row.id, hash, now);
      return first;
    }
    const reservation = reservations.all(row.id, hash).find((found) => found.objectKey === objectKey);
    if (!reservation) throw new SyncError('blob_not_uploaded');
    forgetReservation.run(objectKey);
    discard.reservationsOf(row.id, hash);
    if (reservation.expiresAt <= now && bytesLimit !== null && bytesUsed(row, now) + sizeBytes > bytesLimit) {
      throw new SyncError('quota_exceeded');
    }
    confirm.run(row.id, hash, objectKey, sizeBytes, now);
    addBytes.run(sizeBytes, row.id);
    return { objectKey, sizeBytes };
  };

  /** Runs `work` with the number of a scope; undefined when there is no such scope. */
  const within = <T>(scope: Scope, work: (scopeId: number) => T): T | undefined => {
    const row = statements().scopeRows.find(scope);
    return row && work(row.id);
  };

  return {
    reserve: (scope, blob) => writer.write(() => reserve(scope, blob)),
    confirm: (...confirmation) => writer.write(() => confirm(...confirmation)),

    reservations: (scope, hash) =>
      read(() => {
        const found = within(scope, (id) => statements().reservations.all(id, hash)) ?? [];
        return found.map(({ objectKey, sizeBytes }) => ({ objectKey, sizeBytes }));
      }),

    get: (scope, hash) => read(() => within(scope, (id) => statements().confirmed.get(id, hash)) ?? null),

    missing: (scope, hashes) =>
      read(() => {
        const isMissing = (hash: string) => within(scope, (id) => statements().confirmed.get(id, hash)) === undefined;
        return [...new Set(hashes)].filter(isMissing);
      }),

    release: (scope, hash, objectKey) =>
      writer.write(() => {
        within(scope, (id) => statements().discard.reservation(id, hash, objectKey));
      }),

    remove: (scope, hash) =>
      writer.write(() => {
        const removed = within(scope, (id) => {
          const blob = statements().confirmed.get(id, hash);
          if (blob) statements().addBytes.run(-blob.sizeBytes, id);
          return statements().discard.blob(id, hash);
        });
        return removed ?? false;
      }),

    list: (scope, after, limit) =>
      read(() => {
        const row = statements().scopeRows.find(scope);
        return row && !row.erasing ? statements().list.all(row.id, after ?? '', limit) : [];
      }),

    collect: (scope, collection) => writer.write(() => statements().collect(scope, collection)),

    discardUnconfirmed: (before, limit) => writer.write(() => statements().discard.reservationsBefore(before, limit)),
    discarded: (after, limit) => read(() => statements().discarded.all(after ?? '', limit)),

    forgetDiscarded: (objectKeys) =>
      writer.write(() => {
        statements().forget.run(JSON.stringify(objectKeys));
      }),

    known: (objectKeys) => read(() => new Set(statements().known.all(JSON.stringify(objectKeys)))),
  };
};
