import type { Authenticator, Clock, Identity } from '@synckeep/core';
import type { Sessions } from './sessions.js';
import type { Tokens } from './tokens.js';
import type { Users } from './users.js';

/** Proves tokens of the built-in users (P-14). Whether the app and its key still live is for the core to ask. */
export const createAuthenticator = (options: {
  readonly tokens: Tokens;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly clock: Clock;
}): Authenticator => {
  const { tokens, users, sessions, clock } = options;

  /** When the user logged in; null when the session is over or not that user's. */
  const findLogin = async (proof: Omit<Identity, 'issuedAt' | 'expiresAt'>): Promise<number | null> => {
    if (proof.session === null) return null;
    const [user, session] = await Promise.all([users.get(proof.userId), sessions.get(proof.session)]);
    if (user === null || user.value.disabled || user.value.generation !== proof.generation) return null;
    if (session === null || session.userId !== proof.userId || session.appId !== proof.appId) return null;
    return session.endsAt > clock.now() ? session.createdAt : null;
  };

  return {
    async authenticate(token) {
      const claims = await tokens.verify(token);
      if (claims === null) return null;
      const proof = {
        userId: claims.sub,
        appId: claims.app,
        generation: claims.ugen,
        session: claims.sid,
        keyGeneration: claims.kgen,
      };
      const issuedAt = await findLogin(proof);
      return issuedAt === null ? null : { ...proof, issuedAt, expiresAt: claims.exp * 1000 };
    },
    async isCurrent(identity) {
      return identity.expiresAt > clock.now() && (await findLogin(identity)) !== null;
    },
  };
};
