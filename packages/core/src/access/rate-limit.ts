import { type RateLimit, type RateLimitName, rateLimits, SyncError } from '@synckeep/protocol';
import type { RateDecision, RateLimiter } from '../ports/index.js';

/** IPv4 as it is (also inside IPv6), IPv6 cut to its /64: one subscriber has all of it. */
export const toAddressKey = (address: string): string => {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
};

export const toHeaders = (decision: RateDecision): Record<string, string> => ({
  'x-ratelimit-limit': String(decision.limit),
  'x-ratelimit-remaining': String(decision.remaining),
});

/** null: rate limits are off. */
export type RateLimitsInForce = Readonly<Record<RateLimitName, RateLimit>> | null;

/** Counts a call (P-6); null where limits are off. */
export const createRateCounter = (
  limiter: RateLimiter | 'off',
  overrides: Partial<Record<RateLimitName, RateLimit>>,
) => {
  const limitsByName: Record<RateLimitName, RateLimit> = { ...rateLimits, ...overrides };
  return {
    inForce: (limiter === 'off' ? null : limitsByName) satisfies RateLimitsInForce as RateLimitsInForce,
    async take(name: RateLimitName, key: string): Promise<RateDecision | null> {
      return limiter === 'off' ? null : limiter.take(name, key, limitsByName[name]);
    },
  };
};

export type RateCounter = ReturnType<typeof createRateCounter>;

export const toRefusal = (decision: RateDecision): SyncError =>
  new SyncError('rate_limited', { retryAfter: Math.max(1, Math.ceil(decision.retryAfter / 1000)) });
