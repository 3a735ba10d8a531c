import type { LogQuery, StoredChange } from '@synckeep/core';
import type { Place } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import type { DeviceRow } from './device-row.js';
import { prepareDeviceIds } from './page.js';
import { changeId, inRange, positionOf } from './range.js';
import { toBlobs, toOp } from './row.js';

/** Each column costs a tenth of what a bare row does, so there are as few as possible. */
type PageRow = [
  position: number,
  deviceAndOp: number,
  keyVersion: number | null,
  table: string,
  rowId: string,
  timestamp: string,
  blobs: string | null,
  /** Its bytes where it is too large to come along. */
  data: string | number | null,
];

/** Bytes of data that always come along. */
const leastInline = 2_048;

/** The rows of a page of a pull: `limit` rows, or as much data as `maxBytes` but at least one row. */
export const preparePageRows = (database: Database) => {
  const idOf = prepareDeviceIds(database);
  // All at once takes half the time of one after the other; so none of them may be large.
  const rows = database
    .prepare<number[], PageRow>(
      `SELECT ${positionOf}, device << 2 | op, key_version, table_name, row_id, timestamp, blobs,
         CASE WHEN octet_length(data) <= ? THEN data ELSE octet_length(data) END
       FROM sync_change WHERE ${inRange} AND (device <> ? OR id <= ${changeId}) ORDER BY id LIMIT ?`,
    )
    .raw();
  const dataAt = database.prepare<number[], string>(`SELECT data FROM sync_change WHERE id = ${changeId}`).pluck();

  return ({ log, device }: DeviceRow, start: Place, end: number, { limit, maxBytes }: LogQuery) => {
    // What is larger may not fit and is fetched when it does.
    const inline = Math.max(leastInline, Math.floor(maxBytes / limit));
    const changes: StoredChange[] = [];
    let bytes = 0;
    const found = rows.all(inline, log, start.position, log, end, device, log, start.own, limit + 1);
    for (const [position, deviceAndOp, keyVersion, table, rowId, timestamp, blobs, data] of found) {
      bytes += typeof data === 'string' ? Buffer.byteLength(data) : (data ?? 0);
      if (changes.length === limit || (changes.length > 0 && bytes > maxBytes)) return { changes, isFull: true };
      changes.push({
        table,
        op: toOp(deviceAndOp % 4),
        rowId,
        timestamp,
        data: typeof data === 'number' ? (dataAt.get(log, position) ?? null) : data,
        blobs: toBlobs(blobs),
        position,
        deviceId: idOf(Math.floor(deviceAndOp / 4)),
        keyVersion,
      });
    }
    return { changes, isFull: false };
  };
};
