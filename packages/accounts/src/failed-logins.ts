import type { RateLimiter } from '@synckeep/core';
import { type RateLimit, SyncError } from '@synckeep/protocol';

export interface FailedLogins {
  /**
   * Runs one attempt to prove a password. null means that it failed and counts; anything else, a fault too, does not.
   * @param account the digest of an e-mail address, whether or not somebody has it.
   * @throws SyncError `rate_limited` without having tried, after too many failures.
   */
  attempt<T>(account: string, prove: () => Promise<T | null>): Promise<T | null>;
}

/** Counts an attempt before it is made and uncounts it afterwards, so that a thousand at once are no way around. */
export const createFailedLogins = (rateLimiter: RateLimiter | 'off', limit: RateLimit): FailedLogins => {
  if (rateLimiter === 'off') return { attempt: (_account, prove) => prove() };
  return {
    async attempt(account, prove) {
      const { allowed, retryAfter } = await rateLimiter.take('failedLogins', account, limit);
      if (!allowed) throw new SyncError('rate_limited', { retryAfter: Math.max(1, Math.ceil(retryAfter / 1000)) });
      let failed = false;
      try {
        const proved = await prove();
        failed = proved === null;
        return proved;
      } finally {
        if (!failed) await rateLimiter.giveBack('failedLogins', account, limit);
      }
    },
  };
};
