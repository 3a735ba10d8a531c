import type { Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareDiscard } from '../discard.js';
import { prepareScopeRows } from '../scope-row.js';
import { prepareDrop } from './drop.js';

/** Rows that the reset itself deletes; what is left goes with `forgetHistory`, out of everybody's sight until then. */
const atOnce = 20;

/** The reset itself, to be called inside a transaction of the writer. Its time does not grow with the log. */
export const prepareReset = (database: Database): ((scope: Scope, epoch: string) => number) => {
  const scopeRows = prepareScopeRows(database);
  const drop = prepareDrop(database);
  const discard = prepareDiscard(database);
  const markDropped = database.prepare<[number]>('UPDATE sync_log SET dropped = 1 WHERE id = ?');
  const endEpoch = database.prepare<[number, string]>(
    'INSERT OR IGNORE INTO sync_ended_epoch (scope, epoch) VALUES (?, ?)',
  );
  const start = database.prepare<[number, string, number]>(
    `UPDATE sync_scope SET log = ?, epoch = ?, head = 0, head_tag = 0, head_device = 0, other_head = 0, floor = 0,
       compacted = 0, swept = 0, cleared = 0, epoch_start = 0, unnamed = 0,
       total_changes = 0, data_bytes = 0, data_entries = 0, blob_bytes = 0, key_version = 0,
       key_revision = key_revision + 1, rotated = 0, target_version = 0, target_entries = 0, unreadable_entries = 0,
       aborting = 0, leftovers = 0
     WHERE id = ?`,
  );
  const dropEnvelope = database.prepare<[number]>('DELETE FROM sync_envelope WHERE scope = ?');
  const dropHistory = database.prepare<[number]>('DELETE FROM sync_past_key WHERE scope = ?');
  const forgetPlaces = database.prepare<[number]>(
    `UPDATE sync_device SET last_push = 0, presented_epoch = NULL, presented_position = 0, presented_tag = 0,
       presented_own = 0, presented_floor = 0, presented_at = 0 WHERE scope = ?`,
  );

  return (scope, epoch) => {
    const row = scopeRows.find(scope);
    if (!row) return 0;
    const { id, log, lastKeyVersion } = row;
    endEpoch.run(id, row.epoch);
    markDropped.run(log);
    start.run(scopeRows.newLog(id), epoch, id);
    dropEnvelope.run(id);
    dropHistory.run(id);
    forgetPlaces.run(id);
    discard.allOf(id);
    drop(log, atOnce);
    return lastKeyVersion;
  };
};
