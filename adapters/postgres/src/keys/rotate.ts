import type { RotatedEntry, RotationBatch, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { createBytesUsed } from '../bytes-used.js';
import type { Database } from '../database.js';
import { toArrayText } from '../log/array-text.js';
import { createScopeRows } from '../scope-row.js';
import { remainingOf, runningRotation } from './rotation.js';

interface EntryRow {
  readonly position: number;
  /** null: the change has no data. */
  readonly bytes: number | null;
  readonly keyVersion: number | null;
  /** Declared unreadable in this rotation. */
  readonly isUnreadable: boolean;
}

/**
 * What entries of one position come to, one after the other: the first data wins, because after it the entry is at the
 * target and left alone; null: nothing but declared unreadable.
 */
const toDataByPosition = (entries: readonly RotatedEntry[]): ReadonlyMap<number, string | null> => {
  const data = new Map<number, string | null>();
  for (const entry of entries) data.set(entry.position, data.get(entry.position) ?? entry.data);
  return data;
};

/** One batch of a rotation, in a number of statements that does not grow with it. */
export const createRotate = (database: Database) => {
  const { schema } = database;
  const { lock } = createScopeRows(schema);
  const bytesUsed = createBytesUsed(schema);
  // LIMIT keeps each look at one row of the key, whatever the planner believes of the log.
  const find = `SELECT c.position, c.bytes, c.key_version AS "keyVersion", r.position IS NOT NULL AS "isUnreadable"
    FROM unnest($4::bigint[]) AS asked (position) CROSS JOIN LATERAL (
      SELECT c.position, octet_length(c.data) AS bytes, c.key_version FROM ${schema}.change c
      WHERE c.scope = $1 AND c.log = $2 AND c.position = asked.position LIMIT 1
    ) AS c LEFT JOIN LATERAL (
      SELECT r.position FROM ${schema}.replaced r
      WHERE r.scope = $1 AND r.log = $2 AND r.position = asked.position AND r.target = $3 LIMIT 1
    ) AS r ON true`;
  const keep = `INSERT INTO ${schema}.replaced (scope, log, target, position, key_version, data)
    SELECT $1, $2, $3, c.position, c.key_version, c.data
    FROM unnest($4::bigint[]) AS asked (position) CROSS JOIN LATERAL (
      SELECT c.position, c.key_version, c.data FROM ${schema}.change c
      WHERE c.scope = $1 AND c.log = $2 AND c.position = asked.position LIMIT 1
    ) AS c
    ON CONFLICT (scope, log, position) DO UPDATE
      SET target = excluded.target, key_version = excluded.key_version, data = excluded.data`;
  const replace = `UPDATE ${schema}.change c SET key_version = $3, data = rotated.data
    FROM unnest($4::bigint[], $5::text[]) AS rotated (position, data)
    WHERE c.scope = $1 AND c.log = $2 AND c.position = rotated.position AND c.position = ANY ($4)`;
  const declare = `INSERT INTO ${schema}.replaced (scope, log, target, position)
    SELECT $1, $2, $3, asked.position FROM unnest($4::bigint[]) AS asked (position)
    ON CONFLICT (scope, log, position) DO UPDATE SET target = excluded.target, key_version = NULL, data = NULL`;
  const count = `UPDATE ${schema}.scope SET data_bytes = data_bytes + $2, target_entries = target_entries + $3,
      unreadable_entries = unreadable_entries + $4
    WHERE scope = $1`;

  return (scope: Scope, { entries, keyVersion, bytesLimit, now }: RotationBatch) =>
    database.write(async (query) => {
      const row = runningRotation(await lock(query, scope));
      const target = row.targetVersion;
      if (keyVersion !== null && keyVersion !== target) {
        throw new SyncError('stale_key_version', { details: { key_version: target } });
      }
      const asked = toDataByPosition(entries);
      const inLog = [...asked.keys()].filter((position) => position >= 1 && position <= row.position);
      const key = [row.scope, row.log, target];
      const found = await query<EntryRow>(find, [...key, inLog]);
      const known = new Map(found.map((entry) => [entry.position, entry]));
      const index = entries.findIndex(({ position }) => (known.get(position)?.bytes ?? null) === null);
      if (index >= 0) throw new SyncError('unknown_entry', { details: { index } });

      const todo = found.filter((entry) => entry.keyVersion !== target);
      const rotated = todo.flatMap((entry) => {
        const data = asked.get(entry.position) ?? null;
        return data === null ? [] : [{ ...entry, data, added: Buffer.byteLength(data) - (entry.bytes ?? 0) }];
      });
      const unreadable = todo.filter((entry) => !entry.isUnreadable && (asked.get(entry.position) ?? null) === null);
      const bytes = rotated.reduce((sum, { added }) => sum + added, 0);
      const newlyUnreadable = unreadable.length - rotated.filter((entry) => entry.isUnreadable).length;
      if (bytesLimit !== null && bytes > 0 && (await bytesUsed(query, row, now)) + bytes > bytesLimit) {
        throw new SyncError('quota_exceeded');
      }
      if (rotated.length > 0) {
        const positions = rotated.map(({ position }) => position);
        await query(keep, [...key, positions]);
        await query(replace, [...key, positions, toArrayText(rotated.map(({ data }) => data))]);
      }
      if (unreadable.length > 0) await query(declare, [...key, unreadable.map(({ position }) => position)]);
      await query(count, [row.scope, bytes, rotated.length, newlyUnreadable]);
      return { updated: entries.length, remaining: remainingOf(row) - rotated.length - newlyUnreadable };
    });
};
