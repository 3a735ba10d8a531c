import { silentLog } from '../environment.js';
import type { Log, News } from '../ports/index.js';

/** The listeners of one process: what every notifier needs beside its way to other processes. */
export interface Listeners {
  readonly size: number;
  /** Calls each listener before it returns, in the order of their subscription; one that throws is logged and stops nobody. */
  tell(news: News): void;
  /** @returns a function that ends the subscription; calling it again does nothing. */
  add(listener: (news: News) => void): () => void;
  /** Ends every subscription. */
  clear(): void;
}

export const createListeners = (log: Log = silentLog): Listeners => {
  const subscriptions = new Set<{ readonly listener: (news: News) => void }>();
  return {
    get size() {
      return subscriptions.size;
    },

    tell(news) {
      for (const subscription of [...subscriptions]) {
        if (!subscriptions.has(subscription)) continue;
        try {
          subscription.listener(news);
        } catch (error) {
          log.error({ err: error, topic: news.topic }, 'A listener of the notifier failed.');
        }
      }
    },

    add(listener) {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
      };
    },

    clear: () => subscriptions.clear(),
  };
};
