export { createOAuth, type OAuthOptions } from './create-oauth.js';
export type { SignInLink } from './sign-in-pages.js';
