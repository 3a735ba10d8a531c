import type { Query } from './database.js';
import { areFirst, deleteFirst } from './delete-first.js';
import { discard } from './discard.js';

/** Tables that name a scope, with the rest of their keys; its objects and what has one row a scope go before them. */
const tables = [
  ['change', ['log', 'position']],
  ['replaced', ['log', 'position']],
  ['survivor', ['log', 'table_name', 'row_id']],
  ['tombstone', ['log', 'position']],
  ['batch', ['log', 'device', 'batch_id']],
  ['dropped_log', ['log']],
  ['past_key', ['number']],
  ['ended_epoch', ['epoch']],
  ['device', ['number']],
] as const;

/** One step of removing a scope whose row is locked. @returns whether nothing is left. */
export type Removal = (query: Query, scopeId: string, limit: number, objects: 'discard' | 'forget') => Promise<boolean>;

export const createRemoval = (schema: string): Removal => {
  const dropSingle = ['envelope', 'compaction'].map((table) => `DELETE FROM ${schema}.${table} WHERE scope = $1`);
  // In this order also with `forgetHistory`, which deletes rows of such logs: first their row here, then the rest.
  const lockDropped = `SELECT log FROM ${schema}.dropped_log WHERE scope = $1 ORDER BY log FOR UPDATE`;
  const dropObjects = {
    discard: [
      discard(schema, 'reservation', areFirst(schema, 'reservation', ['scope'], ['hash', 'object_key'])),
      discard(schema, 'blob', areFirst(schema, 'blob', ['scope'], ['hash'])),
    ],
    // An import brings no reservations.
    forget: [deleteFirst(schema, 'blob', ['scope'], ['hash'])],
  };
  const dropRows = tables.map(([table, key]) => deleteFirst(schema, table, ['scope'], key));
  const self = `DELETE FROM ${schema}.scope WHERE scope = $1`;

  return async (query, scopeId, limit, objects) => {
    for (const statement of dropSingle) await query(statement, [scopeId]);
    await query(lockDropped, [scopeId]);
    let left = limit;
    for (const step of [...dropObjects[objects], ...dropRows]) {
      const [gone] = await query<{ count: number }>(step, [scopeId, left]);
      left -= gone?.count ?? 0;
      if (left <= 0) return false;
    }
    await query(self, [scopeId]);
    return true;
  };
};
