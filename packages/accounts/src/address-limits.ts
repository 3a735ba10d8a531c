import { type RateLimiter, toAddressKey } from '@synckeep/core';
import { type RateLimitName, rateLimits, SyncError } from '@synckeep/protocol';

export interface AddressLimits {
  /** Counts a request by the client's address (P-6). @throws SyncError `rate_limited` */
  take(name: RateLimitName, address: string): Promise<void>;
}

export const createAddressLimits = (rateLimiter: RateLimiter | 'off'): AddressLimits => ({
  async take(name, address) {
    if (rateLimiter === 'off') return;
    const { allowed, retryAfter } = await rateLimiter.take(name, toAddressKey(address), rateLimits[name]);
    if (!allowed) throw new SyncError('rate_limited', { retryAfter: Math.max(1, Math.ceil(retryAfter / 1000)) });
  },
});
