import type { Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database, Query } from '../database.js';
import { createScopeRows, type ScopeRow } from '../scope-row.js';
import { createEnvelopes } from './envelopes.js';

/** A row may hold a mebibyte, so a step ends by bytes too. */
const bytesPerStep = 4 * 1024 * 1024;

interface ReplacedRow {
  readonly position: number;
  /** Of the replaced text; null when the entry was only declared unreadable. */
  readonly before: number | null;
  /** Of the text in its place. */
  readonly present: number;
}

/** One step of an abort. */
export const createAbort = (database: Database) => {
  const { schema } = database;
  const { lock } = createScopeRows(schema);
  const envelopes = createEnvelopes(schema);
  const find = `SELECT r.position, octet_length(r.data) AS before, (
      SELECT octet_length(c.data) FROM ${schema}.change c
      WHERE c.scope = $1 AND c.log = $2 AND c.position = r.position
    ) AS present
    FROM ${schema}.replaced r WHERE r.scope = $1 AND r.log = $2 AND r.target = $3 ORDER BY r.position LIMIT $4`;
  const restore = `WITH gone AS (
      DELETE FROM ${schema}.replaced WHERE scope = $1 AND log = $2 AND position = ANY ($3::bigint[])
      RETURNING position, key_version, data
    )
    UPDATE ${schema}.change c SET key_version = gone.key_version, data = gone.data FROM gone
    WHERE c.scope = $1 AND c.log = $2 AND c.position = gone.position AND c.position = ANY ($3)
      AND gone.data IS NOT NULL`;
  const step = `UPDATE ${schema}.scope SET aborting = true, data_bytes = data_bytes + $2,
      target_entries = target_entries - $3
    WHERE scope = $1`;
  const finish = `UPDATE ${schema}.scope SET target_version = 0, target_entries = 0, unreadable_entries = 0,
      aborting = false, key_revision = key_revision + 1
    WHERE scope = $1`;

  /** @returns whether everything is back. */
  const putBack = async (query: Query, { scope, log, targetVersion }: ScopeRow, limit: number): Promise<boolean> => {
    const rows = await query<ReplacedRow>(find, [scope, log, targetVersion, limit + 1]);
    let bytes = 0;
    let restored = 0;
    let moved = 0;
    const positions: number[] = [];
    for (const { position, before, present } of rows.slice(0, limit)) {
      if (positions.length > 0 && moved + (before ?? 0) > bytesPerStep) break;
      positions.push(position);
      if (before === null) continue;
      moved += before;
      bytes += before - present;
      restored++;
    }
    if (positions.length > 0) await query(restore, [scope, log, positions]);
    await query(step, [scope, bytes, restored]);
    return positions.length === rows.length;
  };

  return (scope: Scope, limit: number, now: number): Promise<{ readonly done: boolean; readonly keyVersion: number }> =>
    database.write(async (query) => {
      const row = await lock(query, scope);
      if (!row || row.targetVersion === 0) throw new SyncError('no_rotation');
      const { keyVersion, targetVersion } = row;
      if (!(await putBack(query, row, limit))) return { done: false, keyVersion };
      const stored = await envelopes.find(query, row.scope);
      if (!stored || stored.targetEnvelope === null) throw new Error('A rotation has lost its envelope.');
      const { targetEnvelope: envelope } = stored;
      await envelopes.archive(query, row.scope, {
        envelope,
        keyVersion: targetVersion,
        replacedAt: now,
        reason: 'aborted',
      });
      await envelopes.setTarget(query, row.scope, null);
      await query(finish, [row.scope]);
      return { done: true, keyVersion };
    });
};
