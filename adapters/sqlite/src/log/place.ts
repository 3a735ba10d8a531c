import { isPresentedPlace, type LogHead, type LogQuery } from '@synckeep/core';
import { noEpoch, type Place, SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import type { ScopeRow } from '../scope-row.js';
import { type DeviceRow, presentedPlace } from './device-row.js';
import { changeId, inRange, positionOf } from './range.js';

type Reason = 'compacted' | 'reset' | 'restored';

const expire = (reason: Reason | null): void => {
  if (reason !== null) throw new SyncError('cursor_expired', { details: { reason } });
};

export const headOf = ({ epoch, position, tag, floor }: ScopeRow): LogHead => ({ epoch, position, tag, floor });

/** Compares places with a log. Called inside a transaction or snapshot. */
export interface Places {
  /** Tag of the row at a position; 0 when there is none. */
  tagAt(log: ScopeRow, position: number): number;
  /** The position before the next row that is there, or the head; the same position where nothing was ever removed. */
  beforeNext(log: ScopeRow, position: number): number;
  /** @throws SyncError `cursor_expired` when the place is not one of this log as it is now. */
  check(log: ScopeRow, place: Place): void;
  /** The place that a device names, of which only the proof is checked; null for the start. */
  named(row: DeviceRow, after: LogQuery['after']): Place | null;
}

/** A cursor of the time when the scope had no log. */
export const isStart = (place: Place): boolean => place.epoch === noEpoch && place.position === 0;

export const preparePlaces = (database: Database): Places => {
  const tag = database.prepare<[number, number], number>(`SELECT tag FROM sync_change WHERE id = ${changeId}`).pluck();
  const next = database
    .prepare<[number, number, number, number], number>(
      `SELECT ${positionOf} FROM sync_change WHERE ${inRange} ORDER BY id LIMIT 1`,
    )
    .pluck();
  const ended = database
    .prepare<[number, string], number>('SELECT 1 FROM sync_ended_epoch WHERE scope = ? AND epoch = ?')
    .pluck();
  const lastEnded = database
    .prepare<[number], string>('SELECT epoch FROM sync_ended_epoch WHERE scope = ? ORDER BY id DESC LIMIT 1')
    .pluck();

  const tagAt = (log: ScopeRow, position: number): number => {
    if (position === log.position) return log.tag;
    return position === 0 ? 0 : (tag.get(log.log, position) ?? 0);
  };

  /** An integer cursor of a device that presented nothing since the last reset can only come from before it. */
  const neverPresented = (row: DeviceRow): Place => {
    const epoch = lastEnded.get(row.id) ?? noEpoch;
    return { epoch, position: 0, tag: 0, own: 0, floor: 0 };
  };

  const otherEpoch = ({ id, floor, epochStart }: ScopeRow, place: Place): Reason => {
    if (ended.get(id, place.epoch) !== undefined) return 'reset';
    return place.floor < floor && epochStart < floor ? 'compacted' : 'restored';
  };

  const otherLog = (log: ScopeRow, place: Place): Reason | null => {
    if (place.epoch !== log.epoch) return otherEpoch(log, place);
    if (place.position > log.position) return 'restored';
    if (place.tag === 0) return null;
    const stored = tagAt(log, place.position);
    return stored === 0 || stored === place.tag ? null : 'restored';
  };

  const named = (row: DeviceRow, after: LogQuery['after']): Place | null => {
    if (after === null || after === 0) return null;
    if (isPresentedPlace(after)) {
      if (after.proof && !isStart(after.proof)) expire(otherLog(row, after.proof));
      return presentedPlace(row);
    }
    if (typeof after === 'number') return { ...(presentedPlace(row) ?? neverPresented(row)), position: after, tag: 0 };
    return isStart(after) ? null : after;
  };

  return {
    tagAt,
    named,
    beforeNext({ log, position: head, compacted, floor }, position) {
      if (position >= Math.max(compacted, floor)) return position;
      return (next.get(log, position, log, head) ?? head + 1) - 1;
    },
    check(log, place) {
      const isCompacted = place.position < log.floor && place.floor < log.floor;
      expire(isCompacted ? 'compacted' : otherLog(log, place));
    },
  };
};
