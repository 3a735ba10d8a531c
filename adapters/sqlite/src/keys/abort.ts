import type { Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { changeId, inRange, positionOf } from '../log/range.js';
import { prepareScopeRows, type ScopeRow } from '../scope-row.js';
import { prepareEnvelopes } from './envelopes.js';

/** A row may hold a mebibyte, so a step ends by bytes too. */
const bytesPerStep = 4 * 1024 * 1024;

interface ReplacedRow {
  readonly position: number;
  /** Of the replaced text; null when the entry was only declared unreadable. */
  readonly bytes: number | null;
}

/** One step of an abort, to be called inside a transaction of the writer. */
export const prepareAbort = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const envelopes = prepareEnvelopes(database);
  const replaced = database.prepare<[number, number, number, number, number, number], ReplacedRow>(
    `SELECT ${positionOf} AS position, octet_length(data) AS bytes FROM sync_replaced
     WHERE ${inRange} AND target = ? ORDER BY id LIMIT ?`,
  );
  const present = database
    .prepare<[number, number], number>(`SELECT octet_length(data) FROM sync_change WHERE id = ${changeId}`)
    .pluck();
  const restore = database.prepare<[number, number]>(
    `UPDATE sync_change SET key_version = r.key_version, data = r.data FROM sync_replaced r
     WHERE r.id = sync_change.id AND sync_change.id = ${changeId}`,
  );
  const forget = database.prepare<[number, number]>(`DELETE FROM sync_replaced WHERE id = ${changeId}`);
  const step = database.prepare<[number, number, number]>(
    `UPDATE sync_scope SET aborting = 1, data_bytes = data_bytes + ?, target_entries = target_entries - ? WHERE id = ?`,
  );
  const finish = database.prepare<[number]>(
    `UPDATE sync_scope SET target_version = 0, target_entries = 0, unreadable_entries = 0, aborting = 0,
       key_revision = key_revision + 1 WHERE id = ?`,
  );

  /** @returns whether everything is back. */
  const putBack = (row: ScopeRow, limit: number): boolean => {
    const rows = replaced.all(row.log, 0, row.log, row.position, row.targetVersion, limit + 1);
    let bytes = 0;
    let restored = 0;
    let moved = 0;
    let count = 0;
    for (const { position, bytes: before } of rows.slice(0, limit)) {
      if (count > 0 && moved + (before ?? 0) > bytesPerStep) break;
      count++;
      moved += before ?? 0;
      if (before !== null) {
        bytes += before - (present.get(row.log, position) ?? 0);
        restored++;
        restore.run(row.log, position);
      }
      forget.run(row.log, position);
    }
    step.run(bytes, restored, row.id);
    return count === rows.length;
  };

  return (scope: Scope, limit: number, now: number): { readonly done: boolean; readonly keyVersion: number } => {
    const row = scopeRows.find(scope);
    if (!row || row.targetVersion === 0) throw new SyncError('no_rotation');
    const { keyVersion } = row;
    if (!putBack(row, limit)) return { done: false, keyVersion };
    const stored = envelopes.find(row.id);
    if (!stored || stored.targetEnvelope === null) throw new Error('A rotation has lost its envelope.');
    envelopes.archive(row.id, stored.targetEnvelope, row.targetVersion, now, 'aborted');
    envelopes.setTarget(row.id, null);
    finish.run(row.id);
    return { done: true, keyVersion };
  };
};
