export { createOAuth, type OAuthOptions } from './create-oauth.js';
export type { SignInLink, SignInLinks } from './sign-in-pages.js';
