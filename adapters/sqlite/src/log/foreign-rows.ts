import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NewBatch, NewChange, Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { once } from '../once.js';
import type { Reader } from '../reader.js';
import { type DeviceRow, newestForeign, prepareDeviceRow } from './device-row.js';
import { preparePlaces } from './place.js';
import { changeId, inRange } from './range.js';

/** Rows that one statement looks at: a few milliseconds. */
export const slice = 10_000;

/** What a scan ahead of the transaction found out; it holds for ever, because a log only grows at its end. */
export interface Scanned {
  readonly log: number;
  /** The scan covers the positions after `from`, up to and with `upTo`. */
  readonly from: number;
  readonly upTo: number;
  /** Rows of the batch that another device wrote there, or that compaction may have hidden. */
  readonly changed: ReadonlySet<string>;
}

/** Behind it no row can be refused. An own one may hide one of another device that compaction removed. */
const newestThatCounts = (row: DeviceRow): number => Math.max(newestForeign(row), row.compacted);

const rowKey = (table: string, rowId: string): string => `${table}/${rowId}`;

export const createForeignRows = (database: Database, read: Reader) => {
  const statements = once(() => ({
    deviceRow: prepareDeviceRow(database),
    places: preparePlaces(database),
    batch: database
      .prepare<[number, number, string], number>(
        'SELECT 1 FROM sync_batch WHERE log = ? AND device = ? AND batch_id = ?',
      )
      .pluck(),
    any: database
      .prepare<[number, number, number, number, number], number>(
        `SELECT 1 FROM sync_change WHERE ${inRange} AND device <> ? LIMIT 1`,
      )
      .pluck(),
    clashes: database
      .prepare<[number, number, number, number, number, number, number, string], [string, string]>(
        `SELECT table_name, row_id FROM sync_change
         WHERE ${inRange} AND (device <> ? OR id <= ${changeId}) AND row_id IN (SELECT value FROM json_each(?))`,
      )
      .raw(),
  }));

  const scan = (
    row: DeviceRow,
    changes: readonly NewChange[],
    from: number,
    upTo: number,
    changed: Set<string>,
  ): void => {
    if (from >= Math.min(upTo, newestThatCounts(row)) || changes.length === 0) return;
    const rowIds = JSON.stringify(changes.map(({ rowId }) => rowId));
    const found = statements().clashes.iterate(
      row.log,
      from,
      row.log,
      upTo,
      row.device,
      row.log,
      row.compacted,
      rowIds,
    );
    for (const [table, rowId] of found) changed.add(rowKey(table, rowId));
  };

  /** One slice more; null when what is left can be looked at inside the transaction. */
  const scanSlice = (scope: Scope, batch: NewBatch, before: Scanned | null): Scanned | null => {
    const row = statements().deviceRow(scope, batch.deviceId);
    const { log, device, position } = row;
    if (batch.base === null || batch.base === 'missing') return null;
    const from = statements().places.named(row, batch.base)?.position ?? 0;
    if (before !== null && (before.log !== log || before.from !== from)) return null;
    const start = before?.upTo ?? from;
    if (position - start <= slice || newestThatCounts(row) <= start) return null;
    if (batch.batchId !== null && statements().batch.get(log, device, batch.batchId) !== undefined) return null;
    const changed = new Set(before?.changed);
    scan(row, batch.changes, start, start + slice, changed);
    return { log, from, upTo: start + slice, changed };
  };

  return {
    /**
     * Looks at the bulk of a long range before the transaction, in slices, so that neither the writer nor the thread
     * is held up for long. null when there is little to look at.
     */
    async scanAhead(scope: Scope, batch: NewBatch): Promise<Scanned | null> {
      let scanned: Scanned | null = null;
      for (;;) {
        const before: Scanned | null = scanned;
        const next: Scanned | null = await read(() => scanSlice(scope, batch, before));
        if (next === null) return before;
        scanned = next;
        await nextTurn();
      }
    },

    /** Whether another device wrote a row in (after, upTo]; true when the range is too long to tell. */
    isInRange(row: DeviceRow, after: number, upTo: number): boolean {
      const newest = newestForeign(row);
      if (newest <= after) return false;
      if (newest <= upTo) return true;
      const end = Math.min(upTo, after + slice);
      return statements().any.get(row.log, after, row.log, end, row.device) !== undefined || end < upTo;
    },

    /** Indexes of the changes that are refused for what was written after `from`. Called inside the transaction. */
    clashes(row: DeviceRow, changes: readonly NewChange[], from: number, scanned: Scanned | null): readonly number[] {
      const isAhead = scanned !== null && scanned.log === row.log && scanned.from === from;
      const changed = new Set(isAhead ? scanned.changed : []);
      scan(row, changes, isAhead ? scanned.upTo : from, row.position, changed);
      return changes.flatMap(({ table, rowId }, index) => (changed.has(rowKey(table, rowId)) ? [index] : []));
    },
  };
};

export type ForeignRows = ReturnType<typeof createForeignRows>;
