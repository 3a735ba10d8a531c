import { type Authenticator, appKind, createAudit, createCollection, type Login } from '@synckeep/core';
import { rateLimits } from '@synckeep/protocol';
import { createAuthenticator } from './authenticator.js';
import { createFailedLogins } from './failed-logins.js';
import { createLogin } from './login.js';
import { createLoginAudit } from './login-audit.js';
import { type AccountsOptions, checkOptions } from './options.js';
import { createArgon2Hasher } from './password-hasher.js';
import { createSessions } from './sessions.js';
import { createTokens } from './tokens.js';
import { createUserAdministration, type UserAdministration } from './user-administration.js';
import { createUsers } from './users.js';

export interface Accounts {
  readonly authenticator: Authenticator;
  readonly login: Login;
  readonly users: UserAdministration;
}

/**
 * Users that log in with e-mail and password, kept in the records of the storage.
 * @throws OptionsError when an option is missing, unknown or of the wrong kind; the message says what to write.
 */
export const createAccounts = (options: AccountsOptions): Accounts => {
  checkOptions(options);
  const { records, apps, notifier, clock, random, log, audit = createAudit({ clock, random }) } = options;
  const users = createUsers(records, clock);
  const sessions = createSessions(records, clock, random);
  const tokens = createTokens({ secrets: options.secrets, issuer: options.issuer ?? 'synckeep', clock });
  const authenticator = createAuthenticator({ tokens, users, sessions, clock });
  const hasher = options.passwordHasher ?? createArgon2Hasher(random);
  const failedLogins = createFailedLogins(options.rateLimiter, options.failedLogins ?? rateLimits.failedLogins);
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
      loginAudit: createLoginAudit({ records, audit, clock }),
    }),
    users: createUserAdministration({ records, users, hasher, notifier, clock, random, log, audit }),
  };
};
