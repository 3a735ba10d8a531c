export { createJwtAuthenticator } from './create-jwt-authenticator.js';
export type { Algorithm, Claims, JwtAuthenticatorOptions } from './options.js';
