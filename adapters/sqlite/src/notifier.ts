import type { Log, News, Notifier } from '@synckeep/core';
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
  const subscriptions = new Set<{ readonly listener: (news: News) => void }>();
  let timer: NodeJS.Timeout | undefined;
  /** null when the last look failed: something may have been missed. */
  let version: unknown = null;

  const publish = (news: News): void => {
    for (const subscription of [...subscriptions]) {
      if (!subscriptions.has(subscription)) continue;
      try {
        subscription.listener(news);
      } catch (error) {
        log?.error({ err: error, topic: news.topic }, 'A listener of the notifier failed.');
      }
    }
  };

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
    if (isNews) publish({ topic: 'all' });
  };

  return {
    publish,

    subscribe(listener) {
      const subscription = { listener };
      if (subscriptions.size === 0) {
        version = dataVersion();
        timer = setInterval(look, pace);
        timer.unref();
      }
      subscriptions.add(subscription);
      return () => {
        if (subscriptions.delete(subscription) && subscriptions.size === 0) clearInterval(timer);
      };
    },
  };
};
