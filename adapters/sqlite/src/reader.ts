import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { once } from './once.js';
import { backOff, isBusy, patience, toReported } from './trouble.js';

/**
 * Runs synchronous statements in one snapshot of the database. They never see a transaction of the writer in part: that
 * runs from begin to commit without a pause.
 * @throws SyncError `unavailable` when the database cannot be read for 10 s.
 */
export type Reader = <T>(work: () => T) => Promise<T>;

/** Milliseconds after which further reads wait for the next turn of the event loop, so that a caller who reads in a loop stops nobody. */
const longestTurn = 10;

export const createReader = (database: Database): Reader => {
  const statements = once(() => ({
    begin: database.prepare('BEGIN'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
  }));
  /** When the present turn of the event loop has read enough; null before its first read. */
  let turnUntil: number | null = null;

  const endTurn = (): void => {
    turnUntil = null;
  };

  const takeTurn = async (): Promise<void> => {
    while (turnUntil !== null && performance.now() > turnUntil) await nextTurn();
    if (turnUntil !== null) return;
    turnUntil = performance.now() + longestTurn;
    setImmediate(endTurn);
  };

  const snapshot = <T>(work: () => T): T => {
    statements().begin.run();
    try {
      const value = work();
      statements().commit.run();
      return value;
    } catch (error) {
      if (database.inTransaction) statements().rollback.run();
      throw error;
    }
  };

  return async (work) => {
    const until = performance.now() + patience;
    for (let attempt = 1; ; attempt++) {
      await takeTurn();
      try {
        return snapshot(work);
      } catch (error) {
        if (!isBusy(error) || performance.now() > until) throw toReported(error);
      }
      await delay(backOff(attempt));
    }
  };
};
