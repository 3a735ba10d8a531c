import type { Accounts } from '../create-accounts.js';
import type { SignInLinks } from '../oauth/sign-in-pages.js';

/** For `createOAuth`: what of these pages somebody may need who signs in for an app. */
export const createSignInLinks =
  ({ hasMail }: Pick<Accounts, 'hasMail'>): SignInLinks =>
  ({ id, registration }, { base }) => [
    { href: `${base}/account/forgot`, label: 'Forgot your password?' },
    ...(registration === 'open' && hasMail
      ? [{ href: `${base}/account/register?app=${id}`, label: 'Get an account' }]
      : []),
  ];
