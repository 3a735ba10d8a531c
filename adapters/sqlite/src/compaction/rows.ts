import type { Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { changeId, inRange, positionOf } from '../log/range.js';
import { fromOp } from '../log/row.js';
import { type ScopeRow, scopeColumns } from '../scope-row.js';

export interface CompactedRow extends ScopeRow {
  readonly swept: number;
  readonly cleared: number;
}

/** A row of the log without what it holds. */
export type KeyRow = [position: number, op: number, table: string, rowId: string, bytes: number | null];

export const tombstone = fromOp('delete');

export interface Removed {
  readonly removed: number;
  readonly removedBytes: number;
}

/** What compaction reads of a log and takes from it. Called inside a snapshot or a transaction. */
export const prepareRows = (database: Database) => {
  const find = database.prepare<[string, string], CompactedRow>(
    `SELECT ${scopeColumns}, s.swept, s.cleared FROM sync_scope s
     WHERE s.app_id = ? AND s.user_id = ? AND s.held = 0 AND s.erasing = 0`,
  );
  const columns = `SELECT ${positionOf}, op, table_name, row_id, octet_length(data) FROM sync_change WHERE ${inRange}`;
  const range = (order: 'ASC' | 'DESC') =>
    database.prepare<[number, number, number, number], KeyRow>(`${columns} ORDER BY id ${order}`).raw();
  const [rising, falling] = [range('ASC'), range('DESC')];
  const passed = database
    .prepare<[string, number, number], number | null>(
      `SELECT min(CASE presented_epoch WHEN ? THEN presented_position ELSE 0 END) FROM sync_device
       WHERE scope = ? AND removed = 0 AND presented_epoch IS NOT NULL AND max(presented_at, last_seen_at) >= ?`,
    )
    .pluck();
  const remove = database
    .prepare<[number, number], [number | null]>(
      `DELETE FROM sync_change WHERE id = ${changeId} RETURNING octet_length(data)`,
    )
    .raw();
  const count = database.prepare<[number, number, number, number]>(
    `UPDATE sync_scope SET total_changes = total_changes - ?, data_bytes = data_bytes - ?,
       data_entries = data_entries - ? WHERE id = ?`,
  );

  return {
    find: ({ appId, userId }: Scope) => find.get(appId, userId),
    /** After the first position, up to and with the second, from the lowest. */
    rising: (log: number, after: number, upTo: number) => rising.iterate(log, after, log, upTo),
    /** The same from the highest. */
    falling: (log: number, after: number, upTo: number) => falling.iterate(log, after, log, upTo),

    /** The position that every active device has passed. */
    passedByAll: ({ id, epoch, position }: ScopeRow, activeSince: number): number =>
      passed.get(epoch, id, activeSince) ?? position,

    /** Takes rows out of the log as long as `isInTime`. @returns how many of `positions` were looked after. */
    take({ id, log }: ScopeRow, positions: readonly number[], isInTime: () => boolean): Removed & { taken: number } {
      let [taken, removed, removedBytes, entries] = [0, 0, 0, 0];
      for (const position of positions) {
        const row = remove.get(log, position);
        taken++;
        if (row) {
          removed++;
          removedBytes += row[0] ?? 0;
          entries += row[0] === null ? 0 : 1;
        }
        if (!isInTime()) break;
      }
      count.run(removed, removedBytes, entries, id);
      return { taken, removed, removedBytes };
    },
  };
};

export type Rows = ReturnType<typeof prepareRows>;
