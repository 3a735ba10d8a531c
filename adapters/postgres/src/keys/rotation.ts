import type { BeginRotation, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database } from '../database.js';
import { deleteFirst } from '../delete-first.js';
import { createScopeRows, type ScopeRow } from '../scope-row.js';
import { createEnvelopes } from './envelopes.js';

/** Entries with data that are neither under the target nor declared unreadable. */
export const remainingOf = (row: ScopeRow): number => row.dataEntries - row.targetEntries - row.unreadableEntries;

/** A scope whose rotation takes batches. @throws SyncError `no_rotation` */
export const runningRotation = (row: ScopeRow | undefined): ScopeRow => {
  if (!row || row.targetVersion === 0 || row.aborting) throw new SyncError('no_rotation');
  return row;
};

/** Replaced texts that the completion itself drops; what is left goes with `forgetHistory`. */
const atOnce = 1_000;

/** Begin and completion. */
export const createRotation = (database: Database) => {
  const { schema } = database;
  const { lock } = createScopeRows(schema);
  const envelopes = createEnvelopes(schema);
  const dropTexts = deleteFirst(schema, 'replaced', ['scope', 'log'], ['position']);
  const begin = `UPDATE ${schema}.scope SET target_version = $2, last_key_version = $2, target_entries = 0,
      unreadable_entries = 0, rotated = true, aborting = false, key_revision = key_revision + 1
    WHERE scope = $1`;
  const complete = `UPDATE ${schema}.scope SET key_version = target_version, target_version = 0, target_entries = 0,
      unreadable_entries = 0, leftovers = $2, key_revision = key_revision + 1
    WHERE scope = $1`;

  return {
    begin: (scope: Scope, { envelope, etag, keyVersion }: BeginRotation) =>
      database.write(async (query) => {
        const row = await lock(query, scope);
        const stored = row && (await envelopes.find(query, row.scope));
        if (!stored) throw new SyncError('key_not_found');
        if (keyVersion !== null && keyVersion !== row.keyVersion) {
          throw new SyncError('stale_key_version', { details: { key_version: row.keyVersion } });
        }
        if (row.targetVersion !== 0) {
          if (row.aborting || stored.targetEnvelope !== envelope) throw new SyncError('rotation_in_progress');
          return { keyVersion: row.targetVersion, remaining: remainingOf(row) };
        }
        await envelopes.checkHistory(query, row.scope);
        const target = row.lastKeyVersion + 1;
        await query(begin, [row.scope, target]);
        await envelopes.setTarget(query, row.scope, { envelope, etag });
        return { keyVersion: target, remaining: row.dataEntries };
      }),

    complete: (scope: Scope, now: number) =>
      database.write(async (query) => {
        const row = runningRotation(await lock(query, scope));
        const remaining = remainingOf(row);
        if (remaining > 0) throw new SyncError('rotation_incomplete', { details: { remaining } });
        const stored = await envelopes.find(query, row.scope);
        if (!stored || stored.targetEnvelope === null || stored.targetEtag === null) {
          throw new Error('A running rotation has lost its envelope.');
        }
        const { keyVersion, targetVersion, unreadableEntries } = row;
        const past = { envelope: stored.envelope, keyVersion, replacedAt: now, reason: 'rotated' } as const;
        await envelopes.archive(query, row.scope, past);
        await envelopes.set(query, row.scope, stored.targetEnvelope, stored.targetEtag);
        const [gone] = await query<{ count: number }>(dropTexts, [row.scope, row.log, atOnce]);
        await query(complete, [row.scope, gone?.count === atOnce]);
        return { keyVersion: targetVersion, unreadable: unreadableEntries };
      }),
  };
};
