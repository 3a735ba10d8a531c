import { type Clock, type Found, type Random, randomUuid } from '@synckeep/core';
import { AccountError } from './account-error.js';
import { checkEmail } from './check-email.js';
import type { PasswordHasher } from './password-hasher.js';
import { checkPassword } from './password-rules.js';
import type { UserRecord } from './user-kind.js';
import type { Users } from './users.js';

export type NewUser = Pick<Found<UserRecord>, 'key' | 'value'>;

/** Users that are to be made by e-mail address and password. */
export interface NewUsers {
  /**
   * A user who is not there yet, for `Users.add`.
   * @throws AccountError `invalid_email`, `email_taken`, `password_…`; SyncError `unavailable`
   */
  prepare(email: string, password: string): Promise<NewUser>;
}

export const createNewUsers = (deps: {
  readonly users: Users;
  readonly hasher: PasswordHasher;
  readonly clock: Clock;
  readonly random: Random;
}): NewUsers => {
  const { users, hasher, clock, random } = deps;
  return {
    async prepare(text, password) {
      const email = text.trim();
      checkEmail(email);
      await checkPassword(password, email);
      if ((await users.findByEmail(email)) !== null) throw new AccountError('email_taken');
      const passwordHash = await hasher.hash(password);
      const rest = { generation: 1, disabled: false, createdAt: clock.now(), verifiedAt: null };
      return { key: randomUuid(random), value: { email, passwordHash, ...rest } };
    },
  };
};
