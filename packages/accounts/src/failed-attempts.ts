import type { RateLimiter } from '@synckeep/core';
import { type RateLimit, SyncError } from '@synckeep/protocol';

export interface FailedAttempts {
  /**
   * Runs one attempt to prove something. null means that it failed and counts; anything else, a fault too, does not.
   * @param key whose attempts are counted together, whether or not there is such a one.
   * @throws SyncError `rate_limited` without having tried, after too many failures.
   */
  attempt<T>(key: string, prove: () => Promise<T | null>): Promise<T | null>;
}

/** Counts an attempt before it is made and uncounts it afterwards, so that a thousand at once are no way around. */
export const createFailedAttempts = (
  rateLimiter: RateLimiter | 'off',
  name: string,
  limit: RateLimit,
): FailedAttempts => {
  if (rateLimiter === 'off') return { attempt: (_key, prove) => prove() };
  return {
    async attempt(key, prove) {
      const { allowed, retryAfter } = await rateLimiter.take(name, key, limit);
      if (!allowed) throw new SyncError('rate_limited', { retryAfter: Math.max(1, Math.ceil(retryAfter / 1000)) });
      let failed = false;
      try {
        const proved = await prove();
        failed = proved === null;
        return proved;
      } finally {
        if (!failed) await rateLimiter.giveBack(name, key, limit);
      }
    },
  };
};
