import { digest, type Found } from '@synckeep/core';
import type { FailedAttempts } from './failed-attempts.js';
import type { KnownPlaces } from './known-places.js';
import type { PasswordHasher } from './password-hasher.js';
import { toComparableEmail, type UserRecord } from './user-kind.js';
import type { Users } from './users.js';

export interface PasswordTry {
  readonly email: string;
  readonly password: string;
  /** null when it is not known. */
  readonly address: string | null;
}

/** Proves who somebody is by e-mail and password, wherever that is asked for, under the same limits. */
export interface PasswordProof {
  /**
   * Whatever is wrong, the steps are the same, so that neither the answer nor its time tells what it was (P-11).
   * @param finish gets the user of the e-mail address, if there is one, and whether it is proved to be them. Its null
   * counts as a failure; anything else, a fault too, does not.
   * @throws SyncError `rate_limited` after too many failures (P-6); `unavailable` when too many passwords wait
   */
  attempt<T>(
    tried: PasswordTry,
    finish: (user: Found<UserRecord> | null, isProved: boolean) => Promise<T | null>,
  ): Promise<T | null>;
  /** Keeps in mind where the user has logged in from; to be called when the second factor was right too. */
  succeeded(userId: string, address: string | null): Promise<void>;
  /** The same for somebody who is let in already, counted apart from what the world tries. */
  verify(userId: string, password: string): Promise<boolean>;
}

export const createPasswordProof = (deps: {
  readonly users: Users;
  readonly hasher: PasswordHasher;
  readonly failedLogins: FailedAttempts;
  readonly knownPlaces: KnownPlaces;
}): PasswordProof => {
  const { users, hasher, failedLogins, knownPlaces } = deps;

  const isProof = async (user: Found<UserRecord> | null, password: string): Promise<boolean> => {
    const matches = await hasher.verify(password, user?.value.passwordHash ?? null);
    return matches && user?.value.disabled === false;
  };

  return {
    async attempt({ email, password, address }, finish) {
      const user = await users.findByEmail(email);
      const bucket = await knownPlaces.toBucket(digest(toComparableEmail(email)), user?.key ?? null, address);
      return failedLogins.attempt(bucket, async () => finish(user, await isProof(user, password)));
    },
    succeeded: knownPlaces.remember,
    async verify(userId, password) {
      const user = await users.get(userId);
      const proved = await failedLogins.attempt(`user ${userId}`, async () => (await isProof(user, password)) || null);
      return proved === true;
    },
  };
};
