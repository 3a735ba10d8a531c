import type { ChangeLog, CompactionStep } from '@synckeep/core';
import type { Database } from '../database.js';
import { scopeValues } from '../scope-row.js';

/** How long a step goes on beginning slices of its work; a slice takes some milliseconds, more on a busy machine. */
const milliseconds = 4;

/** `ChangeLog.compact`: one round trip. */
export const createCompact = ({ schema, query }: Database): ChangeLog['compact'] => {
  const call = `SELECT ${schema}.compact($1, $2, $3, $4, $5, $6, $7, ${milliseconds}) AS step`;
  return async (scope, { now, keepFrom, activeSince, limit }) => {
    const [row] = await query<{ step: CompactionStep }>(call, [
      ...scopeValues(scope),
      now,
      keepFrom,
      activeSince,
      limit,
    ]);
    if (!row) throw new Error('The function compact answered nothing.');
    return row.step;
  };
};
