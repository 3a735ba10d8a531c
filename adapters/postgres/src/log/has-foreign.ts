import type { Scope } from '@synckeep/core';
import type { Database } from '../database.js';
import { isVisible, scopeValues } from '../scope-row.js';

/** Rows that one call looks at: a few milliseconds. */
const slice = 10_000;

/** `ChangeLog.hasForeign`: one round trip. */
export const createHasForeign = ({ schema, query }: Database) => {
  const look = `SELECT CASE WHEN x.newest <= $5::bigint THEN false WHEN x.newest <= $6::bigint THEN true
      ELSE $5::bigint + ${slice} < $6::bigint OR EXISTS (
        SELECT FROM ${schema}.change c WHERE c.scope = x.scope AND c.log = x.log AND c.device <> x.number
          AND c.position > $5::bigint AND c.position <= least($6::bigint, $5::bigint + ${slice}))
      END AS "isForeign"
    FROM (
      SELECT s.scope, s.log, d.number, CASE s.head_device WHEN d.number THEN s.other_head ELSE s.head END AS newest
      FROM ${schema}.scope s JOIN ${schema}.device d ON d.scope = s.scope
      WHERE ${isVisible} AND d.id = $4 AND NOT d.removed AND NOT s.erasing
    ) AS x`;

  return async (scope: Scope, deviceId: string, after: number, upTo: number): Promise<boolean> => {
    const values = [...scopeValues(scope), deviceId, after, upTo];
    const [row] = await query<{ isForeign: boolean }>(look, values);
    // A device that is gone wrote none of the rows that are new to anybody.
    return row ? row.isForeign : upTo > after;
  };
};
