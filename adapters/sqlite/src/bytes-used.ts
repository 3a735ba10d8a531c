import type { Database } from 'better-sqlite3';
import type { ScopeRow } from './scope-row.js';

/**
 * Bytes of data, confirmed blobs and reservations of a scope. Several reservations of one hash count once, as the
 * largest; those that expired by `now` not at all.
 */
export const prepareBytesUsed = (database: Database): ((row: ScopeRow, now: number) => number) => {
  const reserved = database
    .prepare<[number, number], number>(
      `SELECT coalesce(sum(size), 0) FROM
         (SELECT max(size_bytes) AS size FROM sync_reservation WHERE scope = ? AND expires_at > ? GROUP BY hash)`,
    )
    .pluck();
  return (row, now) => row.dataBytes + row.blobBytes + (reserved.get(row.id, now) ?? 0);
};
