import { SyncError } from '@synckeep/protocol';
import type { KeyCondition, KeyStore, PastKey } from '../ports/index.js';
import { guardsHold } from './record-condition.js';
import { abortRotation, beginRotation, checkHistory, completeRotation, rotate, rotationEntries } from './rotation.js';
import { allScopes, type Envelope, findScope, type MemoryState, makeScope } from './state.js';

const checkCondition = (key: Envelope | null, { absent, etags, keyVersion }: KeyCondition): void => {
  if (absent && key !== null) throw new SyncError('precondition_failed');
  if (etags !== null && (key === null || !etags.includes(key.etag))) throw new SyncError('precondition_failed');
  if (keyVersion !== null && keyVersion !== key?.keyVersion) {
    throw new SyncError('stale_key_version', { details: { key_version: key?.keyVersion ?? 0 } });
  }
};

export const createMemoryKeyStore = (state: MemoryState): KeyStore => ({
  async get(scope) {
    const log = findScope(state, scope);
    if (!log?.key) return null;
    const { key, rotation } = log;
    return { ...key, rotation: rotation && { envelope: rotation.envelope, keyVersion: rotation.keyVersion } };
  },

  async put(scope, { envelope, etag, condition, freshEpoch, guards, now }) {
    const known = findScope(state, scope);
    if (known?.isErasing || !guardsHold(state, guards, now)) throw new SyncError('invalid_token');
    checkCondition(known?.key ?? null, condition);
    if (known?.rotation) throw new SyncError('rotation_in_progress');
    const log = makeScope(state, scope, freshEpoch);
    if (log.key) {
      checkHistory(log);
      const past: PastKey = {
        envelope: log.key.envelope,
        keyVersion: log.key.keyVersion,
        replacedAt: now,
        reason: 'replaced',
      };
      log.history = [...log.history, past];
    } else log.lastKeyVersion++;
    const keyVersion = log.key?.keyVersion ?? log.lastKeyVersion;
    log.key = { envelope, etag, keyVersion };
    return { keyVersion, etag };
  },

  async history(scope) {
    const past = findScope(state, scope)?.history ?? [];
    return past.map((key) => ({ ...key })).reverse();
  },

  async beginRotation(scope, rotation) {
    const log = findScope(state, scope);
    if (!log) throw new SyncError('key_not_found');
    return beginRotation(log, rotation);
  },

  async rotationEntries(scope, query) {
    return rotationEntries(findScope(state, scope), query);
  },

  async rotate(scope, batch) {
    return rotate(findScope(state, scope), batch);
  },

  async completeRotation(scope, now) {
    return completeRotation(findScope(state, scope), now);
  },

  async abortRotation(scope, limit, now) {
    return abortRotation(findScope(state, scope), limit, now);
  },

  async forgetHistory(before, limit) {
    let forgotten = 0;
    for (const log of allScopes(state)) {
      log.history = log.history.filter(({ replacedAt }) => replacedAt >= before || forgotten++ >= limit);
    }
    return Math.min(forgotten, limit);
  },
});
