import type { RateLimiter } from '@synckeep/core';
/**
 * Rate limits of one process, kept in memory by rate-limiter-flexible.
 *
 * The limiters of that library count in fixed windows, which let twice the burst through where two windows meet. So
 * only its store is used, and a bucket is a record whose remaining lifetime is the time until the bucket is full
 * again: it is gone at the very moment when there is nothing left to remember.
 */
export declare const createRateLimiter: () => RateLimiter;
//# sourceMappingURL=create-rate-limiter.d.ts.map