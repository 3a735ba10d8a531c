/**
 * `compacted`: rows at or below may be gone. `swept`: up to there each row of a table has one change left. `cleared`: up
 * to there no tombstone is left. `epoch_start`: the head at which the present epoch began. A mark is a head that a log
 * is known to have had.
 */
export const sql = `
ALTER TABLE sync_scope ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_scope ADD COLUMN swept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_scope ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sync_scope ADD COLUMN epoch_start INTEGER NOT NULL DEFAULT 0;

CREATE TABLE sync_mark (
  log INTEGER NOT NULL,
  at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (log, position)
) WITHOUT ROWID;
`;
