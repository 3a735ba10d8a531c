import type { RotationPage, RotationQuery, Scope, StoredChange } from '@synckeep/core';
import type { Place } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { prepareNaming, takePage } from '../log/page.js';
import { isStart, preparePlaces } from '../log/place.js';
import { inRange } from '../log/range.js';
import { type ChangeRow, changeColumns } from '../log/row.js';
import { prepareScopeRows, type ScopeRow } from '../scope-row.js';
import { remainingOf, runningRotation } from './rotation.js';

const hasData = (change: StoredChange): change is StoredChange & { readonly data: string } => change.data !== null;

/** A page of entries to re-encrypt, to be called inside a snapshot. */
export const prepareRotationEntries = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const places = preparePlaces(database);
  const toChanges = prepareNaming(database);
  const rows = database
    .prepare<[number, number, number, number, number, number, number], ChangeRow>(
      `SELECT ${changeColumns} FROM sync_change
       WHERE ${inRange} AND data IS NOT NULL AND key_version IS NOT ?
         AND NOT EXISTS (SELECT 1 FROM sync_replaced r WHERE r.id = sync_change.id AND r.target = ?)
       ORDER BY id LIMIT ?`,
    )
    .raw();

  const startOf = (row: ScopeRow, after: RotationQuery['after']): Place => {
    const { epoch, floor } = row;
    if (after === null || (typeof after !== 'number' && isStart(after))) {
      return { epoch, position: 0, tag: 0, own: 0, floor };
    }
    const place = typeof after === 'number' ? { epoch, position: after, tag: 0, own: 0, floor } : after;
    places.check(row, place);
    return { ...place, own: 0 };
  };

  return (scope: Scope, query: RotationQuery): RotationPage => {
    const row = runningRotation(scopeRows.find(scope));
    const start = startOf(row, query.after);
    const end = Math.min(row.position, start.position + query.maxScan);
    const { targetVersion: target } = row;
    const found = rows.iterate(row.log, start.position, row.log, end, target, target, query.limit + 1);
    const { taken, isFull } = takePage(found, query.limit, query.maxBytes);
    const last = isFull ? taken.at(-1) : undefined;
    const position = last ? last[0] : places.beforeNext(row, end);
    const next = { ...start, position, tag: last ? last[2] : places.tagAt(row, position) };
    // What remains may lie before `start`: then the next page is an empty one.
    const hasMore = isFull || (position < row.position && remainingOf(row) > 0);
    return { entries: toChanges(taken).filter(hasData), next, hasMore };
  };
};
