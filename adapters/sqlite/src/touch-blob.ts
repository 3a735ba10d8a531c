import type { Database } from 'better-sqlite3';

const hour = 3_600_000;

/** Notes to the hour that somebody wants a confirmed blob. Called inside a transaction of the writer. */
export const prepareTouchBlob = (database: Database): ((scopeId: number, hash: string, now: number) => void) => {
  const touch = database.prepare<[number, number, string, number]>(
    `UPDATE sync_blob SET touched_at = ? WHERE scope = ? AND hash = ?
       AND (touched_at IS NULL OR touched_at <= ?)`,
  );
  return (scopeId, hash, now) => {
    touch.run(now, scopeId, hash, now - hour);
  };
};
