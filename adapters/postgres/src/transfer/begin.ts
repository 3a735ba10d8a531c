import { createHash } from 'node:crypto';
import type { Import, ImportBegin, MovedDevice, PastKey, Scope, ScopeHead } from '@synckeep/core';
import type { Database, Query } from '../database.js';
import { createEnvelopes } from '../keys/envelopes.js';
import { fromTag, isAsked, scopeValues } from '../scope-row.js';

/** What a scope's row says of the import that brings or brought it. */
interface ImportRow {
  readonly importId: string | null;
  readonly held: boolean;
  readonly sealed: boolean;
  readonly erasing: boolean;
}

const stateOf = ({ importId, held, sealed, erasing }: ImportRow, by: Import): ImportBegin => {
  if (erasing || (!held && importId !== by.id)) return 'occupied';
  if (importId !== by.id) return 'held';
  return held && !sealed ? 'unfinished' : 'done';
};

/** Number of the first log, with room above it for every reset to come. */
const logOf = ({ run }: Import): number => createHash('sha256').update(run).digest().readUInt32BE() >>> 2;

const attempts = 5;

/** `Transfer.begin` */
export const createBegin = (database: Database) => {
  const { schema } = database;
  const envelopes = createEnvelopes(schema);
  const find = `SELECT s.import_id AS "importId", s.held, s.sealed, s.erasing FROM ${schema}.scope s WHERE ${isAsked}`;
  const insert = `INSERT INTO ${schema}.scope (scope, app_id, user_id, log, epoch, head, head_tag, floor, compacted, key_version,
      last_key_version, key_revision, rotated, target_version, aborting, last_device, held, import_id, import_run)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, true, $17, $18)
    ON CONFLICT DO NOTHING RETURNING 1`;
  const addDevices = `INSERT INTO ${schema}.device (scope, log, id, name, platform, installation_id, session, created_at,
      last_seen_at, last_push, presented_epoch, presented_position, presented_tag, presented_own, presented_floor, number)
    SELECT $1, $2, device.* FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
      $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::integer[], $14::bigint[], $15::bigint[])
      WITH ORDINALITY AS device`;
  const addHistory = `INSERT INTO ${schema}.past_key (scope, envelope, key_version, replaced_at, reason, number)
    SELECT $1, past.* FROM unnest($2::text[], $3::integer[], $4::bigint[], $5::text[]) WITH ORDINALITY AS past`;

  const storeDevices = (query: Query, scopeId: string, log: number, devices: readonly MovedDevice[]) =>
    query(addDevices, [
      ...[scopeId, log],
      devices.map(({ id }) => id),
      devices.map(({ name }) => name),
      devices.map(({ platform }) => platform),
      devices.map(({ installationId }) => installationId),
      devices.map(({ session }) => session),
      devices.map(({ createdAt }) => createdAt),
      devices.map(({ lastSeenAt }) => lastSeenAt),
      devices.map(({ lastPush }) => lastPush),
      devices.map(({ presented }) => presented?.epoch ?? null),
      devices.map(({ presented }) => presented?.position ?? 0),
      devices.map(({ presented }) => fromTag(presented?.tag ?? 0)),
      devices.map(({ presented }) => presented?.own ?? 0),
      devices.map(({ presented }) => presented?.floor ?? 0),
    ]);

  const storeHistory = (query: Query, scopeId: string, history: readonly PastKey[]) =>
    query(addHistory, [
      scopeId,
      history.map(({ envelope }) => envelope),
      history.map(({ keyVersion }) => keyVersion),
      history.map(({ replacedAt }) => replacedAt),
      history.map(({ reason }) => reason),
    ]);

  /** @returns false when there is a row of the scope. */
  const store = async (query: Query, scope: Scope, by: Import, head: ScopeHead): Promise<boolean> => {
    const { log, compacted, key, rotation, history, lastKeyVersion, keyRevision, wasRotated, devices } = head;
    const logNumber = logOf(by);
    const place = [logNumber, log.epoch, log.position, fromTag(log.tag), log.floor, compacted];
    const versions = [key?.keyVersion ?? 0, lastKeyVersion, keyRevision, wasRotated];
    const target = [rotation?.keyVersion ?? 0, rotation?.isAborting ?? false];
    const values = scopeValues(scope);
    const [made] = await query(insert, [...values, ...place, ...versions, ...target, devices.length, by.id, by.run]);
    if (!made) return false;
    const [scopeId] = values;
    if (key) await envelopes.set(query, scopeId, key.envelope, key.etag);
    if (rotation) await envelopes.setTarget(query, scopeId, rotation);
    await storeHistory(query, scopeId, history);
    await storeDevices(query, scopeId, logNumber, devices);
    return true;
  };

  return (scope: Scope, by: Import, head: ScopeHead): Promise<ImportBegin> =>
    database.write(async (query) => {
      // More than once where the end of an erasure takes away what was there.
      for (let attempt = 0; attempt < attempts; attempt++) {
        if (await store(query, scope, by, head)) return 'begun';
        const [found] = await query<ImportRow>(find, scopeValues(scope));
        if (found) return stateOf(found, by);
      }
      throw new Error('A scope that is there cannot be found.');
    });
};
