import { type Authenticator, appKind, createAudit, createCollection, type Login, OptionsError } from '@synckeep/core';
import { rateLimits } from '@synckeep/protocol';
import { type AddressLimits, createAddressLimits } from './address-limits.js';
import { createAuthenticator } from './authenticator.js';
import { createFailedAttempts } from './failed-attempts.js';
import { createKnownPlaces } from './known-places.js';
import { createLinks } from './links/links.js';
import { createUserLinks } from './links/user-links.js';
import { createLogin } from './login.js';
import { createLoginAudit } from './login-audit.js';
import { createLetters } from './mail/letters.js';
import { createOutbox } from './mail/outbox.js';
import { type AccountsOptions, checkOptions } from './options.js';
import { createPageUrls } from './page-urls.js';
import { createArgon2Hasher } from './password-hasher.js';
import { createPasswordProof, type PasswordProof } from './password-proof.js';
import { createEmailChange, type EmailChange } from './recovery/email-change.js';
import { createPasswordReset, type PasswordReset } from './recovery/password-reset.js';
import { createVerification, type Verification } from './recovery/verification.js';
import { createRegistration, type Registration } from './registration/registration.js';
import { createSecondFactor, type SecondFactor } from './second-factor/second-factor.js';
import { createSessions } from './sessions.js';
import { createTokens } from './tokens.js';
import { createUserAdministration, type UserAdministration } from './user-administration.js';
import { createUsers } from './users.js';

export interface Accounts {
  readonly authenticator: Authenticator;
  readonly login: Login;
  readonly users: UserAdministration;
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
  /** Sends the letters that are being written, and ends the mailer. */
  close(): Promise<void>;
}

const noUrl = (): never => {
  throw new OptionsError('createAccounts needs the option publicUrl to make links: what browsers call this server.');
};

/**
 * Users that log in with e-mail and password, kept in the records of the storage.
 * @throws OptionsError when an option is missing, unknown or of the wrong kind; the message says what to write.
 */
export const createAccounts = (options: AccountsOptions): Accounts => {
  checkOptions(options);
  const { records, apps, notifier, secrets, clock, random, rateLimiter, log } = options;
  const { serviceName = 'Synckeep', publicUrl = noUrl, mailer = null } = options;
  const { audit = createAudit({ clock, random }) } = options;
  const users = createUsers(records, clock);
  const sessions = createSessions(records, clock, random);
  const tokens = createTokens({ secrets, issuer: options.issuer ?? 'synckeep', clock });
  const authenticator = createAuthenticator({ tokens, users, sessions, clock });
  const hasher = options.passwordHasher ?? createArgon2Hasher(random);
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
  return {
    authenticator,
    login: createLogin({
      users,
      sessions,
      tokens,
      authenticator,
      passwordProof,
      secondFactor,
      apps,
      appRecords: createCollection(records, clock, appKind),
      notifier,
      clock,
      loginAudit: createLoginAudit({ records, audit, clock }),
    }),
    users: createUserAdministration({
      ...{ records, users, hasher, notifier, clock, random, log, audit },
      belongings: (userId) => [
        ...secondFactor.removal(userId),
        ...knownPlaces.removal(userId),
        ...emailChange.removal(userId),
      ],
    }),
    passwordProof,
    secondFactor,
    registration: createRegistration(correspondence),
    passwordReset: createPasswordReset({ ...correspondence, secondFactor, notifier }),
    verification: createVerification(correspondence),
    emailChange,
    addressLimits: createAddressLimits(rateLimiter),
    hasMail: outbox.isOpen,
    close: outbox.close,
  };
};
