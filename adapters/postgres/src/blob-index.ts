import type {
  BlobIndex,
  BlobReservation,
  CollectedBlobs,
  ConfirmedBlob,
  ListedBlob,
  ReserveBlob,
  Scope,
} from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import { createBytesUsed } from './bytes-used.js';
import type { Database, Query } from './database.js';
import { discard } from './discard.js';
import { createScopeRows, isVisible, scopeValues } from './scope-row.js';

/** What a scope has, as `reserve` looks at it. */
interface Present {
  readonly hasDevice: boolean;
  readonly isConfirmed: boolean;
  readonly reservations: number;
}

export const createBlobIndex = (database: Database): BlobIndex => {
  const { schema, query } = database;
  const { lock } = createScopeRows(schema);
  const bytesUsed = createBytesUsed(schema);
  const ofScope = (table: 'blob' | 'reservation') => `
    FROM ${schema}.scope s JOIN ${schema}.${table} t ON t.scope = s.scope WHERE ${isVisible}`;
  const columns = 't.object_key AS "objectKey", t.size_bytes AS "sizeBytes"';
  const get = `SELECT ${columns} ${ofScope('blob')} AND t.hash = $4`;
  const present = `SELECT t.hash ${ofScope('blob')} AND t.hash = ANY ($4::text[])`;
  const reservations = `SELECT ${columns} ${ofScope('reservation')} AND t.hash = $4
    ORDER BY t.made_at DESC, t.number DESC`;
  const look = `SELECT
    EXISTS (SELECT FROM ${schema}.device WHERE scope = $1 AND NOT removed) AS "hasDevice",
    EXISTS (SELECT FROM ${schema}.blob WHERE scope = $1 AND hash = $2) AS "isConfirmed",
    (SELECT count(*)::integer FROM ${schema}.reservation WHERE scope = $1) AS reservations`;
  const ofHash = 'scope = $1 AND hash = $2';
  const oldest = `SELECT object_key FROM ${schema}.reservation WHERE ${ofHash}
    ORDER BY made_at DESC, number DESC OFFSET $3`;
  const discardOldest = discard(schema, 'reservation', `${ofHash} AND object_key IN (${oldest})`);
  const reserve = `INSERT INTO ${schema}.reservation (scope, hash, number, object_key, size_bytes, made_at, expires_at)
    SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6
    FROM ${schema}.reservation WHERE ${ofHash}`;
  const take = `DELETE FROM ${schema}.reservation WHERE ${ofHash} AND object_key = $3
    RETURNING expires_at AS "expiresAt"`;
  const discardOthers = discard(schema, 'reservation', ofHash);
  const discardOne = discard(schema, 'reservation', `${ofHash} AND object_key = $3`);
  // Without the lock of any scope: what somebody else holds at this moment is left for the next step.
  const old = `SELECT object_key FROM ${schema}.reservation WHERE made_at < $1
    ORDER BY made_at LIMIT $2 FOR UPDATE SKIP LOCKED`;
  const discardOld = discard(schema, 'reservation', `object_key = ANY (ARRAY(${old}))`);
  const discardBlob = discard(schema, 'blob', ofHash);
  const confirm = `INSERT INTO ${schema}.blob (scope, hash, object_key, size_bytes, touched_at)
    VALUES ($1, $2, $3, $4, $5)`;
  const touch = `UPDATE ${schema}.blob SET touched_at = $3 WHERE ${ofHash}`;
  const touchFirst = `UPDATE ${schema}.blob SET touched_at = $3
    WHERE scope = $1 AND hash = ANY ($2::text[]) AND touched_at IS NULL`;
  const list = `SELECT t.hash, t.size_bytes AS "sizeBytes", t.touched_at AS "touchedAt" ${ofScope('blob')}
    AND NOT s.erasing AND t.hash > $4 ORDER BY t.hash LIMIT $5`;
  const collect = `
    WITH gone AS (
      DELETE FROM ${schema}.blob WHERE scope = $1 AND hash = ANY ($2::text[]) AND touched_at < $3
      RETURNING object_key, size_bytes
    ), listed AS (
      INSERT INTO ${schema}.discarded (object_key) SELECT object_key FROM gone ON CONFLICT DO NOTHING
    )
    SELECT count(*)::integer AS removed, coalesce(sum(size_bytes), 0)::bigint AS "removedBytes" FROM gone`;
  const addBytes = `UPDATE ${schema}.scope SET blob_bytes = blob_bytes + $2 WHERE scope = $1`;
  const discarded = `SELECT object_key AS "objectKey" FROM ${schema}.discarded
    WHERE object_key > $1 ORDER BY object_key LIMIT $2`;
  const forget = `DELETE FROM ${schema}.discarded WHERE object_key = ANY ($1::text[])`;
  const known = ['blob', 'reservation', 'discarded']
    .map((table) => `SELECT object_key AS "objectKey" FROM ${schema}.${table} WHERE object_key = ANY ($1::text[])`)
    .join(' UNION ALL ');

  const find = (run: Query, scope: Scope, hash: string) => run<ConfirmedBlob>(get, [...scopeValues(scope), hash]);

  const reserveIn = async (run: Query, scope: Scope, blob: ReserveBlob): Promise<{ readonly exists: boolean }> => {
    const { hash, objectKey, sizeBytes, now, expiresAt, bytesLimit } = blob;
    const row = await lock(run, scope);
    if (!row || row.erasing) throw new SyncError('unknown_device');
    const [found] = await run<Present>(look, [row.scope, hash]);
    if (!found?.hasDevice) throw new SyncError('unknown_device');
    if (found.isConfirmed) {
      await run(touch, [row.scope, hash, now]);
      return { exists: true };
    }
    const [gone] = await run<{ count: number }>(discardOldest, [row.scope, hash, limits.reservationsPerBlob - 1]);
    if (found.reservations - (gone?.count ?? 0) >= limits.reservationsPerUser) {
      throw new SyncError('rate_limited', { retryAfter: 3600 });
    }
    await run(reserve, [row.scope, hash, objectKey, sizeBytes, now, expiresAt]);
    // Counted with the new reservation in its place; a refusal takes everything back.
    if (bytesLimit !== null && (await bytesUsed(run, row, now)) > bytesLimit) throw new SyncError('quota_exceeded');
    return { exists: false };
  };

  const confirmIn = async (
    run: Query,
    scope: Scope,
    hash: string,
    objectKey: string,
    sizeBytes: number,
    bytesLimit: number | null,
    now: number,
  ): Promise<ConfirmedBlob> => {
    const row = await lock(run, scope);
    if (!row) throw new SyncError('blob_not_uploaded');
    const [first] = await find(run, scope, hash);
    if (first) {
      await run(touch, [row.scope, hash, now]);
      return first;
    }
    // Only who deletes the reservation has its object: a sweep may want it at the same time.
    const [reservation] = await run<{ expiresAt: number }>(take, [row.scope, hash, objectKey]);
    if (!reservation) throw new SyncError('blob_not_uploaded');
    await run(discardOthers, [row.scope, hash]);
    if (reservation.expiresAt <= now && bytesLimit !== null) {
      if ((await bytesUsed(run, row, now)) + sizeBytes > bytesLimit) throw new SyncError('quota_exceeded');
    }
    await run(confirm, [row.scope, hash, objectKey, sizeBytes, now]);
    await run(addBytes, [row.scope, sizeBytes]);
    return { objectKey, sizeBytes };
  };

  return {
    reserve: (scope, blob) => database.write((run) => reserveIn(run, scope, blob)),
    confirm: (...confirmation) => database.write((run) => confirmIn(run, ...confirmation)),

    reservations: (scope, hash) => query<BlobReservation>(reservations, [...scopeValues(scope), hash]),
    get: async (scope, hash) => (await find(query, scope, hash))[0] ?? null,

    async missing(scope, hashes) {
      const rows = await query<{ hash: string }>(present, [...scopeValues(scope), hashes]);
      const confirmed = new Set(rows.map(({ hash }) => hash));
      return [...new Set(hashes)].filter((hash) => !confirmed.has(hash));
    },

    release: (scope, hash, objectKey) =>
      database.write(async (run) => {
        const row = await lock(run, scope);
        if (row) await run(discardOne, [row.scope, hash, objectKey]);
      }),

    remove: (scope, hash) =>
      database.write(async (run) => {
        const row = await lock(run, scope);
        const [blob] = row ? await find(run, scope, hash) : [];
        if (!row || !blob) return false;
        await run(discardBlob, [row.scope, hash]);
        await run(addBytes, [row.scope, -blob.sizeBytes]);
        return true;
      }),

    // No hash is "".
    list: (scope, after, limit) => query<ListedBlob>(list, [...scopeValues(scope), after ?? '', limit]),

    collect: (scope, { hashes, epoch, position, touchedBefore, now }) =>
      database.write(async (run) => {
        const row = await lock(run, scope);
        if (!row || row.erasing || row.epoch !== epoch || row.unnamed > position) return null;
        const [gone] = await run<CollectedBlobs>(collect, [row.scope, hashes, touchedBefore]);
        const { removed, removedBytes } = gone ?? { removed: 0, removedBytes: 0 };
        if (removed > 0) await run(addBytes, [row.scope, -removedBytes]);
        await run(touchFirst, [row.scope, hashes, now]);
        return { removed, removedBytes };
      }),

    discardUnconfirmed: (before, limit) =>
      database.write(async (run) => {
        const [gone] = await run<{ count: number }>(discardOld, [before, limit]);
        return gone?.count ?? 0;
      }),

    async discarded(after, limit) {
      // No key is "".
      const rows = await query<{ objectKey: string }>(discarded, [after ?? '', limit]);
      return rows.map(({ objectKey }) => objectKey);
    },

    async forgetDiscarded(objectKeys) {
      await database.once(forget, [objectKeys]);
    },

    async known(objectKeys) {
      const rows = await query<{ objectKey: string }>(known, [objectKeys]);
      return new Set(rows.map(({ objectKey }) => objectKey));
    },
  };
};
