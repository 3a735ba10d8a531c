import type { RecordGuard } from '@synckeep/core';
import type { Database } from 'better-sqlite3';

interface Found {
  readonly version: number;
  readonly expiresAt: number | null;
}

/** Tells whether a condition holds now. Called inside a transaction. */
export const prepareConditions = (database: Database): ((guard: RecordGuard, now: number) => boolean) => {
  const find = database.prepare<[string, string], Found>(
    'SELECT version, expires_at AS expiresAt FROM sync_record WHERE kind = ? AND key = ?',
  );
  return ({ kind, key, condition }, now) => {
    if (condition === 'any') return true;
    const found = find.get(kind, key);
    const isLiving = found !== undefined && (found.expiresAt === null || found.expiresAt > now);
    if (condition === 'absent') return !isLiving;
    return isLiving && (condition === 'present' || found.version === condition);
  };
};
