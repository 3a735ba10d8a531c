import type { Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { prepareDiscard } from './discard.js';
import { prepareDrop } from './log/drop.js';
import { prepareScopeRows } from './scope-row.js';

/** Tables that name a scope, with the column that tells their rows apart; its logs and blobs go before them. */
const tables = [
  ['sync_envelope', 'scope'],
  ['sync_past_key', 'id'],
  ['sync_ended_epoch', 'id'],
  ['sync_device', 'number'],
] as const;

/** One step of erasing a scope, to be called inside a transaction of the writer. */
export const prepareErase = (database: Database): ((scope: Scope, limit: number) => boolean) => {
  const scopeRows = prepareScopeRows(database);
  const drop = prepareDrop(database);
  const discard = prepareDiscard(database);
  const mark = database.prepare<[number]>('UPDATE sync_scope SET erasing = 1 WHERE id = ?');
  const log = database.prepare<[number], number>('SELECT id FROM sync_log WHERE scope = ? LIMIT 1').pluck();
  const rows = tables.map(([table, key]) =>
    database.prepare<[number, number, number]>(
      `DELETE FROM ${table} WHERE scope = ? AND ${key} IN (SELECT ${key} FROM ${table} WHERE scope = ? LIMIT ?)`,
    ),
  );
  const self = database.prepare<[number]>('DELETE FROM sync_scope WHERE id = ?');

  return (scope, limit) => {
    const row = scopeRows.find(scope);
    if (!row) return true;
    mark.run(row.id);
    let left = limit - discard.someOf(row.id, limit);
    for (let found = log.get(row.id); found !== undefined && left > 0; found = log.get(row.id)) {
      left -= drop(found, left);
    }
    for (const statement of rows) {
      if (left > 0) left -= statement.run(row.id, row.id, left).changes;
    }
    if (left <= 0) return false;
    self.run(row.id);
    return true;
  };
};
