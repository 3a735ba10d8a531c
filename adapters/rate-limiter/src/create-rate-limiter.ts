import type { RateDecision, RateLimiter } from '@synckeep/core';
import type { RateLimit } from '@synckeep/protocol';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Seconds. Records end by a timer, and a timer of Node cannot wait longer than 2^31 - 1 ms: 24.8 days. */
const longestRefill = 24 * 24 * 60 * 60;

/**
 * Tokens that rounding may cost: the library adds milliseconds to the time of day, where a double is exact to about
 * 0.00025 ms, and a whole burst adds that often.
 */
const toTolerance = ({ burst, perSecond }: RateLimit): number => (Math.max(0.01, burst * 0.00025) / 1000) * perSecond;

const toRefillSeconds = ({ burst, perSecond }: RateLimit): number => {
  const seconds = burst / perSecond;
  if (!(burst >= 1 && perSecond > 0 && seconds <= longestRefill)) {
    throw new RangeError(
      `A rate limit needs a burst of at least 1 that refills within 24 days, not ${burst} at ${perSecond} a second.`,
    );
  }
  return seconds;
};

/**
 * Rate limits of one process, kept in memory by rate-limiter-flexible.
 *
 * The limiters of that library count in fixed windows, which let twice the burst through where two windows meet. So
 * only its store is used, and a bucket is a record whose remaining lifetime is the time until the bucket is full
 * again: it is gone at the very moment when there is nothing left to remember.
 */
export const createRateLimiter = (): RateLimiter => {
  const buckets = new RateLimiterMemory({ keyPrefix: '', points: 1, duration: 1 });
  let turn: Promise<unknown> = Promise.resolve();

  /** One step after the other: reading a bucket and writing it back are two calls of the library. */
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const result = turn.then(step);
    turn = result.catch(() => undefined);
    return result;
  };

  const toBucket = (name: string, key: string): string => `${name.length}:${name}:${key}`;

  const readSecondsToFull = async (bucket: string): Promise<number> => {
    const record = await buckets.get(bucket);
    return record === null ? 0 : Math.max(0, record.msBeforeNext / 1000);
  };

  return {
    take: (name, key, limit) =>
      inTurn(async (): Promise<RateDecision> => {
        const refill = toRefillSeconds(limit);
        const tolerance = toTolerance(limit);
        const bucket = toBucket(name, key);
        // The limit may have become smaller since the record was written.
        const secondsToFull = Math.min(refill, await readSecondsToFull(bucket));
        const tokens = limit.burst - secondsToFull * limit.perSecond;
        const allowed = tokens >= 1 - tolerance;
        if (allowed) await buckets.set(bucket, 0, secondsToFull + 1 / limit.perSecond);
        const left = Math.max(0, allowed ? tokens - 1 : tokens);
        return {
          allowed,
          limit: limit.burst,
          remaining: Math.floor(left + tolerance),
          retryAfter: left >= 1 - tolerance ? 0 : Math.ceil(((1 - left) / limit.perSecond) * 1000 - 0.01),
        };
      }),

    giveBack: (name, key, limit) =>
      inTurn(async (): Promise<void> => {
        const refill = toRefillSeconds(limit);
        const bucket = toBucket(name, key);
        const secondsToFull = Math.min(refill, await readSecondsToFull(bucket)) - 1 / limit.perSecond;
        if (secondsToFull > 0) await buckets.set(bucket, 0, secondsToFull);
        else await buckets.delete(bucket);
      }),
  };
};
