import type { RotationPage, RotationQuery, Scope, StoredChange } from '@synckeep/core';
import { type Place, SyncError } from '@synckeep/protocol';
import type { Database } from '../database.js';
import { isStart } from '../log/named-place.js';
import { createNaming } from '../log/naming.js';
import { type ChangeRow, takePage } from '../log/row.js';
import { createScopeRows, fromTag, type ScopeRow, toTag } from '../scope-row.js';
import { remainingOf, runningRotation } from './rotation.js';

const hasData = (change: StoredChange): change is StoredChange & { readonly data: string } => change.data !== null;

const startOf = ({ epoch, floor }: ScopeRow, after: RotationQuery['after']): Place => {
  const start = { epoch, position: 0, tag: 0, own: 0, floor };
  if (after === null) return start;
  // Nobody presents an integer cursor of a rotation, so it is taken for one of this log.
  if (typeof after === 'number') return { ...start, position: after };
  return isStart(after) ? start : { ...after, own: 0 };
};

/** A page of entries to re-encrypt, in one snapshot. */
export const createRotationEntries = (database: Database) => {
  const { schema } = database;
  const { find } = createScopeRows(schema);
  const toChanges = createNaming(schema);
  const check = `SELECT ${schema}.expiry(s, $2, $3, $4, $5) AS reason, ${schema}.tag_at(s, $6) AS "endTag"
    FROM ${schema}.scope s WHERE s.scope = $1`;
  // As the function "read_page": one row more than the page holds, and without the data that does not fit.
  const list = `SELECT page.position, page.device, page.tag, page.key_version, page.op, page.table_name, page.row_id,
      page.timestamp, page.blobs, page.bytes, CASE WHEN page.nth = 1 OR page.sum <= $7 THEN page.data END AS data
    FROM (
      SELECT c.*, octet_length(c.data) AS bytes, row_number() OVER by_position AS nth,
        sum(octet_length(c.data)) OVER by_position AS sum
      FROM ${schema}.change c
      WHERE c.scope = $1 AND c.log = $2 AND c.position > $3 AND c.position <= $4 AND c.data IS NOT NULL
        AND c.key_version IS DISTINCT FROM $5 AND NOT EXISTS (
          SELECT FROM ${schema}.replaced r
          WHERE r.scope = $1 AND r.log = $2 AND r.position = c.position AND r.target = $5
            AND r.position > $3 AND r.position <= $4)
      WINDOW by_position AS (ORDER BY c.position ROWS UNBOUNDED PRECEDING)
      LIMIT $6
    ) AS page
    WHERE page.nth <= 2 OR page.sum - page.bytes <= $7
    ORDER BY page.position`;

  return (scope: Scope, { after, limit, maxBytes, maxScan }: RotationQuery): Promise<RotationPage> =>
    database.read(async (query) => {
      const row = runningRotation(await find(query, scope));
      const start = startOf(row, after);
      const end = Math.min(row.position, start.position + maxScan);
      const place = [start.epoch, start.position, fromTag(start.tag), start.floor];
      const [checked] = await query<{ reason: string | null; endTag: number }>(check, [row.scope, ...place, end]);
      const reason = checked?.reason ?? null;
      if (reason !== null) throw new SyncError('cursor_expired', { details: { reason } });
      const range = [row.scope, row.log, start.position, end];
      const rows = await query<ChangeRow>(list, [...range, row.targetVersion, limit + 1, maxBytes]);
      const { taken, isFull } = takePage(rows, limit, maxBytes);
      const last = isFull ? taken.at(-1) : undefined;
      const next = last
        ? { ...start, position: last.position, tag: toTag(last.tag) }
        : { ...start, position: end, tag: toTag(checked?.endTag ?? 0) };
      // What remains may lie before `start`: then the next page is an empty one.
      const hasMore = isFull || (end < row.position && remainingOf(row) > 0);
      const changes = await toChanges(query, row, taken);
      if (changes === null) throw new Error('A stored change names a device that is not there.');
      return { entries: changes.filter(hasData), next, hasMore };
    });
};
