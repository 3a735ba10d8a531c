import { type App, type Authenticator, appKind, type Collection, createCollection, type Login } from '@synckeep/core';
import { rateLimits } from '@synckeep/protocol';
import { createAuthenticator } from './authenticator.js';
import { createFailedAttempts, type FailedAttempts } from './failed-attempts.js';
import { createLogin } from './login.js';
import { type AccountsOptions, checkOptions } from './options.js';
import { createArgon2Hasher, type PasswordHasher } from './password-hasher.js';
import { createSecondFactor, type SecondFactor } from './second-factor/second-factor.js';
import { createSessions, type Sessions } from './sessions.js';
import { createTokens, type Tokens } from './tokens.js';
import { createUserAdministration, type UserAdministration } from './user-administration.js';
import { createUsers, type Users } from './users.js';

export interface AccountParts
  extends Pick<
    AccountsOptions,
    'records' | 'apps' | 'notifier' | 'secrets' | 'clock' | 'random' | 'rateLimiter' | 'log'
  > {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly authenticator: Authenticator;
  readonly hasher: PasswordHasher;
  readonly failedLogins: FailedAttempts;
  readonly secondFactor: SecondFactor;
  readonly appRecords: Collection<App>;
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** What this server is called where people read it. */
  readonly serviceName: string;
}

export interface Accounts {
  readonly authenticator: Authenticator;
  readonly login: Login;
  readonly users: UserAdministration;
  readonly secondFactor: SecondFactor;
  /** What the other entries of this package work with; not for hosts. */
  readonly parts: AccountParts;
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
  const { issuer = 'synckeep', serviceName = 'Synckeep' } = options;
  const tokens = createTokens({ secrets: options.secrets, issuer, clock });
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
    serviceName,
    clock,
    random,
    log,
  });
  const parts: AccountParts = {
    records,
    apps,
    notifier,
    secrets: options.secrets,
    clock,
    random,
    rateLimiter: options.rateLimiter,
    log,
    users,
    sessions,
    tokens,
    authenticator,
    hasher,
    failedLogins,
    secondFactor,
    appRecords: createCollection(records, clock, appKind),
    issuer,
    serviceName,
  };
  return {
    authenticator,
    login: createLogin(parts),
    users: createUserAdministration(parts),
    secondFactor,
    parts,
  };
};
