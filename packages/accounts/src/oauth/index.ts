export { createOAuth, type OAuthOptions } from './create-oauth.js';
export { isLoopback, isRegistrable } from './redirects.js';
export type { SignInLink } from './sign-in-pages.js';
