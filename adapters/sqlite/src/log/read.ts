import type { LogPage, LogQuery, Scope } from '@synckeep/core';
import type { Place } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { type DeviceRow, newestForeign, prepareDeviceRow } from './device-row.js';
import { preparePageRows } from './page-rows.js';
import { preparePlaces } from './place.js';

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
  const pageRows = preparePageRows(database);

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
    const { changes, isFull } = pageRows(row, start, end, query);
    const position = (isFull && changes.at(-1)?.position) || places.beforeNext(row, end);
    const next = { ...start, position, tag: places.tagAt(row, position) };
    const hasMore = Math.max(newestForeign(row), Math.min(start.own, row.position)) > next.position;
    const page = { changes, next, hasMore, lastPush: row.lastPush };
    return { row, page, presented: start };
  };
};
