import type { Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareRemoval } from './removal.js';
import { prepareScopeRows } from './scope-row.js';

/** One step of erasing a scope, to be called inside a transaction of the writer. */
export const prepareErase = (database: Database): ((scope: Scope, limit: number) => boolean) => {
  const scopeRows = prepareScopeRows(database);
  const remove = prepareRemoval(database);
  // Without its envelope a scope has no key and no rotation either.
  const mark = database.prepare<[number]>(
    'UPDATE sync_scope SET erasing = 1, key_version = 0, target_version = 0, aborting = 0 WHERE id = ?',
  );

  return (scope, limit) => {
    const id = scopeRows.findId(scope);
    if (id === undefined) return true;
    mark.run(id);
    return remove(id, limit, 'discard');
  };
};
