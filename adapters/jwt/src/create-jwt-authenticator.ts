import { type Authenticator, type Identity, OptionsError, silentLog, systemClock } from '@synckeep/core';
import { SyncError } from '@synckeep/protocol';
import { createLocalJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { toIdentity } from './identity.js';
import { type Claims, type JwtAuthenticatorOptions, type JwtOptions, parseOptions } from './options.js';
import { createRemoteKeys } from './remote-keys.js';

/** Node takes no longer header. */
const longestToken = 16_384;

const toKeys = (options: JwtOptions): JWTVerifyGetKey => {
  const { jwks, keys, secret, clock = systemClock, log = silentLog } = options;
  if (jwks !== undefined) {
    return createRemoteKeys({
      url: new URL(jwks),
      maxAge: options.jwksMaxAge * 1000,
      maxStale: options.jwksMaxStale * 1000,
      fetch: options.fetch ?? fetch,
      clock,
      log,
    });
  }
  if (keys) return createLocalJWKSet(keys);
  if (secret) return async () => secret;
  throw new OptionsError('createJwtAuthenticator needs jwks, keys or secret.');
};

/**
 * Lets in whoever has a token of an existing identity provider. It keeps nothing but the provider's keys.
 * @throws OptionsError that says which option cannot be used, and what to write
 */
export const createJwtAuthenticator = (given: JwtAuthenticatorOptions): Authenticator => {
  const options = parseOptions(given);
  const { clock = systemClock, log = silentLog, issuer, audience, type, isRevoked } = options;
  const keys = toKeys(options);

  const verify = async (token: string, now: number): Promise<Claims> => {
    const rules = {
      algorithms: [...options.algorithms],
      issuer,
      ...(audience !== 'any' && { audience: typeof audience === 'string' ? audience : [...audience] }),
      ...(type !== undefined && { typ: type }),
      clockTolerance: options.clockTolerance,
      currentDate: new Date(now),
    };
    try {
      return (await jwtVerify(token, keys, rules)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // A token without the id of its key, of an issuer that has several.
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, rules)).payload;
        } catch (refusal) {
          if (!(refusal instanceof errors.JWSSignatureVerificationFailed)) throw refusal;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  };

  const isLive = async (identity: Identity): Promise<boolean> =>
    identity.expiresAt > clock.now() && !(await isRevoked?.(identity));

  return {
    async authenticate(token) {
      if (token.length > longestToken) return null;
      const now = clock.now();
      try {
        const identity = toIdentity(await verify(token, now), options, now);
        if (!identity) log.debug({ reason: 'its claims name nobody, or not at this time' }, 'A token was refused.');
        return identity && (await isLive(identity)) ? identity : null;
      } catch (error) {
        if (error instanceof errors.JWKSInvalid) throw new SyncError('unavailable', { cause: error });
        if (!(error instanceof errors.JOSEError)) throw error;
        log.debug({ reason: error.message, code: error.code }, 'A token was refused.');
        return null;
      }
    },
    isCurrent: isLive,
  };
};
