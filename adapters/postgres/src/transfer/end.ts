import type { Transfer } from '@synckeep/core';
import type { Database } from '../database.js';
import { createRemoval } from '../removal.js';
import { toScopeId } from '../scope-id.js';
import { createWithinHeld } from './held-rows.js';

/** How an import ends. */
export const createEnd = (database: Database): Pick<Transfer, 'seal' | 'publish' | 'abandon'> => {
  const { schema } = database;
  const within = createWithinHeld(database);
  const remove = createRemoval(schema);
  // Where compaction took the last row away, each device has a note of its own last push.
  const seal = `UPDATE ${schema}.scope s SET sealed = true, head_device = CASE WHEN EXISTS (
        SELECT FROM ${schema}.change c WHERE c.scope = $1 AND c.log = s.log AND c.position = s.head
      ) THEN s.head_device ELSE 0 END
    WHERE s.scope = $1`;
  // Locked in one order, so that no two nodes wait for each other.
  const lockHeld = (condition: string) => `SELECT s.scope FROM ${schema}.scope s
    WHERE s.held AND s.import_id = $1 AND NOT s.erasing AND ${condition} ORDER BY s.scope LIMIT $2 FOR NO KEY UPDATE`;
  const lockSealed = lockHeld('s.sealed');
  const lockAll = lockHeld('true');
  const lockOne = lockHeld('s.scope = $3');
  const publish = `UPDATE ${schema}.scope SET held = false WHERE scope = ANY ($1::uuid[])`;
  // Whose part is gone is neither written to nor published any more, also where this ends in the middle.
  const giveUp = `UPDATE ${schema}.scope SET sealed = false, import_run = '' WHERE scope = $1`;

  return {
    seal: (scope, by) => within(scope, by, (query, row) => query(seal, [row.scope])),

    publish: (importId, limit) =>
      database.write(async (query) => {
        const rows = await query<{ scope: string }>(lockSealed, [importId, limit + 1]);
        await query(publish, [rows.slice(0, limit).map(({ scope }) => scope)]);
        return rows.length <= limit;
      }),

    abandon: (importId, scope, limit) =>
      database.write(async (query) => {
        const [first, second] = await (scope === null
          ? query<{ scope: string }>(lockAll, [importId, 2])
          : query<{ scope: string }>(lockOne, [importId, 1, toScopeId(scope)]));
        if (!first) return true;
        await query(giveUp, [first.scope]);
        return (await remove(query, first.scope, limit, 'forget')) && second === undefined;
      }),
  };
};
