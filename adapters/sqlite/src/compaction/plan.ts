import type { CompactionBounds, CompactionPlan, Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { once } from '../once.js';
import type { Reader } from '../reader.js';
import { prepareMarks } from './marks.js';
import { type KeyRow, prepareRows, tombstone } from './rows.js';
import { createSurvey } from './survey.js';
import { createTimer, readingTime } from './timer.js';

/** What compaction would remove, as `ChangeLog.compactionPlan` promises it. */
export const createPlan = (database: Database, read: Reader) => {
  const statements = once(() => ({ rows: prepareRows(database), marks: prepareMarks(database) }));

  return async (scope: Scope, bounds: CompactionBounds): Promise<CompactionPlan> => {
    const begin = await read(() => {
      const { rows, marks } = statements();
      const row = rows.find(scope);
      const horizon = row && marks.horizon(row, bounds);
      return row && { row, horizon: horizon ?? 0, passed: rows.passedByAll(row, bounds.activeSince) };
    });
    if (!begin) return { changes: 0, removable: 0, removableBytes: 0, tombstones: 0, horizon: 0 };
    const { row, horizon, passed } = begin;
    const survey = createSurvey();
    let [removable, removableBytes, tombstones, at] = [0, 0, 0, horizon];

    const look = ([position, op, table, rowId, bytes]: KeyRow): void => {
      const found = survey.look(`${table}/${rowId}`, position);
      const isGoingTombstone = found === 'last' && op === tombstone && position <= passed;
      if (isGoingTombstone) tombstones++;
      if (found === 'superseded' || isGoingTombstone) {
        removable++;
        removableBytes += bytes ?? 0;
      }
      at = position - 1;
    };

    /** @returns whether the first row of the log was reached. */
    const lookOn = (): boolean => {
      const isInTime = createTimer(readingTime);
      for (const change of statements().rows.falling(row.log, 0, at)) {
        look(change);
        if (!isInTime()) return false;
      }
      return true;
    };

    do {
      at = horizon;
      while (!(await read(lookOn)));
    } while (survey.endPass());
    return { changes: row.totalChanges, removable, removableBytes, tombstones, horizon };
  };
};
