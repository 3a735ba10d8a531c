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
  const idsByLog = new Map<string, Map<number, string>>();
  let count = 0;

  // A device stands under the number of the present log, so that none of a later scope is taken for one of these.
  const find = `SELECT number, id FROM ${schema}.device WHERE scope = $1 AND log = $2 AND number = ANY ($3)`;

  return async (
    query: Query,
    { scope, log, epoch }: Pick<ScopeRow, 'scope' | 'log' | 'epoch'>,
    rows: readonly ChangeRow[],
  ): Promise<readonly StoredChange[] | null> => {
    const name = `${scope}/${log}/${epoch}`;
    const ids = idsByLog.get(name) ?? new Map<number, string>();
    const unknown = new Set<number>();
    for (const { device } of rows) if (!ids.has(device)) unknown.add(device);
    if (unknown.size > 0) {
      const found = await query<{ number: number; id: string }>(find, [scope, log, [...unknown]]);
      if (count + found.length > remembered) {
        idsByLog.clear();
        count = ids.size;
      }
      for (const { number, id } of found) ids.set(number, id);
      idsByLog.set(name, ids);
      count += found.length;
    }
    const changes: StoredChange[] = [];
    for (const row of rows) {
      const id = ids.get(row.device);
      if (id === undefined) return null;
      changes.push(toChange(row, id));
    }
    return changes;
  };
};
