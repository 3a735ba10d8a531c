import { silentLog } from '../environment.js';
import type { Log, News, Notifier } from '../ports/index.js';

export interface MemoryNotifierOptions {
  /** Hears of listeners that threw. */
  readonly log?: Log;
}

/**
 * News within one process. Listeners are called before `publish` returns, in the order of their subscription; one that
 * throws is logged and stops neither the others nor the publisher.
 */
export const createMemoryNotifier = ({ log = silentLog }: MemoryNotifierOptions = {}): Notifier => {
  const subscriptions = new Set<{ readonly listener: (news: News) => void }>();
  return {
    publish(news) {
      for (const subscription of [...subscriptions]) {
        if (!subscriptions.has(subscription)) continue;
        try {
          subscription.listener(news);
        } catch (error) {
          log.error({ err: error, topic: news.topic }, 'A listener of the notifier failed.');
        }
      }
    },

    subscribe(listener) {
      const subscription = { listener };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
      };
    },
  };
};
