import type { Database } from 'better-sqlite3';
import { inRange } from '../log/range.js';
import { maxPosition } from '../scope-row.js';

/** @returns what drops replaced texts of a log, at most `limit`, and answers how many. Called inside a transaction. */
export const prepareDropTexts = (database: Database): ((log: number, limit: number) => number) => {
  const some = database.prepare<[number, number, number, number, number]>(
    `DELETE FROM sync_replaced WHERE id IN (SELECT id FROM sync_replaced WHERE ${inRange} LIMIT ?)`,
  );
  return (log, limit) => some.run(log, 0, log, maxPosition, limit).changes;
};
