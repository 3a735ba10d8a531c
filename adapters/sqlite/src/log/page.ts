import type { StoredChange } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { type ChangeRow, toChange } from './row.js';

/** Takes rows until the page is full: `limit` rows, or as much data as `maxBytes` but at least one row. */
export const takePage = (rows: Iterable<ChangeRow>, limit: number, maxBytes: number) => {
  const taken: ChangeRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    bytes += row[9] ?? 0;
    if (taken.length === limit || (taken.length > 0 && bytes > maxBytes)) return { taken, isFull: true };
    taken.push(row);
  }
  return { taken, isFull: false };
};

/** Ids of devices never change and their numbers are never used twice, so they are remembered. */
const remembered = 10_000;

/** The id of the device of a row. Called inside a snapshot. */
export const prepareDeviceIds = (database: Database): ((device: number) => string) => {
  const byNumber = database.prepare<[number], string>('SELECT id FROM sync_device WHERE number = ?').pluck();
  const ids = new Map<number, string>();

  return (device) => {
    const known = ids.get(device);
    if (known !== undefined) return known;
    const id = byNumber.get(device);
    if (id === undefined) throw new Error(`A stored change names device ${device}, which is not there.`);
    if (ids.size >= remembered) ids.clear();
    ids.set(device, id);
    return id;
  };
};

/** Gives rows the ids of their devices. Called inside a snapshot. */
export const prepareNaming = (database: Database) => {
  const idOf = prepareDeviceIds(database);
  return (rows: readonly ChangeRow[]): readonly StoredChange[] => rows.map((row) => toChange(row, idOf(row[1])));
};
