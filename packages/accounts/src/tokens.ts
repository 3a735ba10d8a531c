import type { Clock, Secrets } from '@synckeep/core';
import { limits } from '@synckeep/protocol';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { createKeyring, type TokenKey } from './keyring.js';

const claimsSchema = z.object({
  /** The user. */
  sub: z.string(),
  app: z.string(),
  /** Seconds since 1970, like `exp`. */
  iat: z.int(),
  exp: z.int(),
  key: z.string().optional(),
  /** Generation of the user's tokens. */
  ugen: z.int(),
  /** Generation of the API key that was used to log in. */
  kgen: z.int(),
  /** The session. */
  sid: z.string(),
});

/** What a token says (P-8), without its issuer. */
export type Claims = z.infer<typeof claimsSchema>;

export interface Tokens {
  sign(claims: Claims): Promise<string>;
  /** null unless this server signed the token, it has every claim, and now lies between `iat` and `exp`. */
  verify(token: string): Promise<Claims | null>;
}

interface Verified {
  readonly claims: Claims;
  readonly signedWith: TokenKey;
}

/** No token of ours comes near this many characters. */
const longestToken = 4096;

/** Three parts, the last one 32 bytes in the one spelling that base64url has for them: decoders let more through. */
const shape = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

const remembered = 2000;

/** JSON Web Tokens, HS256. Signatures that were found good are remembered by token, because checking one costs 0.1 ms. */
export const createTokens = (options: {
  readonly secrets: Secrets;
  readonly issuer: string;
  readonly clock: Clock;
}): Tokens => {
  const { secrets, issuer, clock } = options;
  const keyring = createKeyring(secrets);
  const verifiedByToken = new Map<string, Verified>();

  const verifySignature = async (token: string): Promise<Verified | null> => {
    let signedWith: TokenKey | null = null;
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          signedWith = kid === undefined ? null : await keyring.find(kid);
          if (signedWith === null) throw new errors.JWKSNoMatchingKey();
          return signedWith.key;
        },
        { algorithms: ['HS256'], issuer, currentDate: new Date(clock.now()) },
      );
      const claims = claimsSchema.safeParse(payload);
      return claims.success && signedWith !== null ? { claims: claims.data, signedWith } : null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  };

  const recall = async (token: string): Promise<Verified | null> => {
    const verified = verifiedByToken.get(token);
    if (verified === undefined) return null;
    if ((await keyring.find(verified.signedWith.id)) === verified.signedWith) return verified;
    verifiedByToken.delete(token);
    return null;
  };

  const remember = (token: string, verified: Verified) => {
    const [oldest] = verifiedByToken.keys();
    if (oldest !== undefined && verifiedByToken.size >= remembered) verifiedByToken.delete(oldest);
    verifiedByToken.set(token, verified);
  };

  return {
    async sign(claims) {
      const { id, key } = await keyring.newest();
      return new SignJWT({ ...claims, iss: issuer })
        .setProtectedHeader({ alg: 'HS256', kid: id, typ: 'JWT' })
        .sign(key);
    },
    async verify(token) {
      if (token.length > longestToken || !shape.test(token)) return null;
      let verified = await recall(token);
      if (verified === null) {
        verified = await verifySignature(token);
        if (verified === null) return null;
        remember(token, verified);
      }
      const { claims } = verified;
      const now = clock.now();
      if (claims.exp * 1000 <= now) {
        verifiedByToken.delete(token);
        return null;
      }
      return claims.iat * 1000 > now + limits.tokenClockSkew * 1000 ? null : claims;
    },
  };
};
