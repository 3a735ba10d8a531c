import type { Scope } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import type { Database } from 'better-sqlite3';

/** What one row says of a scope: where its log stands, what it holds, its key versions (0 stands for none). */
export interface ScopeRow {
  readonly id: number;
  readonly log: number;
  readonly epoch: string;
  readonly position: number;
  readonly tag: number;
  /** Number of the device that wrote the newest change; 0 for none. */
  readonly headDevice: number;
  /** Position of the newest change that another device than `headDevice` wrote. */
  readonly otherHead: number;
  readonly floor: number;
  /** Rows at or below may be gone. */
  readonly compacted: number;
  /** The head at which the present epoch began. */
  readonly epochStart: number;
  readonly totalChanges: number;
  readonly dataBytes: number;
  readonly dataEntries: number;
  readonly blobBytes: number;
  readonly keyVersion: number;
  readonly lastKeyVersion: number;
  readonly keyRevision: number;
  readonly rotated: 0 | 1;
  readonly targetVersion: number;
  readonly targetEntries: number;
  readonly unreadableEntries: number;
  readonly aborting: 0 | 1;
  readonly erasing: 0 | 1;
}

/** The columns of a {@link ScopeRow}, of the table under the alias `s`. */
export const scopeColumns = `s.id, s.log, s.epoch, s.head AS position, s.head_tag AS tag,
  s.head_device AS headDevice, s.other_head AS otherHead, s.floor, s.compacted, s.epoch_start AS epochStart,
  s.total_changes AS totalChanges, s.data_bytes AS dataBytes, s.data_entries AS dataEntries, s.blob_bytes AS blobBytes,
  s.key_version AS keyVersion, s.last_key_version AS lastKeyVersion, s.key_revision AS keyRevision, s.rotated,
  s.target_version AS targetVersion, s.target_entries AS targetEntries, s.unreadable_entries AS unreadableEntries,
  s.aborting, s.erasing`;

/** Positions of a log and numbers of logs share 63 bits: see the first migration. */
const maxLog = 2 ** 27 - 1;
export const maxPosition = 2 ** 36 - 1;

/** Finds and makes the rows of scopes. Called inside a transaction. */
export interface ScopeRows {
  /** undefined also for a scope that an import holds. */
  find(scope: Scope): ScopeRow | undefined;
  /** The number of a scope's row, also where an import holds it. */
  findId(scope: Scope): number | undefined;
  /**
   * Makes the row, and with it the log with `epoch`, when there is none.
   * @throws SyncError `unavailable` while an import holds the scope
   */
  make(scope: Scope, epoch: string): ScopeRow;
  /** Makes the row of a scope that has none. */
  insert(scope: Scope, epoch: string): ScopeRow;
  /** @returns the number of a new log of the scope. */
  newLog(scopeId: number): number;
}

export const prepareScopeRows = (database: Database): ScopeRows => {
  const byOwner = database.prepare<[string, string], ScopeRow>(
    `SELECT ${scopeColumns} FROM sync_scope s WHERE s.app_id = ? AND s.user_id = ? AND s.held = 0`,
  );
  const idByOwner = database
    .prepare<[string, string], number>('SELECT id FROM sync_scope WHERE app_id = ? AND user_id = ?')
    .pluck();
  const insertScope = database.prepare<[string, string, string]>(
    'INSERT INTO sync_scope (app_id, user_id, log, epoch) VALUES (?, ?, 0, ?)',
  );
  const insertLog = database.prepare<[number]>('INSERT INTO sync_log (scope) VALUES (?)');
  const setLog = database.prepare<[number, number]>('UPDATE sync_scope SET log = ? WHERE id = ?');

  const find = ({ appId, userId }: Scope) => byOwner.get(appId, userId);
  const findId = ({ appId, userId }: Scope) => idByOwner.get(appId, userId);

  const newLog = (scopeId: number): number => {
    const log = Number(insertLog.run(scopeId).lastInsertRowid);
    if (log > maxLog) throw new Error(`This database has made ${maxLog} logs, which is as many as it can number.`);
    return log;
  };

  const insert = (scope: Scope, epoch: string): ScopeRow => {
    const id = Number(insertScope.run(scope.appId, scope.userId, epoch).lastInsertRowid);
    setLog.run(newLog(id), id);
    const made = find(scope);
    if (!made) throw new Error('A scope that was just made cannot be found.');
    return made;
  };

  return {
    find,
    findId,
    insert,
    newLog,
    make(scope, epoch) {
      const found = find(scope);
      if (found) return found;
      if (findId(scope) !== undefined) throw new SyncError('unavailable', { retryAfter: 10 });
      return insert(scope, epoch);
    },
  };
};
