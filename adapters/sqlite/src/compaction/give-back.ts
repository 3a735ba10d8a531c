import type { Database } from 'better-sqlite3';

/** Pages that one step moves: a few milliseconds. */
const pages = 128;
const incremental = 2;

/**
 * Gives free pages of the file back to the disk, as far as they are more than a sixteenth of it: pushes use the rest
 * again. Only a file that was made with `auto_vacuum = INCREMENTAL` can. To be called inside a transaction of the writer.
 */
export const prepareGiveBack = (database: Database) => {
  const read = (name: string): number => Number(database.pragma(name, { simple: true }));
  const isPossible = read('auto_vacuum') === incremental;
  return {
    isDue: (): boolean => isPossible && read('freelist_count') > Math.max(pages, read('page_count') / 16),
    step(): void {
      database.pragma(`incremental_vacuum(${pages})`);
    },
  };
};
