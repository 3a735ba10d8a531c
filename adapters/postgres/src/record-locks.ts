import { createHash } from 'node:crypto';
import type { Query } from './database.js';
import { lockClass } from './migrate.js';

/** What a transaction relies on or writes: the id of a record, or of a unique value. */
export interface RecordLock {
  readonly id: string;
  /** Alone, for a write; else together with others that only rely on it. */
  readonly isExclusive: boolean;
}

/** Two ids of one number wait for each other and do no other harm. */
const numberOf = (id: string): number => createHash('sha256').update(id).digest().readInt32BE();

// The rows of `unnest` come in the order of its array, and each is locked before the next one is looked at.
const statement = `SELECT CASE WHEN lock.number = ANY ($3::integer[]) THEN pg_advisory_xact_lock($1, lock.number)
    ELSE pg_advisory_xact_lock_shared($1, lock.number) END
  FROM unnest($2::integer[]) AS lock (number)`;

/**
 * Keeps until the end of the transaction what others could write meanwhile. To be called once, before anything else is
 * locked: the locks are taken in the order of their numbers, so that no two transactions wait for each other.
 */
export const lockRecords = async (query: Query, locks: readonly RecordLock[]): Promise<void> => {
  if (locks.length === 0) return;
  const numbers = new Set(locks.map(({ id }) => numberOf(id)));
  const exclusive = locks.filter(({ isExclusive }) => isExclusive).map(({ id }) => numberOf(id));
  await query(statement, [lockClass, [...numbers].sort((a, b) => a - b), exclusive]);
};
