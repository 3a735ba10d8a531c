import type { RateLimit } from '@synckeep/protocol';
import { tokenTolerance, toRateDecision } from '../access/rate-decision.js';
import type { Clock, RateLimiter } from '../ports/index.js';

interface Bucket {
  readonly tokens: number;
  /** When it held that many. Milliseconds since 1970. */
  readonly at: number;
}

/** Token buckets of one process: a bucket begins full with `burst` tokens and gains `perSecond` a second up to that. */
export const createMemoryRateLimiter = (clock: Clock): RateLimiter => {
  /** By name, then by key, longest untouched first. */
  const bucketsByName = new Map<string, Map<string, Bucket>>();

  const refilled = ({ tokens, at }: Bucket, { burst, perSecond }: RateLimit, now: number): number =>
    Math.min(burst, tokens + (Math.max(0, now - at) / 1000) * perSecond);

  /** A full bucket is as good as none. */
  const dropFull = (buckets: Map<string, Bucket>, limit: RateLimit, now: number): void => {
    for (const [key, bucket] of buckets) {
      if (refilled(bucket, limit, now) < limit.burst) return;
      buckets.delete(key);
    }
  };

  const open = (name: string, key: string, limit: RateLimit) => {
    const buckets = bucketsByName.get(name) ?? new Map<string, Bucket>();
    bucketsByName.set(name, buckets);
    const now = clock.now();
    const bucket = buckets.get(key);
    const tokens = bucket ? refilled(bucket, limit, now) : limit.burst;
    const set = (left: number): void => {
      buckets.delete(key);
      buckets.set(key, { tokens: Math.min(limit.burst, left), at: now });
      dropFull(buckets, limit, now);
    };
    return { tokens, set };
  };

  return {
    async take(name, key, limit) {
      const { tokens, set } = open(name, key, limit);
      const allowed = tokens >= 1 - tokenTolerance;
      const left = allowed ? Math.max(0, tokens - 1) : tokens;
      if (allowed) set(left);
      return toRateDecision(limit, allowed, left);
    },

    async giveBack(name, key, limit) {
      const { tokens, set } = open(name, key, limit);
      set(tokens + 1);
    },
  };
};
