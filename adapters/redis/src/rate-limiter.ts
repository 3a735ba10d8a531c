import { type Log, type RateLimiter, systemClock, toRateDecision } from '@synckeep/core';
import { createMemoryRateLimiter } from '@synckeep/core/memory';
import { SyncError } from '@synckeep/protocol';
import type { RedisHandle } from './handle.js';
import { takeTokens } from './rate-limiter/token-bucket.js';
import { createWatch } from './rate-limiter/watch.js';

export interface RedisRateLimiterOptions {
  readonly redis: RedisHandle;
  /** Begins the key of every bucket, one for each installation; `synckeep:rate:` when left out. */
  readonly prefix?: string;
  /**
   * What happens to a call while Redis does not answer. `count-here`, the default: each process counts for itself, so
   * that n processes let through up to n times as much. `refuse`: 503.
   */
  readonly whenDown?: 'count-here' | 'refuse';
  /** Hears when Redis stops to answer, and when it is there again. */
  readonly log?: Log;
}

/**
 * Token buckets that all processes share, by the clock of the Redis server. A call waits at most 250 ms for Redis.
 *
 * `take` throws `SyncError` `unavailable` where `whenDown` is `refuse`.
 */
export const createRedisRateLimiter = (options: RedisRateLimiterOptions): RateLimiter => {
  const { redis, prefix = 'synckeep:rate:', whenDown = 'count-here', log } = options;
  const ask = createWatch(log);
  const here = createMemoryRateLimiter(systemClock);
  const toBucket = (name: string, key: string): string => `${prefix}${name.length}:${name}:${key}`;

  return {
    async take(name, key, limit) {
      const asked = await ask(() => takeTokens(redis, toBucket(name, key), limit, 1));
      if (asked === null) {
        if (whenDown === 'refuse') throw new SyncError('unavailable', { retryAfter: 1 });
        return here.take(name, key, limit);
      }
      return toRateDecision(limit, asked.answer.allowed, asked.answer.tokens);
    },

    async giveBack(name, key, limit) {
      const asked = await ask(() => takeTokens(redis, toBucket(name, key), limit, -1));
      if (asked === null) await here.giveBack(name, key, limit);
    },
  };
};
