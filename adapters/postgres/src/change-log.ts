import type { ChangeLog, LogHead, ScopeSignal } from '@synckeep/core';
import { noEpoch } from '@synckeep/protocol';
import type { Database } from './database.js';
import { createAppend } from './log/append.js';
import { createAppendTogether } from './log/append-together.js';
import { createCompact } from './log/compact.js';
import { createCompactionPlan } from './log/compaction-plan.js';
import { createHasForeign } from './log/has-foreign.js';
import { createPresented } from './log/presented.js';
import { createRead } from './log/read.js';
import { createReset } from './log/reset.js';
import { toScopeId } from './scope-id.js';
import { headOf, isVisible, type ScopeRow, scopeColumns, scopeValues } from './scope-row.js';

const emptyHead: LogHead = { epoch: noEpoch, position: 0, tag: 0, floor: 0 };

const toSignal = (row: ScopeRow | undefined): ScopeSignal => ({
  head: row ? headOf(row) : emptyHead,
  keyRevision: row?.keyRevision ?? 0,
  keyVersion: row ? (!row.aborting && row.targetVersion) || row.keyVersion : 0,
});

export const createChangeLog = (database: Database): ChangeLog => {
  const { schema, query } = database;
  const read = createRead(database);
  const remember = createPresented(database);
  const status = `SELECT ${scopeColumns}, ${schema}.reserved_bytes(s.scope, $4) AS reserved
    FROM ${schema}.scope s WHERE ${isVisible}`;
  const signals = `SELECT asked.nth::integer AS nth, ${scopeColumns}
    FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (scope, nth) JOIN ${schema}.scope s ON s.scope = asked.scope
    WHERE NOT s.held`;
  // Without waiting for whoever drops the log of such a batch at the same time.
  const forget = `WITH old AS MATERIALIZED (
      SELECT scope, log, device, batch_id FROM ${schema}.batch WHERE received_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
    )
    DELETE FROM ${schema}.batch b USING old
    WHERE b.scope = old.scope AND b.log = old.log AND b.device = old.device AND b.batch_id = old.batch_id
    RETURNING 1`;

  return {
    append: createAppendTogether(database, createAppend(database)),

    async read(scope, asked) {
      const result = await read(scope, asked);
      await remember(scope, result, asked);
      return result.page;
    },

    hasForeign: createHasForeign(database),

    async status(scope, now) {
      const [row] = await query<ScopeRow & { reserved: number }>(status, [...scopeValues(scope), now]);
      if (!row) return { head: emptyHead, totalChanges: 0, bytesUsed: 0, keyVersion: null };
      const { totalChanges, dataBytes, blobBytes, reserved, keyVersion } = row;
      return {
        head: headOf(row),
        totalChanges,
        bytesUsed: dataBytes + blobBytes + reserved,
        keyVersion: keyVersion || null,
      };
    },

    async signals(scopes) {
      const rows = await query<ScopeRow & { nth: number }>(signals, [scopes.map(toScopeId)]);
      const byIndex = new Map(rows.map((row) => [row.nth - 1, row]));
      return scopes.map((_, index) => toSignal(byIndex.get(index)));
    },

    reset: createReset(database),

    async renewEpoch(scope, epoch) {
      await database.write((run) =>
        run(`UPDATE ${schema}.scope SET epoch = $2, epoch_start = head WHERE scope = $1`, [toScopeId(scope), epoch]),
      );
    },

    compact: createCompact(database),
    compactionPlan: createCompactionPlan(database),
    forgetBatches: async (before, limit) => (await database.once(forget, [before, limit])).length,
  };
};
