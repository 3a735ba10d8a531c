import type { Scope } from './scope.js';

/** What one process tells the others. News carries no content: whoever hears of it looks. */
export type News =
  /** `deviceId` wrote positions (from, to] of this scope. */
  | {
      readonly topic: 'log';
      readonly scope: Scope;
      readonly deviceId: string;
      readonly from: number;
      readonly to: number;
    }
  /** A rotation of this scope began, completed or was aborted, or its log was reset. */
  | { readonly topic: 'keys'; readonly scope: Scope }
  /** A token, user, app or membership changed: forget what was cached. */
  | { readonly topic: 'access' }
  /** Something may have changed anywhere: look at everything. */
  | { readonly topic: 'all' };

export interface Notifier {
  /** After the commit. Never throws and never delays the caller; may be coalesced into a wider piece of news. */
  publish(news: News): void;

  /**
   * Every listener of every process hears of every piece of news, or of a wider one, soon: in the same process at
   * once, in another one within 500 ms. After a gap (a lost connection) the listener gets `all`.
   * @returns a function that ends the subscription.
   */
  subscribe(listener: (news: News) => void): () => void;

  /**
   * Delivers what was published and not yet sent, in bounded time, then ends every subscription and releases what this
   * notifier opened itself; a handle that the host passed in stays open. A program that publishes and exits calls it first.
   */
  close(): Promise<void>;
}
