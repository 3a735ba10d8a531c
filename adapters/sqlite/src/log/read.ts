import type { LogPage, LogQuery, Scope } from '@synckeep/core';
import type { Place } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { type DeviceRow, newestForeign, prepareDeviceRow } from './device-row.js';
import { prepareNaming, takePage } from './page.js';
import { preparePlaces } from './place.js';
import { changeId, inRange } from './range.js';
import { type ChangeRow, changeColumns } from './row.js';

export interface ReadResult {
  readonly row: DeviceRow;
  readonly page: LogPage;
  /** Where the page was read from, with the marker and the floor that go on. */
  readonly presented: Place;
}

/** The read itself, to be called inside a snapshot. */
export const prepareRead = (database: Database) => {
  const deviceRow = prepareDeviceRow(database);
  const places = preparePlaces(database);
  const toChanges = prepareNaming(database);
  const rows = database
    .prepare<[number, number, number, number, number, number, number, number], ChangeRow>(
      `SELECT ${changeColumns} FROM sync_change
       WHERE ${inRange} AND (device <> ? OR id <= ${changeId}) ORDER BY id LIMIT ?`,
    )
    .raw();

  /** Where to read from, with the marker and floor that go on. */
  const startOf = (row: DeviceRow, query: LogQuery): Place => {
    const asked = places.named(row, query.after);
    if (asked === null) {
      return { epoch: row.epoch, position: 0, tag: 0, own: row.position, floor: row.floor };
    }
    places.check(row, asked);
    return query.includeOwn ? { ...asked, own: row.position } : asked;
  };

  return (scope: Scope, query: LogQuery): ReadResult => {
    const row = deviceRow(scope, query.deviceId);
    const start = startOf(row, query);
    const end = Math.min(row.position, start.position + query.maxScan);
    const { limit, maxBytes } = query;
    const found = rows.iterate(row.log, start.position, row.log, end, row.device, row.log, start.own, limit + 1);
    const { taken, isFull } = takePage(found, limit, maxBytes);
    const last = isFull ? taken.at(-1) : undefined;
    const position = last ? last[0] : places.beforeNext(row, end);
    const next = { ...start, position, tag: last ? last[2] : places.tagAt(row, position) };
    const hasMore = Math.max(newestForeign(row), Math.min(start.own, row.position)) > next.position;
    const page = { changes: toChanges(taken), next, hasMore, lastPush: row.lastPush };
    return { row, page, presented: start };
  };
};
