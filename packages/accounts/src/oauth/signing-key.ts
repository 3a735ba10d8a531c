import { createPrivateKey } from 'node:crypto';
import { deriveKey, type Secret } from '@synckeep/core';
import type { JWK } from 'oidc-provider';

/** What stands before the 32 bytes of a private Ed25519 key in PKCS #8. */
const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The library does not start without a private key, though it signs no id_tokens here. The same one on every node. */
export const toSigningKey = (secret: Secret): JWK => {
  const key = Buffer.concat([prefix, deriveKey(secret, 'oauth')]);
  const { kty, crv, d, x } = createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  return { kty, crv, d, x, alg: 'EdDSA', use: 'sig' };
};
