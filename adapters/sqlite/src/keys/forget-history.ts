import type { Database } from 'better-sqlite3';
import { prepareDrop } from '../log/drop.js';
import { prepareDropTexts } from './replaced-texts.js';

interface Leftover {
  readonly id: number;
  readonly log: number;
}

/**
 * Drops old envelopes, the replaced texts of completed rotations and the rows of logs that a reset dropped, in a
 * bounded step. To be called inside a transaction of the writer.
 */
export const prepareForgetHistory = (database: Database): ((before: number, limit: number) => number) => {
  const drop = prepareDrop(database);
  const envelopes = database.prepare<[number, number]>(
    'DELETE FROM sync_past_key WHERE id IN (SELECT id FROM sync_past_key WHERE replaced_at < ? LIMIT ?)',
  );
  const droppedLog = database.prepare<[], number>('SELECT id FROM sync_log WHERE dropped = 1 LIMIT 1').pluck();
  // Not while another rotation of the scope runs: its own replaced texts are in the same table.
  const leftover = database.prepare<[], Leftover>(
    'SELECT id, log FROM sync_scope WHERE leftovers = 1 AND target_version = 0 LIMIT 1',
  );
  const dropTexts = prepareDropTexts(database);
  const clean = database.prepare<[number]>('UPDATE sync_scope SET leftovers = 0 WHERE id = ?');

  const dropLogs = (limit: number): number => {
    let dropped = 0;
    for (let log = droppedLog.get(); log !== undefined && dropped < limit; log = droppedLog.get()) {
      dropped += drop(log, limit - dropped);
    }
    return dropped;
  };

  const dropReplaced = (limit: number): number => {
    let dropped = 0;
    for (let found = leftover.get(); found && dropped < limit; found = leftover.get()) {
      const left = limit - dropped;
      const changes = dropTexts(found.log, left);
      if (changes < left) clean.run(found.id);
      dropped += changes;
    }
    return dropped;
  };

  return (before, limit) => {
    const old = envelopes.run(before, limit).changes;
    const rows = old + dropLogs(limit - old);
    return rows + dropReplaced(limit - rows);
  };
};
