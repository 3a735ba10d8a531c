export type { RedisHandle } from './handle.js';
export { createRedisNotifier, type RedisNotifierOptions } from './notifier.js';
export { createRedisRateLimiter, type RedisRateLimiterOptions } from './rate-limiter.js';
