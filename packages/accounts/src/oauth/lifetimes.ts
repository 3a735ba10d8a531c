import { limits } from '@synckeep/protocol';

const day = 24 * 60 * 60;

/** How long things live that OAuth2 makes, in seconds (P-112). */
export const lifetimes = {
  authorizationCode: 60,
  /** From the request of the app to the last click. */
  interaction: 15 * 60,
  accessToken: limits.tokenLifetime,
  /** Each; a new one comes with every use. */
  refreshToken: 90 * day,
  /** Within so many seconds a refresh token may be used again: an app that lost the answer asks anew. */
  refreshGrace: 30,
  /** From the consent on: afterwards the person has to log in again. */
  refreshableLogin: 400 * day,
  login: limits.sessionLifetime,
  /** A used code is remembered as long, so that using it again ends what it began. */
  usedCode: day,
} as const;
