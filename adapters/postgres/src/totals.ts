import type { Storage, StorageTotals } from '@synckeep/core';
import type { Database } from './database.js';

/** `Storage.totals`, in one statement. The scopes that do not count are few, so that devices need not be joined to theirs. */
export const createTotals = ({ schema, query }: Database): Storage['totals'] => {
  const totals = `SELECT * FROM
    (SELECT count(*) AS scopes, coalesce(sum(total_changes), 0)::bigint AS changes,
       coalesce(sum(data_bytes), 0)::bigint AS "dataBytes", coalesce(sum(blob_bytes), 0)::bigint AS "blobBytes"
     FROM ${schema}.scope WHERE NOT held AND NOT erasing) AS of_scopes,
    (SELECT count(*) AS users FROM
       (SELECT DISTINCT user_id FROM ${schema}.scope WHERE NOT held AND NOT erasing) AS owners) AS of_users,
    (SELECT count(*) AS devices, count(*) FILTER (WHERE last_seen_at >= $1) AS "activeDevices" FROM ${schema}.device
     WHERE NOT removed AND scope NOT IN (SELECT scope FROM ${schema}.scope WHERE held OR erasing)) AS of_devices`;
  return async (activeSince) => {
    const [row] = await query<StorageTotals>(totals, [activeSince]);
    if (!row) throw new Error('The database answered no row for totals.');
    return row;
  };
};
