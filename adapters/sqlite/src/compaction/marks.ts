import type { CompactionBounds } from '@synckeep/core';
import type { Database } from 'better-sqlite3';

interface Mark {
  readonly at: number;
  readonly position: number;
}

/** A head is noted when at least this share of what is kept has passed since the one before. */
const marksKept = 16;

interface Log {
  readonly log: number;
  readonly position: number;
}

/** The heads that a log had, for the horizon. Called inside a snapshot or a transaction. */
export const prepareMarks = (database: Database) => {
  const all = database.prepare<[number], Mark>('SELECT at, position FROM sync_mark WHERE log = ? ORDER BY position');
  const add = database.prepare<[number, number, number]>('INSERT INTO sync_mark (log, at, position) VALUES (?, ?, ?)');
  const forget = database.prepare<[number, number]>('DELETE FROM sync_mark WHERE log = ? AND position < ?');
  const correct = database.prepare<[number, number, number]>('UPDATE sync_mark SET at = ? WHERE log = ? AND at > ?');

  const newestBefore = (marks: readonly Mark[], keepFrom: number): number =>
    marks.findLast(({ at }) => at <= keepFrom)?.position ?? 0;

  const isDue = (marks: readonly Mark[], head: number, { now, keepFrom }: CompactionBounds): boolean => {
    // Where nothing is kept, nobody asks for the past.
    if (keepFrom >= now) return false;
    const last = marks.at(-1);
    if (last === undefined) return head > 0;
    return last.at > now || (head > last.position && now - last.at >= (now - keepFrom) / marksKept);
  };

  return {
    /** Whether there is something to {@link note}. */
    isDue: ({ log, position }: Log, bounds: CompactionBounds) => isDue(all.all(log), position, bounds),

    /** Notes the head as it is now, and forgets what no horizon needs any more. */
    note({ log, position }: Log, bounds: CompactionBounds): void {
      // A clock that was ahead is not waited for.
      correct.run(bounds.now, log, bounds.now);
      const marks = all.all(log);
      if (isDue(marks, position, bounds)) add.run(log, bounds.now, position);
      forget.run(log, newestBefore(marks, bounds.keepFrom));
    },

    horizon: ({ log, position }: Log, { now, keepFrom }: CompactionBounds): number =>
      keepFrom >= now ? position : newestBefore(all.all(log), keepFrom),
  };
};

export type Marks = ReturnType<typeof prepareMarks>;
