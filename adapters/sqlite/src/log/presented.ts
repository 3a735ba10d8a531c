import type { LogQuery } from '@synckeep/core';
import { isSyncError, type Place } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { once } from '../once.js';
import type { Writer } from '../writer.js';
import type { DeviceRow } from './device-row.js';

/** Milliseconds between two notes of a place that only moved on. */
const pace = 1_000;

/** Whether the stored place would lead, or give a wrong marker or floor, if it stayed. */
const isWrong = (row: DeviceRow, place: Place): boolean =>
  row.presentedEpoch !== place.epoch ||
  row.presentedOwn !== place.own ||
  row.presentedFloor !== place.floor ||
  place.position < row.presentedPosition;

/** Milliseconds between two notes of a place that stays: the device still comes, so compaction waits for it. */
const comingPace = 3_600_000;

const isBehind = (row: DeviceRow, place: Place, now: number): boolean =>
  Math.abs(now - row.presentedAt) >= (place.position > row.presentedPosition ? pace : comingPace);

/** Remembers with a device the place that a page was read from, as `ChangeLog.read` says. */
export const createPresented = (database: Database, writer: Writer) => {
  // Not over what a reset or a registration has put in its place since the page was read.
  const update = once(() =>
    database.prepare<[string, ...number[]]>(
      `UPDATE sync_device SET presented_epoch = ?, presented_position = ?, presented_tag = ?, presented_own = ?,
         presented_floor = ?, presented_at = ?
       WHERE number = ? AND last_seen_at = ? AND (SELECT log FROM sync_scope WHERE id = sync_device.scope) = ?`,
    ),
  );

  return async (row: DeviceRow, place: Place, { now, isPresented }: LogQuery): Promise<void> => {
    if (!isPresented) return;
    const mustNote = isWrong(row, place);
    if (!mustNote && !isBehind(row, place, now)) return;
    const { epoch, position, tag, own, floor } = place;
    try {
      const { device, lastSeenAt, log } = row;
      await writer.write(() => update().run(epoch, position, tag, own, floor, now, device, lastSeenAt, log));
    } catch (error) {
      // It may lag: on a full disk a device can still read on, and a later page notes the place.
      if (mustNote || !isSyncError(error)) throw error;
    }
  };
};
