import type { KeyCondition, KeyStore, Keys, PastKey, PutKey, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database, Query } from './database.js';
import { createAbort } from './keys/abort.js';
import { createEnvelopes } from './keys/envelopes.js';
import { createForgetHistory } from './keys/forget-history.js';
import { createRotate } from './keys/rotate.js';
import { createRotation } from './keys/rotation.js';
import { createRotationEntries } from './keys/rotation-entries.js';
import { createGuards } from './record-states.js';
import { createScopeRows, isVisible, type ScopeRow, scopeValues } from './scope-row.js';

interface KeyRow extends Omit<Keys, 'rotation'> {
  readonly targetEnvelope: string | null;
  readonly targetVersion: number;
}

const checkCondition = (row: ScopeRow, etag: string | null, condition: KeyCondition): void => {
  const { absent, etags, keyVersion } = condition;
  const isMatched = etags === null || (etag !== null && etags.includes(etag));
  if ((absent && etag !== null) || !isMatched) throw new SyncError('precondition_failed');
  if (keyVersion !== null && keyVersion !== row.keyVersion) {
    throw new SyncError('stale_key_version', { details: { key_version: row.keyVersion } });
  }
};

export const createKeyStore = (database: Database): KeyStore => {
  const { schema, query } = database;
  const { make } = createScopeRows(schema);
  const guardsHold = createGuards(schema);
  const envelopes = createEnvelopes(schema);
  const rotation = createRotation(database);
  const get = `SELECT e.envelope, e.etag, s.key_version AS "keyVersion", e.target_envelope AS "targetEnvelope",
      s.target_version AS "targetVersion"
    FROM ${schema}.scope s JOIN ${schema}.envelope e ON e.scope = s.scope WHERE ${isVisible}`;
  const history = `SELECT p.envelope, p.key_version AS "keyVersion", p.replaced_at AS "replacedAt", p.reason
    FROM ${schema}.scope s JOIN ${schema}.past_key p ON p.scope = s.scope WHERE ${isVisible} ORDER BY p.number DESC`;
  const setVersion = `UPDATE ${schema}.scope SET key_version = $2, last_key_version = $2 WHERE scope = $1`;

  const put = async (run: Query, scope: Scope, key: PutKey) => {
    const { envelope, etag, condition, freshEpoch, guards, now } = key;
    if (!(await guardsHold(run, guards, now))) throw new SyncError('invalid_token');
    // Made first, so that of two first keys at once the second one finds the first; a refusal takes it back.
    const row = await make(run, scope, freshEpoch);
    if (row.erasing) throw new SyncError('invalid_token');
    const stored = await envelopes.find(run, row.scope);
    checkCondition(row, stored?.etag ?? null, condition);
    if (row.targetVersion !== 0) throw new SyncError('rotation_in_progress');
    const keyVersion = row.keyVersion || row.lastKeyVersion + 1;
    if (stored) {
      await envelopes.checkHistory(run, row.scope);
      const past = { envelope: stored.envelope, keyVersion, replacedAt: now, reason: 'replaced' } as const;
      await envelopes.archive(run, row.scope, past);
    } else await run(setVersion, [row.scope, keyVersion]);
    await envelopes.set(run, row.scope, envelope, etag);
    return { keyVersion, etag };
  };

  return {
    async get(scope) {
      const [row] = await query<KeyRow>(get, scopeValues(scope));
      if (!row) return null;
      const { targetEnvelope, targetVersion, ...key } = row;
      const target = targetEnvelope === null ? null : { envelope: targetEnvelope, keyVersion: targetVersion };
      return { ...key, rotation: target };
    },

    put: (scope, key) => database.write((run) => put(run, scope, key)),
    history: (scope) => query<PastKey>(history, scopeValues(scope)),
    beginRotation: rotation.begin,
    rotationEntries: createRotationEntries(database),
    rotate: createRotate(database),
    completeRotation: rotation.complete,
    abortRotation: createAbort(database),
    forgetHistory: createForgetHistory(database),
  };
};
