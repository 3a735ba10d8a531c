import type { LogHead, Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
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
  readonly compacted: number;
  /** Position of the newest change that was pushed with data and without the blobs that it names. */
  readonly unnamed: number;
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
  readonly held: boolean;
}

/** The columns of a {@link ScopeRow}, of the table under the alias `s`. */
export const scopeColumns = `s.scope, s.log, s.epoch, s.head AS position, s.head_tag AS tag, s.floor, s.compacted, s.unnamed,
  s.total_changes AS "totalChanges", s.data_bytes AS "dataBytes", s.data_entries AS "dataEntries",
  s.blob_bytes AS "blobBytes", s.key_version AS "keyVersion", s.last_key_version AS "lastKeyVersion",
  s.key_revision AS "keyRevision", s.target_version AS "targetVersion", s.target_entries AS "targetEntries",
  s.unreadable_entries AS "unreadableEntries", s.last_device AS "lastDevice", s.rotated, s.aborting, s.erasing,
  s.held`;

/** A tag as the ports know it, 0 to 2^32 - 1, out of its signed form, and back. */
export const toTag = (stored: number): number => stored >>> 0;
export const fromTag = (tag: number): number => tag | 0;

export const headOf = ({ epoch, position, tag, floor }: ScopeRow): LogHead => ({
  epoch,
  position,
  tag: toTag(tag),
  floor,
});

/**
 * Conditions that find a scope under the alias `s` by the parameters $1 to $3, which are its {@link scopeValues}. App and
 * user are compared too: should two scopes ever share an id, the second one finds nothing of the first. `isVisible`, as
 * nearly every statement wants it, finds none that an import holds.
 */
export const isAsked = 's.scope = $1 AND s.app_id = $2 AND s.user_id = $3';
export const isVisible = `${isAsked} AND NOT s.held`;

export const scopeValues = (scope: Scope) => [toScopeId(scope), scope.appId, scope.userId] as const;

/** Finds and makes the rows of scopes. `lock` is for transactions that will change the scope: it keeps every other one out. */
export interface ScopeRows {
  find(query: Query, scope: Scope): Promise<ScopeRow | undefined>;
  lock(query: Query, scope: Scope): Promise<ScopeRow | undefined>;
  /** Also one that an import holds, which the others do not find. */
  lockAny(query: Query, scope: Scope): Promise<ScopeRow | undefined>;
  /**
   * Locks the row; makes it first, and with it the log with `epoch`, when there is none.
   * @throws SyncError `unavailable` while an import holds the scope
   */
  make(query: Query, scope: Scope, epoch: string): Promise<ScopeRow>;
}

const attempts = 5;

export const createScopeRows = (schema: string): ScopeRows => {
  const found = `SELECT ${scopeColumns} FROM ${schema}.scope s WHERE`;
  const insert = `INSERT INTO ${schema}.scope (scope, app_id, user_id, epoch) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING`;
  const finding =
    (condition: string) =>
    async (query: Query, scope: Scope): Promise<ScopeRow | undefined> =>
      (await query<ScopeRow>(`${found} ${condition}`, scopeValues(scope)))[0];
  const lockAny = finding(`${isAsked} FOR NO KEY UPDATE`);
  return {
    find: finding(isVisible),
    lock: finding(`${isVisible} FOR NO KEY UPDATE`),
    lockAny,
    async make(query, scope, epoch) {
      // More than once where somebody else made the row and the end of an erasure took it away again.
      for (let attempt = 0; attempt < attempts; attempt++) {
        const row = await lockAny(query, scope);
        if (row?.held) throw new SyncError('unavailable', { retryAfter: 10 });
        if (row) return row;
        await query(insert, [...scopeValues(scope), epoch]);
      }
      throw new Error('A scope that was just made cannot be found.');
    },
  };
};
