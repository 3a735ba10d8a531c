import type { RateLimit } from '@synckeep/protocol';
import type { RateDecision } from '../ports/index.js';

/** What a sum of fractions of tokens may be off by. */
export const tokenTolerance = 1e-6;

/** How a limiter answers whose bucket holds `tokens` after it took one, or after it refused to. */
export const toRateDecision = ({ burst, perSecond }: RateLimit, allowed: boolean, tokens: number): RateDecision => {
  const missing = Math.max(0, 1 - tokenTolerance - tokens);
  return {
    allowed,
    limit: burst,
    remaining: Math.floor(tokens + tokenTolerance),
    retryAfter: Math.ceil((missing / perSecond) * 1000),
  };
};
