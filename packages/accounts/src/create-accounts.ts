import {
  type App,
  type Audit,
  type Authenticator,
  appKind,
  type Collection,
  createAudit,
  createCollection,
  type Login,
  OptionsError,
  type UserDirectory,
} from '@synckeep/core';
import { rateLimits } from '@synckeep/protocol';
import { type AddressLimits, createAddressLimits } from './address-limits.js';
import { type BuiltInAdministrators, createAdministrators } from './administrators/create-administrators.js';
import { createRoles } from './administrators/roles.js';
import { createAuthenticator } from './authenticator.js';
import { createDirectory } from './directory/create-directory.js';
import { createFailedAttempts } from './failed-attempts.js';
import { createKnownPlaces } from './known-places.js';
import { createLinks } from './links/links.js';
import { createUserLinks } from './links/user-links.js';
import { createLogin } from './login.js';
import { createLoginAudit, type LoginAudit } from './login-audit.js';
import { createLetters } from './mail/letters.js';
import { createOutbox } from './mail/outbox.js';
import { createNewUsers } from './new-users.js';
import { type AccountsOptions, checkOptions } from './options.js';
import { createPageUrls } from './page-urls.js';
import { createArgon2Hasher } from './password-hasher.js';
import { createPasswordProof, type PasswordProof } from './password-proof.js';
import { createEmailChange, type EmailChange } from './recovery/email-change.js';
import { createPasswordReset, type PasswordReset } from './recovery/password-reset.js';
import { createVerification, type Verification } from './recovery/verification.js';
import { createRegistration, type Registration } from './registration/registration.js';
import { createSecondFactor, type SecondFactor } from './second-factor/second-factor.js';
import { createSessions, type Sessions } from './sessions.js';
import { createTokens, type Tokens } from './tokens.js';
import { createUserAdministration, type UserAdministration } from './user-administration.js';
import { createUsers, type Users } from './users.js';

/** What the other entries of this package work with. */
export interface AccountParts
  extends Pick<AccountsOptions, 'records' | 'apps' | 'notifier' | 'secrets' | 'clock' | 'random' | 'log'> {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly authenticator: Authenticator;
  readonly passwordProof: PasswordProof;
  readonly secondFactor: SecondFactor;
  readonly addressLimits: AddressLimits;
  readonly appRecords: Collection<App>;
  readonly audit: Audit;
  readonly loginAudit: LoginAudit;
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** What this server is called where people read it. */
  readonly serviceName: string;
}

export interface Accounts {
  readonly authenticator: Authenticator;
  readonly login: Login;
  readonly users: UserAdministration;
  /** Users who may use the admin API: for both options of `createSyncServer` that are about administrators. */
  readonly administrators: BuiltInAdministrators;
  /** The same users for the option `users` of `createSyncServer`. */
  readonly directory: UserDirectory;
  /** For pages that ask for a password. */
  readonly passwordProof: PasswordProof;
  readonly secondFactor: SecondFactor;
  readonly registration: Registration;
  readonly passwordReset: PasswordReset;
  readonly verification: Verification;
  readonly emailChange: EmailChange;
  /** Limits of what browsers ask for, by their address. */
  readonly addressLimits: AddressLimits;
  /** Whether letters are sent. */
  readonly hasMail: boolean;
  /** Not for hosts. */
  readonly parts: AccountParts;
  /** Sends the letters that are being written, and ends the mailer. */
  close(): Promise<void>;
}

const noUrl = (): never => {
  throw new OptionsError(
    'createAccounts needs the option publicUrl for links and for administrators: what browsers call this server.',
  );
};

/**
 * Users that log in with e-mail and password, kept in the records of the storage.
 * @throws OptionsError when an option is missing, unknown or of the wrong kind; the message says what to write.
 */
export const createAccounts = (options: AccountsOptions): Accounts => {
  checkOptions(options);
  const { records, apps, notifier, secrets, clock, random, rateLimiter, log } = options;
  const { serviceName = 'Synckeep', issuer = 'synckeep', publicUrl = noUrl, mailer = null } = options;
  const { audit = createAudit({ clock, random }) } = options;
  const users = createUsers(records, clock);
  const roles = createRoles(records, users, clock);
  const sessions = createSessions(records, clock, random);
  const tokens = createTokens({ secrets, issuer, clock });
  const authenticator = createAuthenticator({ tokens, users, sessions, clock });
  const hasher = options.passwordHasher ?? createArgon2Hasher(random);
  const newUsers = createNewUsers({ users, hasher, clock, random });
  const failedLogins = createFailedAttempts(
    rateLimiter,
    'failedLogins',
    options.failedLogins ?? rateLimits.failedLogins,
  );
  const failedCodes = createFailedAttempts(rateLimiter, 'failedCodes', rateLimits.failedCodes);
  const knownPlaces = createKnownPlaces(records, clock, users.checkPresent);
  const passwordProof = createPasswordProof({ users, hasher, failedLogins, knownPlaces });
  const secondFactor = createSecondFactor({
    ...{ records, users, secrets, failedCodes, serviceName, audit, clock, random, log },
  });
  const links = createLinks(records, clock, random);
  const outbox = createOutbox({ mailer, rateLimiter, clock, log });
  const correspondence = {
    ...{ records, users, links, outbox, hasher, audit, clock, random, log },
    userLinks: createUserLinks(users, links),
    letters: createLetters(() => ({ serviceName, url: publicUrl() })),
    urls: createPageUrls(publicUrl),
  };
  const emailChange = createEmailChange(correspondence);
  const parts: AccountParts = {
    ...{ records, apps, notifier, secrets, clock, random, log },
    ...{ users, sessions, tokens, authenticator, passwordProof, secondFactor, audit, issuer, serviceName },
    addressLimits: createAddressLimits(rateLimiter),
    appRecords: createCollection(records, clock, appKind),
    loginAudit: createLoginAudit({ records, audit, clock }),
  };
  const administration = createUserAdministration({
    ...{ records, users, newUsers, hasher, notifier, clock, random, log, audit },
    belongings: (userId) => [
      ...secondFactor.removal(userId),
      ...knownPlaces.removal(userId),
      ...emailChange.removal(userId),
      ...roles.removal(userId),
    ],
  });
  const administrators = createAdministrators({
    ...{ records, users, roles, newUsers, passwordProof, secondFactor, audit, clock, random, log, publicUrl },
    loginAudit: parts.loginAudit,
  });
  const registration = createRegistration(correspondence);
  const passwordReset = createPasswordReset({ ...correspondence, secondFactor, knownPlaces, notifier });
  return {
    authenticator,
    login: createLogin(parts),
    administrators,
    users: administration,
    directory: createDirectory({
      ...{ records, clock, users, administration, registration, passwordReset, secondFactor },
      hasMail: outbox.isOpen,
      isAdministrator: administrators.has,
      guardDisabling: roles.guardDisabling,
    }),
    passwordProof,
    secondFactor,
    registration,
    passwordReset,
    verification: createVerification(correspondence),
    emailChange,
    addressLimits: parts.addressLimits,
    hasMail: outbox.isOpen,
    parts,
    close: outbox.close,
  };
};
