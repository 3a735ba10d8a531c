import { type Authenticator, appKind, createCollection, type Login } from '@synckeep/core';
import { rateLimits } from '@synckeep/protocol';
import { createAuthenticator } from './authenticator.js';
import { createFailedAttempts } from './failed-attempts.js';
import { createLogin } from './login.js';
import { type AccountsOptions, checkOptions } from './options.js';
import { createArgon2Hasher } from './password-hasher.js';
import { createSecondFactor, type SecondFactor } from './second-factor/second-factor.js';
import { createSessions } from './sessions.js';
import { createTokens } from './tokens.js';
import { createUserAdministration, type UserAdministration } from './user-administration.js';
import { createUsers } from './users.js';

export interface Accounts {
  readonly authenticator: Authenticator;
  readonly login: Login;
  readonly users: UserAdministration;
  readonly secondFactor: SecondFactor;
}

/**
 * Users that log in with e-mail and password, kept in the records of the storage.
 * @throws OptionsError when an option is missing, unknown or of the wrong kind; the message says what to write.
 */
export const createAccounts = (options: AccountsOptions): Accounts => {
  checkOptions(options);
  const { records, apps, notifier, clock, random, log } = options;
  const users = createUsers(records, clock);
  const sessions = createSessions(records, clock, random);
  const tokens = createTokens({ secrets: options.secrets, issuer: options.issuer ?? 'synckeep', clock });
  const authenticator = createAuthenticator({ tokens, users, sessions, clock });
  const hasher = options.passwordHasher ?? createArgon2Hasher(random);
  const failedLogins = createFailedAttempts(
    options.rateLimiter,
    'failedLogins',
    options.failedLogins ?? rateLimits.failedLogins,
  );
  const secondFactor = createSecondFactor({
    records,
    users,
    secrets: options.secrets,
    failedCodes: createFailedAttempts(options.rateLimiter, 'failedCodes', rateLimits.failedCodes),
    serviceName: options.serviceName ?? 'Synckeep',
    clock,
    random,
    log,
  });
  const appRecords = createCollection(records, clock, appKind);
  return {
    authenticator,
    login: createLogin({
      users,
      sessions,
      tokens,
      authenticator,
      hasher,
      failedLogins,
      apps,
      appRecords,
      notifier,
      clock,
    }),
    users: createUserAdministration({ records, users, secondFactor, hasher, notifier, clock, random, log }),
    secondFactor,
  };
};
