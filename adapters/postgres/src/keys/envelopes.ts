import type { PastKey } from '@synckeep/core';
import { limits, SyncError } from '@synckeep/protocol';
import type { Query } from '../database.js';

interface EnvelopeRow {
  readonly envelope: string;
  readonly etag: string;
  readonly targetEnvelope: string | null;
  readonly targetEtag: string | null;
}

/** The envelopes of scopes, present and past. `scope` is the id of one that is locked. */
export interface Envelopes {
  find(query: Query, scope: string): Promise<EnvelopeRow | undefined>;
  /** The only envelope from now on. */
  set(query: Query, scope: string, envelope: string, etag: string): Promise<void>;
  /** The envelope of a rotation beside the present one; null: none any more. */
  setTarget(
    query: Query,
    scope: string,
    target: { readonly envelope: string; readonly etag: string } | null,
  ): Promise<void>;
  /** Before anything that will archive one more. @throws SyncError `rate_limited` when the history is full. */
  checkHistory(query: Query, scope: string): Promise<void>;
  archive(query: Query, scope: string, past: PastKey): Promise<void>;
}

export const createEnvelopes = (schema: string): Envelopes => {
  const find = `SELECT envelope, etag, target_envelope AS "targetEnvelope", target_etag AS "targetEtag"
    FROM ${schema}.envelope WHERE scope = $1`;
  const set = `INSERT INTO ${schema}.envelope (scope, envelope, etag) VALUES ($1, $2, $3)
    ON CONFLICT (scope) DO UPDATE
      SET envelope = excluded.envelope, etag = excluded.etag, target_envelope = NULL, target_etag = NULL`;
  const setTarget = `UPDATE ${schema}.envelope SET target_envelope = $2, target_etag = $3 WHERE scope = $1`;
  const count = `SELECT count(*)::integer AS count FROM ${schema}.past_key WHERE scope = $1`;
  const archive = `INSERT INTO ${schema}.past_key (scope, number, envelope, key_version, replaced_at, reason)
    SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM ${schema}.past_key WHERE scope = $1`;

  return {
    find: async (query, scope) => (await query<EnvelopeRow>(find, [scope]))[0],
    set: async (query, scope, envelope, etag) => {
      await query(set, [scope, envelope, etag]);
    },
    setTarget: async (query, scope, target) => {
      await query(setTarget, [scope, target?.envelope ?? null, target?.etag ?? null]);
    },
    checkHistory: async (query, scope) => {
      const [past] = await query<{ count: number }>(count, [scope]);
      if ((past?.count ?? 0) >= limits.keysInHistory) throw new SyncError('rate_limited', { retryAfter: 86_400 });
    },
    archive: async (query, scope, { envelope, keyVersion, replacedAt, reason }) => {
      await query(archive, [scope, envelope, keyVersion, replacedAt, reason]);
    },
  };
};
