import type { Query } from './database.js';
import type { ScopeRow } from './scope-row.js';

/**
 * Bytes of data, confirmed blobs and reservations of a scope that is locked. Several reservations of one hash count
 * once, as the largest; those that expired by `now` not at all.
 */
export const createBytesUsed = (schema: string) => {
  const reserved = `SELECT ${schema}.reserved_bytes($1, $2) AS bytes`;
  return async (query: Query, { scope, dataBytes, blobBytes }: ScopeRow, now: number): Promise<number> => {
    const [open] = await query<{ bytes: number }>(reserved, [scope, now]);
    return dataBytes + blobBytes + (open?.bytes ?? 0);
  };
};
