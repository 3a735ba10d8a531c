import type { Storage, StorageTotals } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { once } from './once.js';
import type { Reader } from './reader.js';

type OfScopes = Omit<StorageTotals, 'users' | keyof OfDevices>;
type OfDevices = Pick<StorageTotals, 'devices' | 'activeDevices'>;

const prepare = (database: Database) => ({
  ofScopes: database.prepare<[], OfScopes>(
    `SELECT count(*) AS scopes, coalesce(sum(total_changes), 0) AS changes,
       coalesce(sum(data_bytes), 0) AS dataBytes, coalesce(sum(blob_bytes), 0) AS blobBytes
     FROM sync_scope WHERE held = 0 AND erasing = 0`,
  ),
  // The index of users is in order, so telling them apart costs nothing; the few who have only what does not count are subtracted.
  users: database
    .prepare<[], number>(
      `SELECT (SELECT count(*) FROM (SELECT DISTINCT user_id FROM sync_scope))
         - (SELECT count(DISTINCT h.user_id) FROM sync_scope h WHERE (h.held = 1 OR h.erasing = 1) AND NOT EXISTS
              (SELECT 1 FROM sync_scope v WHERE v.user_id = h.user_id AND v.held = 0 AND v.erasing = 0))`,
    )
    .pluck(),
  // The scopes that do not count are few, so that they are looked for in a list instead of each device in its scope.
  ofDevices: database.prepare<[number], OfDevices>(
    `SELECT count(*) AS devices, coalesce(sum(last_seen_at >= ?), 0) AS activeDevices
     FROM sync_device
     WHERE removed = 0 AND scope NOT IN (SELECT id FROM sync_scope WHERE held = 1 OR erasing = 1)`,
  ),
});

/** `Storage.totals`, in three snapshots, so that none of them stops everybody else for long. */
export const createTotals = (database: Database, read: Reader): Storage['totals'] => {
  const statements = once(() => prepare(database));
  return async (activeSince) => {
    const ofScopes = await read(() => statements().ofScopes.get());
    const users = await read(() => statements().users.get());
    const ofDevices = await read(() => statements().ofDevices.get(activeSince));
    if (!ofScopes || users === undefined || !ofDevices) throw new Error('The database answered no row for totals.');
    return { ...ofScopes, users, ...ofDevices };
  };
};
