import type { CompactionQuery, CompactionStep, Scope } from '@synckeep/core';
import type { Database } from 'better-sqlite3';
import { once } from '../once.js';
import type { Reader } from '../reader.js';
import type { Writer } from '../writer.js';
import { prepareGiveBack } from './give-back.js';
import { prepareMarks } from './marks.js';
import { type CompactedRow, prepareRows, tombstone } from './rows.js';
import { createTimer, readingTime, writingTime } from './timer.js';
import { beginVisit, isAskedAgain, type Visit } from './visit.js';

const nothing = { removed: 0, removedBytes: 0, tombstones: 0 };
const more: CompactionStep = { ...nothing, state: 'more' };
const done: CompactionStep = { ...nothing, state: 'done' };
const paused: CompactionStep = { ...nothing, state: 'paused' };

const isRotating = ({ targetVersion }: CompactedRow): boolean => targetVersion !== 0;

/**
 * One step of compaction, as `ChangeLog.compact` promises it. It goes over one log at a time: a step of another log drops
 * what was found out about this one.
 */
export const createCompact = (database: Database, writer: Writer, read: Reader) => {
  const statements = once(() => ({
    rows: prepareRows(database),
    marks: prepareMarks(database),
    giveBack: prepareGiveBack(database),
    compacted: database.prepare<[number, number]>('UPDATE sync_scope SET compacted = max(compacted, ?) WHERE id = ?'),
    swept: database.prepare<[number, number]>('UPDATE sync_scope SET swept = max(swept, ?) WHERE id = ?'),
    cleared: database.prepare<[number, number, number]>(
      'UPDATE sync_scope SET floor = max(floor, ?), cleared = max(cleared, ?) WHERE id = ?',
    ),
  }));
  let current: Visit | null = null;

  /** The visit that goes on, or a new one. */
  const visitOf = (row: CompactedRow, horizon: number, query: CompactionQuery): Visit => {
    if (current === null || current.log !== row.log || !isAskedAgain(current, query)) {
      current = beginVisit(row, horizon, query);
    }
    return current;
  };

  /** Looks at some rows more, in a snapshot. */
  const look = (visit: Visit): void => {
    const isInTime = createTimer(readingTime);
    const { survey, found, log } = visit;
    for (const [position, , table, rowId] of statements().rows.falling(log, 0, visit.at)) {
      if (survey.look(`${table}/${rowId}`, position) === 'superseded') found.push(position);
      visit.at = position - 1;
      if (!isInTime()) return;
    }
    visit.at = 0;
  };

  /** The row as it is inside the transaction; null when the log has changed in a way that stops the step. */
  const rowNow = (scope: Scope, { log }: Visit): CompactedRow | null => {
    const row = statements().rows.find(scope);
    return row && row.log === log && !isRotating(row) ? row : null;
  };

  const sweep = async (scope: Scope, visit: Visit, limit: number): Promise<CompactionStep> => {
    if (visit.found.length === 0 && visit.at > 0) await read(() => look(visit));
    const { found, horizon, survey } = visit;
    const step = await writer.write(() => {
      const row = rowNow(scope, visit);
      if (row === null) return null;
      if (found.length === 0) return { taken: 0, removed: 0, removedBytes: 0 };
      statements().compacted.run(horizon, row.id);
      return statements().rows.take(row, found.slice(0, limit), createTimer(writingTime));
    });
    if (step === null) return more;
    const { taken, ...removed } = step;
    found.splice(0, taken);
    if (found.length === 0 && visit.at === 0) {
      if (survey.endPass()) visit.at = horizon;
      else await endSweep(scope, visit);
    }
    return { ...more, ...removed };
  };

  const endSweep = async (scope: Scope, visit: Visit): Promise<void> => {
    await writer.write(() => {
      const row = rowNow(scope, visit);
      if (row) statements().swept.run(visit.horizon, row.id);
    });
    visit.phase = 'clear';
  };

  /** Tombstones that may go, and up to where they were looked for. */
  const lookForTombstones = (scope: Scope, { activeSince, limit }: CompactionQuery) => {
    const { rows } = statements();
    const row = rows.find(scope);
    if (!row) return null;
    const bound = Math.min(row.swept, rows.passedByAll(row, activeSince));
    const isInTime = createTimer(readingTime);
    const found: number[] = [];
    for (const [position, op] of rows.rising(row.log, row.cleared, bound)) {
      if (op === tombstone) found.push(position);
      if (found.length === limit || !isInTime()) return { found, upTo: position };
    }
    return { found, upTo: Math.max(row.cleared, bound) };
  };

  const clear = async (scope: Scope, visit: Visit, query: CompactionQuery): Promise<CompactionStep> => {
    const looked = await read(() => lookForTombstones(scope, query));
    if (looked === null) return done;
    const step = await writer.write(() => {
      const { rows, cleared } = statements();
      const row = rowNow(scope, visit);
      if (row === null) return null;
      // A device may have gone back to the start since.
      const bound = Math.min(looked.upTo, rows.passedByAll(row, query.activeSince));
      const due = looked.found.filter((position) => position > row.cleared && position <= bound);
      const { taken, ...removed } = rows.take(row, due, createTimer(writingTime));
      const upTo = taken < due.length ? (due[taken - 1] ?? 0) : bound;
      if (taken > 0 || upTo > row.cleared) cleared.run(due[taken - 1] ?? 0, upTo, row.id);
      return { ...removed, tombstones: removed.removed, hasMoved: upTo > row.cleared };
    });
    if (step === null) return more;
    const { hasMoved, ...removed } = step;
    if (!hasMoved) visit.phase = 'give back';
    return { ...removed, state: 'more' };
  };

  const giveBack = async (): Promise<CompactionStep> => {
    if (await read(() => statements().giveBack.isDue())) {
      await writer.write(() => statements().giveBack.step());
      return more;
    }
    current = null;
    return done;
  };

  const step = async (scope: Scope, query: CompactionQuery): Promise<CompactionStep> => {
    const found = await read(() => {
      const { rows, marks } = statements();
      const row = rows.find(scope);
      return row && { row, isDue: marks.isDue(row, query), horizon: marks.horizon(row, query) };
    });
    if (!found) return done;
    if (found.isDue) {
      await writer.write(() => {
        const { rows, marks } = statements();
        const row = rows.find(scope);
        if (row) marks.note(row, query);
      });
    }
    if (isRotating(found.row)) {
      current = null;
      return paused;
    }
    const visit = visitOf(found.row, found.horizon, query);
    if (visit.phase === 'sweep') return sweep(scope, visit, query.limit);
    return visit.phase === 'clear' ? clear(scope, visit, query) : giveBack();
  };
  let last: Promise<unknown> = Promise.resolve();
  return (scope: Scope, query: CompactionQuery): Promise<CompactionStep> => {
    const next = last.then(() => step(scope, query));
    last = next.catch(() => undefined);
    return next;
  };
};
