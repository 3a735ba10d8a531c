import type { RateLimit } from '@synckeep/protocol';

export interface RateDecision {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until one more is allowed; 0 when one is allowed now. */
  readonly retryAfter: number;
}

/** Token buckets by name and key. */
export interface RateLimiter {
  /**
   * Takes one from the bucket `name`/`key`; a refused call takes nothing.
   * @throws SyncError `unavailable` when it cannot count at present
   */
  take(name: string, key: string, limit: RateLimit): Promise<RateDecision>;
  /** Puts one back: what it was taken for did not happen. */
  giveBack(name: string, key: string, limit: RateLimit): Promise<void>;
}
