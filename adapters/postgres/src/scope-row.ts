import type { Scope } from '@synckeep/core';
import type { Query } from './database.js';
import { toScopeId } from './scope-id.js';

/** What one row says of a scope: where its log stands, what it holds, its key versions (0 stands for none). */
export interface ScopeRow {
  readonly scope: string;
  readonly log: number;
  readonly epoch: string;
  readonly position: number;
  /** The signed number of the tag's 32 bits; see `toTag`. */
  readonly tag: number;
  readonly floor: number;
  readonly totalChanges: number;
  readonly dataBytes: number;
  readonly dataEntries: number;
  readonly blobBytes: number;
  readonly keyVersion: number;
  readonly lastKeyVersion: number;
  readonly keyRevision: number;
  readonly targetVersion: number;
  readonly targetEntries: number;
  readonly unreadableEntries: number;
  readonly lastDevice: number;
  readonly rotated: boolean;
  readonly aborting: boolean;
  readonly erasing: boolean;
}

/** The columns of a {@link ScopeRow}, of the table under the alias `s`. */
export const scopeColumns = `s.scope, s.log, s.epoch, s.head AS position, s.head_tag AS tag, s.floor,
  s.total_changes AS "totalChanges", s.data_bytes AS "dataBytes", s.data_entries AS "dataEntries",
  s.blob_bytes AS "blobBytes", s.key_version AS "keyVersion", s.last_key_version AS "lastKeyVersion",
  s.key_revision AS "keyRevision", s.target_version AS "targetVersion", s.target_entries AS "targetEntries",
  s.unreadable_entries AS "unreadableEntries", s.last_device AS "lastDevice", s.rotated, s.aborting, s.erasing`;

/** A tag as the ports know it, 0 to 2^32 - 1, out of its signed form, and back. */
export const toTag = (stored: number): number => stored >>> 0;
export const fromTag = (tag: number): number => tag | 0;

/** Finds and makes the rows of scopes. `lock` is for transactions that will change the scope: it keeps every other one out. */
export interface ScopeRows {
  find(query: Query, scope: Scope): Promise<ScopeRow | undefined>;
  lock(query: Query, scope: Scope): Promise<ScopeRow | undefined>;
  /** Locks the row; makes it first, and with it the log with `epoch`, when there is none. */
  make(query: Query, scope: Scope, epoch: string): Promise<ScopeRow>;
}

const attempts = 5;

export const createScopeRows = (schema: string): ScopeRows => {
  // App and user are compared too: should two scopes ever share an id, the second one finds nothing of the first.
  const byId = `SELECT ${scopeColumns} FROM ${schema}.scope s WHERE s.scope = $1 AND s.app_id = $2 AND s.user_id = $3`;
  const insert = `INSERT INTO ${schema}.scope (scope, app_id, user_id, epoch) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING`;
  const valuesOf = (scope: Scope) => [toScopeId(scope), scope.appId, scope.userId];
  const lock: ScopeRows['lock'] = async (query, scope) =>
    (await query<ScopeRow>(`${byId} FOR NO KEY UPDATE`, valuesOf(scope)))[0];
  return {
    find: async (query, scope) => (await query<ScopeRow>(byId, valuesOf(scope)))[0],
    lock,
    async make(query, scope, epoch) {
      // More than once where somebody else made the row and the end of an erasure took it away again.
      for (let attempt = 0; attempt < attempts; attempt++) {
        const found = await lock(query, scope);
        if (found) return found;
        await query(insert, [...valuesOf(scope), epoch]);
      }
      throw new Error('A scope that was just made cannot be found.');
    },
  };
};
