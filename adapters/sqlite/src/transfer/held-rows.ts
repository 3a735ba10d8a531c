import type { Import, Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';

/** What a scope's row says of the import that brings or brought it. */
export interface ImportRow {
  readonly id: number;
  readonly importId: string | null;
  /** null once it is sealed, '' once it is given up. */
  readonly importRun: string | null;
  readonly held: 0 | 1;
  readonly erasing: 0 | 1;
}

/** What an import needs to know of a scope that it holds. */
export interface HeldRow {
  readonly id: number;
  readonly log: number;
  readonly headDevice: number;
  readonly otherHead: number;
  readonly targetVersion: number;
}

/** Finds the rows of scopes that imports hold. Called inside a transaction. */
export const prepareHeldRows = (database: Database) => {
  const find = database.prepare<[string, string], ImportRow>(
    `SELECT id, import_id AS importId, import_run AS importRun, held, erasing FROM sync_scope
     WHERE app_id = ? AND user_id = ?`,
  );
  const unsealed = database.prepare<[string, string, string, string], HeldRow>(
    `SELECT id, log, head_device AS headDevice, other_head AS otherHead, target_version AS targetVersion FROM sync_scope
     WHERE app_id = ? AND user_id = ? AND held = 1 AND erasing = 0 AND import_id = ? AND import_run = ?`,
  );
  return {
    find: ({ appId, userId }: Scope) => find.get(appId, userId),
    /** undefined when this try does not hold the scope unsealed. */
    unsealed: ({ appId, userId }: Scope, { id, run }: Import) => unsealed.get(appId, userId, id, run),
  };
};
