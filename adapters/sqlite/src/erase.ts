import type { Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareRemoval } from './removal.js';
import { prepareScopeRows } from './scope-row.js';

/** One step of erasing a scope, to be called inside a transaction of the writer. */
export const prepareErase = (database: Database): ((scope: Scope, limit: number) => boolean) => {
  const scopeRows = prepareScopeRows(database);
  const remove = prepareRemoval(database);
  const mark = database.prepare<[number]>('UPDATE sync_scope SET erasing = 1 WHERE id = ?');

  return (scope, limit) => {
    const id = scopeRows.findId(scope);
    if (id === undefined) return true;
    mark.run(id);
    return remove(id, limit, 'discard');
  };
};
