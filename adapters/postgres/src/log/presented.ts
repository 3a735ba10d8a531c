import type { LogQuery, Scope } from '@synckeep/core';
import { isSyncError } from '@synckeep/protocol';
import type { Database } from '../database.js';
import { toScopeId } from '../scope-id.js';
import { fromTag } from '../scope-row.js';
import type { ReadResult } from './read.js';

/** Milliseconds between two notes of a place that only moved on. */
const pace = 1_000;

/** The same for one that stays where it is: compaction asks when a device was last here. */
const rest = 3_600_000;

/** Whether the stored place would lead, or give a wrong marker or floor, if it stayed. */
const isWrong = ({ head, start }: ReadResult): boolean =>
  head.presented_epoch !== start.epoch ||
  head.presented_own !== start.own ||
  head.presented_floor !== start.floor ||
  start.position < head.presented_position;

const isBehind = ({ head, start }: ReadResult, now: number): boolean =>
  Math.abs(now - head.presented_at) >= (start.position > head.presented_position ? pace : rest);

/** Remembers with a device the place that a page was read from, as `ChangeLog.read` says. */
export const createPresented = ({ schema, query }: Database) => {
  // Not over what a reset, a registration or the end of an erasure has put in its place since the page was read.
  const update = `UPDATE ${schema}.device SET presented_epoch = $4, presented_position = $5, presented_tag = $6,
      presented_own = $7, presented_floor = $8, presented_at = $9
    WHERE scope = $1 AND id = $2 AND log = $3 AND last_seen_at = $10`;

  return async (scope: Scope, result: ReadResult, { deviceId, now, isPresented }: LogQuery): Promise<void> => {
    if (!isPresented) return;
    const mustNote = isWrong(result);
    if (!mustNote && !isBehind(result, now)) return;
    const { epoch, position, tag, own, floor } = result.start;
    const { log, last_seen_at } = result.head;
    try {
      const place = [epoch, position, fromTag(tag), own, floor, now];
      await query(update, [toScopeId(scope), deviceId, log, ...place, last_seen_at]);
    } catch (error) {
      // It may lag: while nothing can be written a device can still read on, and a later page notes the place.
      if (mustNote || !isSyncError(error)) throw error;
    }
  };
};
