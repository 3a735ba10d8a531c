import type { MovedDevice, PastKey, Scope, ScopeHead } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareEnvelopes } from '../keys/envelopes.js';
import { type Presented, presentedColumns, presentedPlace } from '../log/device-row.js';
import { headOf } from '../log/place.js';
import { prepareScopeRows, type ScopeRow } from '../scope-row.js';

type StoredDevice = Omit<MovedDevice, 'presented'> & Presented;

const toDevice = (row: StoredDevice): MovedDevice => {
  const { id, name, platform, installationId, session, createdAt, lastSeenAt, lastPush } = row;
  const presented = presentedPlace(row);
  return { id, name, platform, installationId, session, createdAt, lastSeenAt, lastPush, presented };
};

/** What is small of a scope, to be read inside a snapshot. null for a scope that is not to be seen. */
export const prepareHead = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const envelopes = prepareEnvelopes(database);
  const history = database.prepare<[number], PastKey>(
    `SELECT envelope, key_version AS keyVersion, replaced_at AS replacedAt, reason FROM sync_past_key
     WHERE scope = ? ORDER BY id`,
  );
  const devices = database.prepare<[number], StoredDevice>(
    `SELECT id, name, platform, installation_id AS installationId, session, created_at AS createdAt,
       last_seen_at AS lastSeenAt, last_push AS lastPush, ${presentedColumns}
     FROM sync_device d WHERE scope = ? AND removed = 0 ORDER BY created_at, id`,
  );

  const keysOf = (row: ScopeRow): Pick<ScopeHead, 'key' | 'rotation'> => {
    const stored = envelopes.find(row.id);
    if (!stored) return { key: null, rotation: null };
    const { envelope, etag, targetEnvelope, targetEtag } = stored;
    const key = { envelope, etag, keyVersion: row.keyVersion };
    if (targetEnvelope === null || targetEtag === null) return { key, rotation: null };
    const target = { envelope: targetEnvelope, etag: targetEtag, keyVersion: row.targetVersion };
    return { key, rotation: { ...target, isAborting: row.aborting === 1 } };
  };

  return (scope: Scope): ScopeHead | null => {
    const row = scopeRows.find(scope);
    if (!row || row.erasing) return null;
    return {
      log: headOf(row),
      compacted: row.compacted,
      ...keysOf(row),
      history: history.all(row.id),
      lastKeyVersion: row.lastKeyVersion,
      keyRevision: row.keyRevision,
      wasRotated: row.rotated === 1,
      devices: devices.all(row.id).map(toDevice),
    };
  };
};
