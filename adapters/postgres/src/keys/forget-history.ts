import type { Database, Query, Value } from '../database.js';
import { deleteFirst } from '../delete-first.js';

interface FoundLog {
  readonly scope: string;
  readonly log: number;
}

/**
 * Drops old envelopes, the replaced texts of completed rotations and the rows of logs that a reset dropped, in a
 * bounded step. Several nodes may do it at once: each takes what no other one holds and waits for nobody.
 */
export const createForgetHistory = (database: Database) => {
  const { schema } = database;
  const envelopes = `
    WITH chosen AS MATERIALIZED (
      SELECT scope, number FROM ${schema}.past_key WHERE replaced_at < $1 ORDER BY replaced_at LIMIT $2
      FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM ${schema}.past_key t USING chosen WHERE t.scope = chosen.scope AND t.number = chosen.number
      RETURNING 1
    )
    SELECT count(*)::integer AS count FROM gone`;
  const droppedLog = `SELECT scope, log FROM ${schema}.dropped_log LIMIT 1 FOR UPDATE SKIP LOCKED`;
  const rowsOfLog = [
    deleteFirst(schema, 'change', ['scope', 'log'], ['position']),
    deleteFirst(schema, 'replaced', ['scope', 'log'], ['position']),
    deleteFirst(schema, 'survivor', ['scope', 'log'], ['table_name', 'row_id']),
    deleteFirst(schema, 'tombstone', ['scope', 'log'], ['position']),
    deleteFirst(schema, 'batch', ['scope', 'log'], ['device', 'batch_id']),
  ];
  const dropLog = `DELETE FROM ${schema}.dropped_log WHERE scope = $1 AND log = $2`;
  // Not while another rotation of the scope runs: its own replaced texts are in the same table. The lock keeps it out.
  const leftover = `SELECT scope, log FROM ${schema}.scope WHERE leftovers AND target_version = 0 LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED`;
  const dropTexts = deleteFirst(schema, 'replaced', ['scope', 'log'], ['position']);
  const clean = `UPDATE ${schema}.scope SET leftovers = false WHERE scope = $1`;

  const countOf = async (query: Query, statement: string, values: readonly Value[]): Promise<number> =>
    (await query<{ count: number }>(statement, values))[0]?.count ?? 0;

  const dropLogs = async (query: Query, limit: number): Promise<number> => {
    let left = limit;
    while (left > 0) {
      const [found] = await query<FoundLog>(droppedLog);
      if (!found) break;
      const { scope, log } = found;
      for (const statement of rowsOfLog) left -= await countOf(query, statement, [scope, log, left]);
      if (left <= 0) break;
      await query(dropLog, [scope, log]);
      left--;
    }
    return limit - left;
  };

  const dropLeftovers = async (query: Query, limit: number): Promise<number> => {
    let left = limit;
    while (left > 0) {
      const [found] = await query<FoundLog>(leftover);
      if (!found) break;
      const texts = await countOf(query, dropTexts, [found.scope, found.log, left]);
      if (texts < left) await query(clean, [found.scope]);
      left -= texts;
    }
    return limit - left;
  };

  return (before: number, limit: number): Promise<number> =>
    database.write(async (query) => {
      let count = await countOf(query, envelopes, [before, limit]);
      count += await dropLogs(query, limit - count);
      return count + (await dropLeftovers(query, limit - count));
    });
};
