import type { Import, Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareRemoval } from '../removal.js';
import { prepareHeldRows } from './held-rows.js';

/** How an import ends, to be called inside a transaction of the writer. */
export const prepareEnd = (database: Database) => {
  const heldRows = prepareHeldRows(database);
  const remove = prepareRemoval(database);
  const seal = database.prepare<[number]>('UPDATE sync_scope SET import_run = NULL WHERE id = ?');
  const publish = database.prepare<[string, number]>(
    `UPDATE sync_scope SET held = 0 WHERE id IN (SELECT id FROM sync_scope
       WHERE held = 1 AND import_id = ? AND import_run IS NULL AND erasing = 0 LIMIT ?)`,
  );
  // Whose part is gone is neither written to nor published any more, also where this ends in the middle.
  const giveUp = database.prepare<[number]>("UPDATE sync_scope SET import_run = '' WHERE id = ?");
  const heldBy = database
    .prepare<[string], number>(
      'SELECT id FROM sync_scope WHERE held = 1 AND import_id = ? AND erasing = 0 ORDER BY id LIMIT 1',
    )
    .pluck();

  const next = (importId: string, scope: Scope | null): number | undefined => {
    if (scope === null) return heldBy.get(importId);
    const row = heldRows.find(scope);
    return row?.held && !row.erasing && row.importId === importId ? row.id : undefined;
  };

  return {
    seal(scope: Scope, by: Import): boolean {
      const row = heldRows.unsealed(scope, by);
      if (row) seal.run(row.id);
      return row !== undefined;
    },

    publish: (importId: string, limit: number): boolean => publish.run(importId, limit).changes < limit,

    abandon(importId: string, scope: Scope | null, limit: number): boolean {
      const id = next(importId, scope);
      if (id === undefined) return true;
      giveUp.run(id);
      return remove(id, limit, 'forget') && next(importId, scope) === undefined;
    },
  };
};
