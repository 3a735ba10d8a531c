import { type Identity, toUuid } from '@synckeep/core';
import type { Claims, JwtOptions } from './options.js';

const longestName = 255;

const toName = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= longestName ? value : null;

/** Milliseconds, where a claim holds a time. */
const toTime = (value: unknown): number | null => {
  const time = typeof value === 'number' ? Math.floor(value * 1000) : Number.NaN;
  return Number.isSafeInteger(time) ? time : null;
};

const find = (how: string | ((claims: Claims) => string | null), claims: Claims): string | null =>
  toName(typeof how === 'function' ? how(claims) : claims[how]);

/** Who a token stands for, once its signature was found good; null when it does not say so, or not at this time. */
export const toIdentity = (claims: Claims, options: JwtOptions, now: number): Identity | null => {
  const userId = find(options.userId, claims);
  const appId = typeof options.appId === 'function' ? options.appId(claims) : options.appId;
  const [issuedAt, expiry] = [toTime(claims['iat']), toTime(claims['exp'])];
  const loggedInAt = toTime(claims[options.loginTime]) ?? issuedAt;
  if (userId === null || appId === null || issuedAt === null || expiry === null || loggedInAt === null) return null;
  const { maxTokenAge } = options;
  const expiresAt = maxTokenAge === undefined ? expiry : Math.min(expiry, issuedAt + maxTokenAge * 1000);
  const latest = now + options.clockTolerance * 1000;
  if (expiresAt <= now || issuedAt > latest || loggedInAt > latest) return null;
  return {
    userId: toUuid(userId),
    appId,
    generation: 0,
    session: toName(claims[options.session]),
    keyGeneration: null,
    issuedAt: loggedInAt,
    expiresAt,
  };
};
