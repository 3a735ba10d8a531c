import type { Scope } from '@synckeep/core';
import type { Database } from '../database.js';
import { discard } from '../discard.js';
import { createScopeRows } from '../scope-row.js';

/** `ChangeLog.reset`. Its time does not grow with the log: the rows of the old one go with `forgetHistory`. */
export const createReset = (database: Database) => {
  const { schema } = database;
  const { lock } = createScopeRows(schema);
  const start = `UPDATE ${schema}.scope SET log = log + 1, epoch = $2, head = 0, head_tag = 0, head_device = 0,
      other_head = 0, floor = 0, compacted = 0, epoch_start = 0, unnamed = 0, total_changes = 0, data_bytes = 0, data_entries = 0, blob_bytes = 0, key_version = 0,
      key_revision = key_revision + 1, rotated = false, target_version = 0, target_entries = 0, unreadable_entries = 0,
      aborting = false, leftovers = false
    WHERE scope = $1`;
  const endEpoch = `INSERT INTO ${schema}.ended_epoch (scope, epoch) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
  const forgetPlaces = `UPDATE ${schema}.device SET log = $2, last_push = 0, presented_epoch = NULL,
      presented_position = 0, presented_tag = 0, presented_own = 0, presented_floor = 0, presented_at = 0
    WHERE scope = $1`;

  return (scope: Scope, epoch: string): Promise<number> =>
    database.write(async (query) => {
      const row = await lock(query, scope);
      if (!row) return 0;
      const id = [row.scope];
      await query(endEpoch, [row.scope, row.epoch]);
      await query(`INSERT INTO ${schema}.dropped_log (scope, log) VALUES ($1, $2)`, [row.scope, row.log]);
      await query(start, [row.scope, epoch]);
      await query(`DELETE FROM ${schema}.envelope WHERE scope = $1`, id);
      await query(`DELETE FROM ${schema}.past_key WHERE scope = $1`, id);
      await query(forgetPlaces, [row.scope, row.log + 1]);
      await query(discard(schema, 'reservation', 'scope = $1'), id);
      await query(discard(schema, 'blob', 'scope = $1'), id);
      return row.lastKeyVersion;
    });
};
