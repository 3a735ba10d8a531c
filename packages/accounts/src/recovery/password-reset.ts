import {
  type Audit,
  type AuditOrigin,
  type Clock,
  type Log,
  type Notifier,
  operator,
  type Records,
} from '@synckeep/core';
import { AccountError } from '../account-error.js';
import type { KnownPlaces } from '../known-places.js';
import { endLinksOf, type Links } from '../links/links.js';
import type { UserLinks } from '../links/user-links.js';
import type { Letters } from '../mail/letters.js';
import type { Outbox } from '../mail/outbox.js';
import type { PageUrls } from '../page-urls.js';
import type { PasswordHasher } from '../password-hasher.js';
import { checkPassword } from '../password-rules.js';
import type { SecondFactor } from '../second-factor/second-factor.js';
import { endSessionsOf } from '../sessions.js';
import { toUserOrigin } from '../user-origin.js';
import type { Users } from '../users.js';

export interface NewPassword {
  readonly password: string;
  /** Of the second factor, where it is on. */
  readonly code: string;
  readonly revokeTokens: boolean;
  readonly address: string | null;
}

/** How somebody who forgot the password gets a new one: by a link that went to the e-mail address of the account. */
export interface PasswordReset {
  /** Sends a link if somebody has this address, in the background: nobody learns whether. It works for an hour. */
  request(email: string): void;
  /** A link for the administrator to hand over, which works for a day. `origin`: as everywhere. @throws AccountError `unknown_user`, also when disabled */
  createLink(userId: string, origin?: AuditOrigin): Promise<string>;
  /** null when the link is used up, too old, or of a user who is disabled or has another address since. */
  find(token: string): Promise<{ readonly email: string; readonly needsCode: boolean } | null>;
  /**
   * Sets the password and uses up this link and every other one of the user. Never touches the sync key.
   * @returns `gone` when the link does not work any more, `wrong_code` when the second factor refuses.
   * @throws AccountError `password_…`; SyncError `unavailable`, `rate_limited` after too many wrong codes
   */
  complete(token: string, chosen: NewPassword): Promise<'done' | 'gone' | 'wrong_code'>;
}

const hour = 3_600;

/** How long a link of the administrator works. */
export const resetLinkSeconds = 24 * hour;

export const createPasswordReset = (deps: {
  readonly records: Records;
  readonly users: Users;
  readonly links: Links;
  readonly userLinks: UserLinks;
  readonly secondFactor: SecondFactor;
  readonly outbox: Outbox;
  readonly letters: Letters;
  readonly urls: PageUrls;
  readonly knownPlaces: KnownPlaces;
  readonly hasher: PasswordHasher;
  readonly notifier: Notifier;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}): PasswordReset => {
  const {
    knownPlaces,
    records,
    users,
    links,
    userLinks,
    secondFactor,
    outbox,
    letters,
    urls,
    hasher,
    notifier,
    audit,
    clock,
    log,
  } = deps;

  return {
    request(email) {
      outbox.post(async () => {
        const user = await users.findByEmail(email);
        const made = user && (await userLinks.create('reset', user.key, hour));
        return made && letters.reset(made.email, urls.reset(made.token));
      });
    },
    async createLink(userId, origin = operator) {
      const subject = { kind: 'user', id: userId };
      const entry = audit.entry({ ...origin, action: 'user.reset_link', appId: null, subject });
      const made = await userLinks.create('reset', userId, resetLinkSeconds, entry);
      if (made === null) throw new AccountError('unknown_user');
      log.info({ userId }, 'reset link made');
      return urls.reset(made.token);
    },
    async find(token) {
      const opened = await userLinks.open('reset', token);
      return opened && { email: opened.user.value.email, needsCode: await secondFactor.isOn(opened.user.key) };
    },
    async complete(token, { password, code, revokeTokens, address }) {
      const first = await userLinks.open('reset', token);
      if (first === null) return 'gone';
      const { key: userId } = first.user;
      await checkPassword(password, first.user.value.email);
      // Whoever reads somebody's mail has no second factor by that.
      if ((await secondFactor.isOn(userId)) && !(await secondFactor.verify(userId, code))) return 'wrong_code';
      const entry = audit.entry({
        ...toUserOrigin(userId, address),
        action: 'user.password_reset',
        appId: null,
        subject: { kind: 'user', id: userId },
        details: { revoke_tokens: revokeTokens },
      });
      const passwordHash = await hasher.hash(password);
      for (let opened: typeof first | null = first; opened !== null; opened = await userLinks.open('reset', token)) {
        const { link, user } = opened;
        const generation = user.value.generation + (revokeTokens ? 1 : 0);
        // The link came to the address: that proves it too.
        const value = { ...user.value, passwordHash, generation, verifiedAt: user.value.verifiedAt ?? clock.now() };
        if (!(await users.replace(user, value, [links.use(link), entry]))) continue;
        notifier.publish({ topic: 'access' });
        if (revokeTokens) await endSessionsOf(records, clock, 'user', userId);
        await endLinksOf(records, clock, 'user', userId);
        // Whoever fails to log in elsewhere, on purpose, does not keep the user out from here.
        await knownPlaces.remember(userId, address);
        outbox.post(async () => letters.passwordChanged(value.email, urls.forgot()));
        log.info({ userId, revokeTokens }, 'password reset');
        return 'done';
      }
      return 'gone';
    },
  };
};
