import { createListeners, type Log, type Notifier } from '@synckeep/core';
import type { Database } from 'better-sqlite3';

export interface SqliteNotifierOptions {
  /** The handle that the storage of this process uses. */
  readonly database: Database;
  /** Hears of listeners that threw and of a database that cannot be read. */
  readonly log?: Log;
}

/** Milliseconds between two looks at what other processes committed. */
const pace = 100;

/**
 * Tells the listeners of this process at once. What another process commits to the same file, this one finds out by
 * looking every 100 ms while it has a listener; what it was is not known then, so the listeners hear `all`.
 */
export const createSqliteNotifier = ({ database, log }: SqliteNotifierOptions): Notifier => {
  const listeners = createListeners(log);
  let timer: NodeJS.Timeout | undefined;
  /** null when the last look failed: something may have been missed. */
  let version: unknown = null;

  /** Moves when another connection has committed; the writes of this one do not count. */
  const dataVersion = (): unknown => {
    try {
      return database.pragma('data_version', { simple: true });
    } catch (error) {
      if (version !== null) log?.warn({ err: error }, 'The database cannot be asked for news.');
      return null;
    }
  };

  const look = (): void => {
    const now = dataVersion();
    const isNews = now !== null && now !== version;
    version = now;
    if (isNews) listeners.tell({ topic: 'all' });
  };

  return {
    publish: listeners.tell,

    subscribe(listener) {
      if (listeners.size === 0) {
        version = dataVersion();
        timer = setInterval(look, pace);
        timer.unref();
      }
      const end = listeners.add(listener);
      return () => {
        end();
        if (listeners.size === 0) clearInterval(timer);
      };
    },

    async close() {
      listeners.clear();
      clearInterval(timer);
    },
  };
};
