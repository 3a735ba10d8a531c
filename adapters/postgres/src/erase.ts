import type { Storage } from '@synckeep/core';
import type { Database } from './database.js';
import { areFirst, deleteFirst } from './delete-first.js';
import { discard } from './discard.js';
import { createScopeRows } from './scope-row.js';

/** Tables that name a scope, with the rest of their keys; its objects and its envelope go before them. */
const tables = [
  ['change', ['log', 'position']],
  ['replaced', ['log', 'position']],
  ['batch', ['log', 'device', 'batch_id']],
  ['dropped_log', ['log']],
  ['past_key', ['number']],
  ['ended_epoch', ['log']],
  ['device', ['number']],
] as const;

/** `Storage.erase`: one transaction a step. */
export const createErase = (database: Database): Storage['erase'] => {
  const { schema } = database;
  const { lock } = createScopeRows(schema);
  // Without its envelope a scope has no key and no rotation either.
  const mark = `UPDATE ${schema}.scope SET erasing = true, key_version = 0, target_version = 0, aborting = false
    WHERE scope = $1`;
  const dropEnvelope = `DELETE FROM ${schema}.envelope WHERE scope = $1`;
  // In this order also with `forgetHistory`, which deletes rows of such logs: first their row here, then the rest.
  const lockDropped = `SELECT log FROM ${schema}.dropped_log WHERE scope = $1 ORDER BY log FOR UPDATE`;
  const steps = [
    discard(schema, 'reservation', areFirst(schema, 'reservation', ['scope'], ['hash', 'object_key'])),
    discard(schema, 'blob', areFirst(schema, 'blob', ['scope'], ['hash'])),
    ...tables.map(([table, key]) => deleteFirst(schema, table, ['scope'], key)),
  ];
  const self = `DELETE FROM ${schema}.scope WHERE scope = $1`;

  return (scope, limit) =>
    database.write(async (query) => {
      const row = await lock(query, scope);
      if (!row) return true;
      const id = [row.scope];
      if (!row.erasing) {
        await query(mark, id);
        await query(dropEnvelope, id);
      }
      await query(lockDropped, id);
      let left = limit;
      for (const step of steps) {
        const [gone] = await query<{ count: number }>(step, [row.scope, left]);
        left -= gone?.count ?? 0;
        if (left <= 0) return false;
      }
      await query(self, id);
      return true;
    });
};
