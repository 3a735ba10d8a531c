import type { Storage } from '@synckeep/core';
import type { Database } from './database.js';
import { createRemoval } from './removal.js';
import { createScopeRows } from './scope-row.js';

/** `Storage.erase`: one transaction a step. */
export const createErase = (database: Database): Storage['erase'] => {
  const { schema } = database;
  const { lockAny } = createScopeRows(schema);
  const remove = createRemoval(schema);
  // Without its envelope a scope has no key and no rotation either.
  const mark = `UPDATE ${schema}.scope SET erasing = true, key_version = 0, target_version = 0, aborting = false
    WHERE scope = $1`;

  return (scope, limit) =>
    database.write(async (query) => {
      const row = await lockAny(query, scope);
      if (!row) return true;
      if (!row.erasing) await query(mark, [row.scope]);
      return remove(query, row.scope, limit, 'discard');
    });
};
