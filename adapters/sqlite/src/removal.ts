import type { Database } from 'better-sqlite3';
import { prepareDiscard } from './discard.js';
import { prepareDrop } from './log/drop.js';

/** Tables that name a scope, with the column that tells their rows apart; its envelope, logs and blobs go before them. */
const tables = [
  ['sync_past_key', 'id'],
  ['sync_ended_epoch', 'id'],
  ['sync_device', 'number'],
] as const;

/** One step of removing a scope, to be called inside a transaction of the writer. @returns whether nothing is left. */
export type Removal = (scopeId: number, limit: number, objects: 'discard' | 'forget') => boolean;

export const prepareRemoval = (database: Database): Removal => {
  const dropEnvelope = database.prepare<[number]>('DELETE FROM sync_envelope WHERE scope = ?');
  const drop = prepareDrop(database);
  const discard = prepareDiscard(database);
  const forget = database.prepare<[number, number, number]>(
    'DELETE FROM sync_blob WHERE scope = ? AND hash IN (SELECT hash FROM sync_blob WHERE scope = ? LIMIT ?)',
  );
  const log = database.prepare<[number], number>('SELECT id FROM sync_log WHERE scope = ? LIMIT 1').pluck();
  const rows = tables.map(([table, key]) =>
    database.prepare<[number, number, number]>(
      `DELETE FROM ${table} WHERE scope = ? AND ${key} IN (SELECT ${key} FROM ${table} WHERE scope = ? LIMIT ?)`,
    ),
  );
  const self = database.prepare<[number]>('DELETE FROM sync_scope WHERE id = ?');

  return (id, limit, objects) => {
    dropEnvelope.run(id);
    let left = limit - (objects === 'discard' ? discard.someOf(id, limit) : forget.run(id, id, limit).changes);
    for (let found = log.get(id); found !== undefined && left > 0; found = log.get(id)) {
      left -= drop(found, left);
    }
    for (const statement of rows) {
      if (left > 0) left -= statement.run(id, id, left).changes;
    }
    if (left <= 0) return false;
    self.run(id);
    return true;
  };
};
