import type { ChangeLog, CompactionBounds, CompactionPlan, Scope } from '@synckeep/core';
import type { Database } from '../database.js';
import { isVisible, scopeValues } from '../scope-row.js';

/** Rows that one look covers: a few milliseconds. */
const slice = 5_000;

interface Range {
  readonly scope: string;
  readonly log: number;
  readonly changes: number;
  readonly floor: number;
  readonly walked: number;
  readonly horizon: number;
  readonly passed: number;
}

interface WalkedRow {
  readonly position: number;
  readonly table: string;
  readonly rowId: string;
  readonly isDelete: boolean;
  readonly bytes: number;
  /** The change that compaction kept of this row so far. */
  readonly former: number | null;
  readonly formerBytes: number | null;
}

interface Tombstone {
  readonly position: number;
  readonly bytes: number;
}

/** What stays of a row, as far as the plan has come. */
interface Last extends Tombstone {
  readonly isDelete: boolean;
}

/** `ChangeLog.compactionPlan`. Remembers every row that was changed since compaction last came by, for whoever waits for it. */
export const createCompactionPlan = ({ schema, query }: Database): ChangeLog['compactionPlan'] => {
  const find = `SELECT s.scope, s.log, s.total_changes AS changes, s.floor, r.walked, r.horizon, r.passed
    FROM ${schema}.scope s CROSS JOIN LATERAL ${schema}.compaction_range(s, $4, $5, $6) AS r
    WHERE ${isVisible} AND NOT s.erasing`;
  const walk = `SELECT c.*, coalesce(f.bytes, 0) AS "formerBytes"
    FROM (
      SELECT t.position, t.table_name AS table, t.row_id AS "rowId", t.op = 2 AS "isDelete",
        coalesce(octet_length(t.data), 0) AS bytes, (
          SELECT v.position FROM ${schema}.survivor v
          WHERE v.scope = $1 AND v.log = $2 AND v.table_name = t.table_name AND v.row_id = t.row_id LIMIT 1
        ) AS former
      FROM ${schema}.change t WHERE t.scope = $1 AND t.log = $2 AND t.position > $3 AND t.position <= $4
      ORDER BY t.position LIMIT ${slice}
    ) AS c LEFT JOIN LATERAL (
      SELECT octet_length(t.data) AS bytes FROM ${schema}.change t
      WHERE t.scope = $1 AND t.log = $2 AND t.position = c.former LIMIT 1
    ) AS f ON true
    ORDER BY c.position`;
  const list = `SELECT t.position, coalesce(c.bytes, 0) AS bytes
    FROM (
      SELECT t.position FROM ${schema}.tombstone t
      WHERE t.scope = $1 AND t.log = $2 AND t.position > $3 AND t.position <= $4 ORDER BY t.position LIMIT ${slice}
    ) AS t CROSS JOIN LATERAL (
      SELECT octet_length(c.data) AS bytes FROM ${schema}.change c
      WHERE c.scope = $1 AND c.log = $2 AND c.position = t.position LIMIT 1
    ) AS c
    ORDER BY t.position`;

  /** Page after page of rows in order of their positions. */
  async function* pages<R extends { readonly position: number }>(
    statement: string,
    range: Range,
    from: number,
    to: number,
  ) {
    for (let after = from; after < to; ) {
      const page = await query<R>(statement, [range.scope, range.log, after, to]);
      yield* page;
      after = page.length < slice ? to : (page.at(-1)?.position ?? to);
    }
  }

  return async (scope: Scope, { now, keepFrom, activeSince }: CompactionBounds): Promise<CompactionPlan> => {
    const [range] = await query<Range>(find, [...scopeValues(scope), now, keepFrom, activeSince]);
    if (!range) return { changes: 0, removable: 0, removableBytes: 0, tombstones: 0, horizon: 0 };
    const { changes, floor, walked, horizon, passed } = range;
    const lasts = new Map<string, Last>();
    const superseded = new Set<number>();
    let removable = 0;
    let removableBytes = 0;
    for await (const row of pages<WalkedRow>(walk, range, walked, horizon)) {
      const key = `${row.table}/${row.rowId}`;
      const before = lasts.get(key);
      if (before !== undefined || row.former !== null) {
        removable++;
        removableBytes += before?.bytes ?? row.formerBytes ?? 0;
      }
      if (before === undefined && row.former !== null) superseded.add(row.former);
      lasts.set(key, row);
    }
    const tombstones: Tombstone[] = [...lasts.values()].filter(
      ({ isDelete, position }) => isDelete && position <= passed,
    );
    for await (const tombstone of pages<Tombstone>(list, range, floor, Math.min(walked, horizon, passed))) {
      if (!superseded.has(tombstone.position)) tombstones.push(tombstone);
    }
    removableBytes += tombstones.reduce((sum, { bytes }) => sum + bytes, 0);
    return {
      changes,
      removable: removable + tombstones.length,
      removableBytes,
      tombstones: tombstones.length,
      horizon,
    };
  };
};
