import { digest, type Found } from '@synckeep/core';
import type { AccountParts } from '../create-accounts.js';
import { toComparableEmail, type UserRecord } from '../user-kind.js';

/**
 * The user whose e-mail address and password these are. An unknown address and a wrong password take the same steps and
 * both count, as in a direct login (P-11). @throws SyncError `rate_limited`, `unavailable`
 */
export const provePassword = (
  { users, hasher, failedLogins }: Pick<AccountParts, 'users' | 'hasher' | 'failedLogins'>,
  email: string,
  password: string,
): Promise<Found<UserRecord> | null> =>
  failedLogins.attempt(digest(toComparableEmail(email)), async () => {
    const user = await users.findByEmail(email);
    const matches = await hasher.verify(password, user?.value.passwordHash ?? null);
    return matches && user !== null && !user.value.disabled ? user : null;
  });
