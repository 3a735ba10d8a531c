export { createRateLimiter } from './create-rate-limiter.js';
