export { createRateLimiter } from './create-rate-limiter.js';
//# sourceMappingURL=index.d.ts.map