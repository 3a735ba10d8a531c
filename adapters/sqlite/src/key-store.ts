import type { KeyCondition, KeyStore, PastKey, PutKey, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { prepareAbort } from './keys/abort.js';
import { prepareEnvelopes } from './keys/envelopes.js';
import { prepareForgetHistory } from './keys/forget-history.js';
import { prepareRotate } from './keys/rotate.js';
import { prepareRotation } from './keys/rotation.js';
import { prepareRotationEntries } from './keys/rotation-entries.js';
import { once } from './once.js';
import type { Reader } from './reader.js';
import { prepareConditions } from './record-conditions.js';
import { prepareScopeRows, type ScopeRow } from './scope-row.js';
import type { Writer } from './writer.js';

const checkCondition = (row: ScopeRow | undefined, etag: string | null, condition: KeyCondition): void => {
  const { absent, etags, keyVersion } = condition;
  const isMatched = etags === null || (etag !== null && etags.includes(etag));
  if ((absent && etag !== null) || !isMatched) throw new SyncError('precondition_failed');
  const current = row?.keyVersion ?? 0;
  if (keyVersion !== null && keyVersion !== current) {
    throw new SyncError('stale_key_version', { details: { key_version: current } });
  }
};

export const createKeyStore = (database: Database, writer: Writer, read: Reader): KeyStore => {
  const statements = once(() => ({
    scopeRows: prepareScopeRows(database),
    isMet: prepareConditions(database),
    envelopes: prepareEnvelopes(database),
    rotation: prepareRotation(database),
    entries: prepareRotationEntries(database),
    rotate: prepareRotate(database),
    abort: prepareAbort(database),
    forget: prepareForgetHistory(database),
    setVersion: database.prepare<[number, number, number]>(
      'UPDATE sync_scope SET key_version = ?, last_key_version = ? WHERE id = ?',
    ),
    history: database.prepare<[number], PastKey>(
      `SELECT envelope, key_version AS keyVersion, replaced_at AS replacedAt, reason FROM sync_past_key
       WHERE scope = ? ORDER BY id DESC`,
    ),
  }));

  const put = (scope: Scope, { envelope, etag, condition, freshEpoch, guards, now }: PutKey) => {
    const { scopeRows, envelopes, setVersion, isMet } = statements();
    const known = scopeRows.find(scope);
    if (known?.erasing || !guards.every((guard) => isMet(guard, now))) throw new SyncError('invalid_token');
    const stored = known && envelopes.find(known.id);
    checkCondition(known, stored?.etag ?? null, condition);
    const row = known ?? scopeRows.make(scope, freshEpoch);
    if (row.targetVersion !== 0) throw new SyncError('rotation_in_progress');
    const keyVersion = row.keyVersion || row.lastKeyVersion + 1;
    if (stored) {
      envelopes.checkHistory(row.id);
      envelopes.archive(row.id, stored.envelope, row.keyVersion, now, 'replaced');
    } else setVersion.run(keyVersion, keyVersion, row.id);
    envelopes.set(row.id, envelope, etag);
    return { keyVersion, etag };
  };

  return {
    get: (scope) =>
      read(() => {
        const row = statements().scopeRows.find(scope);
        const stored = row && statements().envelopes.find(row.id);
        if (!stored) return null;
        const { envelope, etag, targetEnvelope } = stored;
        const rotation = targetEnvelope === null ? null : { envelope: targetEnvelope, keyVersion: row.targetVersion };
        return { envelope, keyVersion: row.keyVersion, etag, rotation };
      }),

    put: (scope, key) => writer.write(() => put(scope, key)),

    history: (scope) =>
      read(() => {
        const row = statements().scopeRows.find(scope);
        return row ? statements().history.all(row.id) : [];
      }),

    beginRotation: (scope, rotation) => writer.write(() => statements().rotation.begin(scope, rotation)),
    rotationEntries: (scope, query) => read(() => statements().entries(scope, query)),
    rotate: (scope, batch) => writer.write(() => statements().rotate(scope, batch)),
    completeRotation: (scope, now) => writer.write(() => statements().rotation.complete(scope, now)),
    abortRotation: (scope, limit, now) => writer.write(() => statements().abort(scope, limit, now)),
    forgetHistory: (before, limit) => writer.write(() => statements().forget(before, limit)),
  };
};
