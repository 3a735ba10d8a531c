import type { StoredChange } from '@synckeep/core';
import type { Query } from '../database.js';
import type { ScopeRow } from '../scope-row.js';
import { type ChangeRow, toChange } from './row.js';

/**
 * Ids of devices never change, and their numbers are not used twice before their scope is erased. So they are
 * remembered, together with number and epoch of the log, of which one is another afterwards.
 */
const remembered = 10_000;

/** Gives rows of a log, which has this epoch, the ids of their devices; null when one is not there (any more). */
export const createNaming = (schema: string) => {
  const ids = new Map<string, string>();

  // A device stands under the number of the present log, so that none of a later scope is taken for one of these.
  const find = `SELECT number, id FROM ${schema}.device WHERE scope = $1 AND log = $2 AND number = ANY ($3)`;

  const learn = async (query: Query, scope: string, log: number, name: string, numbers: readonly number[]) => {
    if (ids.size + numbers.length > remembered) ids.clear();
    const rows = await query<{ number: number; id: string }>(find, [scope, log, numbers]);
    for (const { number, id } of rows) ids.set(`${name}/${number}`, id);
  };

  return async (
    query: Query,
    { scope, log, epoch }: Pick<ScopeRow, 'scope' | 'log' | 'epoch'>,
    rows: readonly ChangeRow[],
  ): Promise<readonly StoredChange[] | null> => {
    const name = `${scope}/${log}/${epoch}`;
    const unknown = new Set(rows.map(({ device }) => device).filter((device) => !ids.has(`${name}/${device}`)));
    if (unknown.size > 0) await learn(query, scope, log, name, [...unknown]);
    const changes = rows.flatMap((row) => {
      const id = ids.get(`${name}/${row.device}`);
      return id === undefined ? [] : [toChange(row, id)];
    });
    return changes.length === rows.length ? changes : null;
  };
};
