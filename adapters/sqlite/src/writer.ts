import type { Database } from 'better-sqlite3';
import { once } from './once.js';
import { backOff, isBusy, patience, toReported, unavailable } from './trouble.js';

/** The one way to write: jobs that arrive together are committed together. */
export interface Writer {
  /**
   * Runs `job` inside a transaction that begins as a write. When it throws, nothing of it is kept and the promise
   * rejects with what it threw; other jobs of the same transaction are not touched. Resolves after the commit.
   * The job is synchronous and runs once.
   * @throws SyncError `unavailable` when the commit fails, the disk is full, or another process holds the lock for 10 s.
   */
  write<T>(job: () => T): Promise<T>;
  /** Resolves when everything that was handed in is settled. */
  drain(): Promise<void>;
}

interface Job {
  /** Does the work; the answer is called when it is durable. */
  readonly work: () => () => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
}

/** Milliseconds after which a transaction takes no further job, so that reads and streams get their turn. */
const longestGroup = 20;

/** Milliseconds that a job may wait for another process's lock once the writer is to stop. */
const lastPatience = 500;

const prepare = (database: Database) => ({
  begin: database.prepare('BEGIN IMMEDIATE'),
  commit: database.prepare('COMMIT'),
  rollback: database.prepare('ROLLBACK'),
  savepoint: database.prepare('SAVEPOINT job'),
  release: database.prepare('RELEASE job'),
  undo: database.prepare('ROLLBACK TO job'),
});

export const createWriter = (database: Database): Writer => {
  const statements = once(() => prepare(database));
  const queue: Job[] = [];
  const idle: (() => void)[] = [];
  let scheduled = false;
  let attempt = 0;
  let isClosing = false;

  const rollBack = (): void => {
    if (database.inTransaction) statements().rollback.run();
  };

  /** Runs one job among others. Throws only when the whole transaction is lost. */
  const runApart = (job: Job): (() => void) => {
    const { savepoint, release, undo } = statements();
    savepoint.run();
    try {
      const settle = job.work();
      release.run();
      return settle;
    } catch (error) {
      // SQLite itself ends the transaction on a full disk or an I/O error.
      if (!database.inTransaction) throw error;
      undo.run();
      release.run();
      return () => job.reject(toReported(error));
    }
  };

  const commitGroup = (): void => {
    const group: Job[] = [];
    const settlements: (() => void)[] = [];
    const until = performance.now() + longestGroup;
    try {
      const isAlone = queue.length === 1;
      do {
        const job = queue[group.length];
        if (job === undefined) break;
        group.push(job);
        settlements.push(isAlone ? job.work() : runApart(job));
      } while (performance.now() < until);
      statements().commit.run();
    } catch (error) {
      rollBack();
      const isRefusal = group.length === 1 && settlements.length === 0;
      const reported = isRefusal ? toReported(error) : unavailable(error);
      settlements.length = 0;
      for (const job of group) settlements.push(() => job.reject(reported));
    }
    queue.splice(0, group.length);
    for (const settle of settlements) settle();
  };

  const giveUp = (error: unknown, before: number): void => {
    const late = queue.filter(({ since }) => since <= before);
    queue.splice(0, late.length);
    for (const job of late) job.reject(toReported(error));
  };

  const schedule = (milliseconds = 0): void => {
    scheduled = true;
    // Not at once: whatever else arrived in this turn of the event loop joins the transaction.
    if (milliseconds === 0) setImmediate(run);
    else setTimeout(run, milliseconds);
  };

  const run = (): void => {
    let wait = 0;
    try {
      statements().begin.run();
      attempt = 0;
      commitGroup();
    } catch (error) {
      if (isBusy(error)) wait = backOff(++attempt);
      giveUp(error, wait === 0 ? Number.POSITIVE_INFINITY : performance.now() - (isClosing ? lastPatience : patience));
    }
    scheduled = false;
    if (queue.length > 0) schedule(wait);
    else for (const resolve of idle.splice(0)) resolve();
  };

  return {
    write: <T>(job: () => T) =>
      new Promise<T>((resolve, reject) => {
        const work = () => {
          const value = job();
          return () => resolve(value);
        };
        queue.push({ work, reject, since: performance.now() });
        if (!scheduled) schedule();
      }),

    drain: () =>
      new Promise<void>((resolve) => {
        // Whoever stops does not wait for another process for long: what is refused now was never acknowledged.
        isClosing = true;
        if (queue.length === 0) resolve();
        else idle.push(resolve);
      }),
  };
};
