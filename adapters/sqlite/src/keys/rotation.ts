import type { BeginRotation, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';
import { prepareScopeRows, type ScopeRow } from '../scope-row.js';
import { prepareEnvelopes } from './envelopes.js';
import { prepareDropTexts } from './replaced-texts.js';

/** Entries with data that are neither under the target nor declared unreadable. */
export const remainingOf = (row: ScopeRow): number => row.dataEntries - row.targetEntries - row.unreadableEntries;

/** A scope whose rotation takes batches. @throws SyncError `no_rotation` */
export const runningRotation = (row: ScopeRow | undefined): ScopeRow => {
  if (!row || row.targetVersion === 0 || row.aborting) throw new SyncError('no_rotation');
  return row;
};

/** Replaced texts that the completion itself drops; what is left goes with `forgetHistory`. */
const atOnce = 1_000;

/** Begin and completion, to be called inside a transaction of the writer. */
export const prepareRotation = (database: Database) => {
  const scopeRows = prepareScopeRows(database);
  const envelopes = prepareEnvelopes(database);
  const dropTexts = prepareDropTexts(database);
  const begin = database.prepare<[number, number, number]>(
    `UPDATE sync_scope SET target_version = ?, last_key_version = ?, target_entries = 0, unreadable_entries = 0,
       rotated = 1, aborting = 0, key_revision = key_revision + 1 WHERE id = ?`,
  );
  const complete = database.prepare<[0 | 1, number]>(
    `UPDATE sync_scope SET key_version = target_version, target_version = 0, target_entries = 0,
       unreadable_entries = 0, leftovers = ?, key_revision = key_revision + 1 WHERE id = ?`,
  );

  return {
    begin(scope: Scope, { envelope, etag, keyVersion }: BeginRotation) {
      const row = scopeRows.find(scope);
      const stored = row && envelopes.find(row.id);
      if (!stored) throw new SyncError('key_not_found');
      if (keyVersion !== null && keyVersion !== row.keyVersion) {
        throw new SyncError('stale_key_version', { details: { key_version: row.keyVersion } });
      }
      if (row.targetVersion !== 0) {
        if (row.aborting || stored.targetEnvelope !== envelope) throw new SyncError('rotation_in_progress');
        return { keyVersion: row.targetVersion, remaining: remainingOf(row) };
      }
      envelopes.checkHistory(row.id);
      const target = row.lastKeyVersion + 1;
      begin.run(target, target, row.id);
      envelopes.setTarget(row.id, { envelope, etag });
      return { keyVersion: target, remaining: row.dataEntries };
    },

    complete(scope: Scope, now: number) {
      const row = runningRotation(scopeRows.find(scope));
      const remaining = remainingOf(row);
      if (remaining > 0) throw new SyncError('rotation_incomplete', { details: { remaining } });
      const stored = envelopes.find(row.id);
      if (!stored || stored.targetEnvelope === null || stored.targetEtag === null) {
        throw new Error('A running rotation has lost its envelope.');
      }
      envelopes.archive(row.id, stored.envelope, row.keyVersion, now, 'rotated');
      envelopes.set(row.id, stored.targetEnvelope, stored.targetEtag);
      const isClean = dropTexts(row.log, atOnce) < atOnce;
      complete.run(isClean ? 0 : 1, row.id);
      return { keyVersion: row.targetVersion, unreadable: row.unreadableEntries };
    },
  };
};
