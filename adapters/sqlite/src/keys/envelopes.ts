import type { PastKey } from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';

interface EnvelopeRow {
  readonly envelope: string;
  readonly etag: string;
  readonly targetEnvelope: string | null;
  readonly targetEtag: string | null;
}

/** The envelopes of scopes, present and past. Called inside a transaction. */
export interface Envelopes {
  find(scopeId: number): EnvelopeRow | undefined;
  /** The only envelope from now on. */
  set(scopeId: number, envelope: string, etag: string): void;
  /** The envelope of a rotation beside the present one; null: none any more. */
  setTarget(scopeId: number, target: { readonly envelope: string; readonly etag: string } | null): void;
  /** Before anything that will archive one more. @throws SyncError `rate_limited` when the history is full. */
  checkHistory(scopeId: number): void;
  archive(scopeId: number, envelope: string, keyVersion: number, now: number, reason: PastKey['reason']): void;
}

export const prepareEnvelopes = (database: Database): Envelopes => {
  const find = database.prepare<[number], EnvelopeRow>(
    `SELECT envelope, etag, target_envelope AS targetEnvelope, target_etag AS targetEtag FROM sync_envelope
     WHERE scope = ?`,
  );
  const set = database.prepare<[number, string, string]>(
    'INSERT OR REPLACE INTO sync_envelope (scope, envelope, etag) VALUES (?, ?, ?)',
  );
  const setTarget = database.prepare<[string | null, string | null, number]>(
    'UPDATE sync_envelope SET target_envelope = ?, target_etag = ? WHERE scope = ?',
  );
  const past = database.prepare<[number], number>('SELECT count(*) FROM sync_past_key WHERE scope = ?').pluck();
  const archive = database.prepare<[number, string, number, number, string]>(
    'INSERT INTO sync_past_key (scope, envelope, key_version, replaced_at, reason) VALUES (?, ?, ?, ?, ?)',
  );
  return {
    find: (scopeId) => find.get(scopeId),
    set: (scopeId, envelope, etag) => {
      set.run(scopeId, envelope, etag);
    },
    setTarget: (scopeId, target) => {
      setTarget.run(target?.envelope ?? null, target?.etag ?? null, scopeId);
    },
    checkHistory: (scopeId) => {
      if ((past.get(scopeId) ?? 0) >= limits.keysInHistory) throw new SyncError('rate_limited', { retryAfter: 86_400 });
    },
    archive: (scopeId, envelope, keyVersion, now, reason) => {
      archive.run(scopeId, envelope, keyVersion, now, reason);
    },
  };
};
