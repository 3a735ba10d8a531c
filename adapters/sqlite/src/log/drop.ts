import type { Database } from 'better-sqlite3';
import { maxPosition } from '../scope-row.js';
import { inRange } from './range.js';

const tables = ['sync_change', 'sync_replaced'];

/** Deletes what belongs to one log, at most `limit` rows in a step. Called inside a transaction of the writer. */
export const prepareDrop = (database: Database): ((log: number, limit: number) => number) => {
  const ranges = tables.map((table) =>
    database.prepare<[number, number, number, number, number]>(
      `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${inRange} LIMIT ?)`,
    ),
  );
  const batches = database.prepare<[number, number, number]>(
    `DELETE FROM sync_batch WHERE log = ? AND (device, batch_id) IN
       (SELECT device, batch_id FROM sync_batch WHERE log = ? LIMIT ?)`,
  );
  const marks = database.prepare<[number]>('DELETE FROM sync_mark WHERE log = ?');
  const self = database.prepare<[number]>('DELETE FROM sync_log WHERE id = ?');

  /** @returns how many rows went; fewer than `limit` when the log is gone for good. */
  return (log, limit) => {
    let left = limit;
    for (const range of ranges) {
      if (left > 0) left -= range.run(log, 0, log, maxPosition, left).changes;
    }
    if (left > 0) left -= batches.run(log, log, left).changes;
    if (left > 0) {
      // A few dozen at most.
      marks.run(log);
      left -= self.run(log).changes;
    }
    return limit - left;
  };
};
