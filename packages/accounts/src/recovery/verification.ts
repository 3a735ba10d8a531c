import type { Clock, Log } from '@synckeep/core';
import { AccountError } from '../account-error.js';
import type { Links } from '../links/links.js';
import type { UserLinks } from '../links/user-links.js';
import type { Letters } from '../mail/letters.js';
import type { Outbox } from '../mail/outbox.js';
import type { PageUrls } from '../page-urls.js';
import type { Users } from '../users.js';

/** How a user whom somebody else made proves to read the mail of the account's address. */
export interface Verification {
  /** Sends a link to the user's address in the background. It works for a day. */
  request(userId: string): void;
  /** The link, for the administrator to hand over. @throws AccountError `unknown_user`, also when disabled */
  createLink(userId: string): Promise<string>;
  /** null when the link is used up, too old or of a former address. */
  find(token: string): Promise<{ readonly email: string } | null>;
  /** false as null of `find`. */
  complete(token: string): Promise<boolean>;
}

const day = 86_400;

export const createVerification = (deps: {
  readonly users: Users;
  readonly links: Links;
  readonly userLinks: UserLinks;
  readonly outbox: Outbox;
  readonly letters: Letters;
  readonly urls: PageUrls;
  readonly clock: Clock;
  readonly log: Log;
}): Verification => {
  const { users, links, userLinks, outbox, letters, urls, clock, log } = deps;

  const create = (userId: string) => userLinks.create('verify', userId, day);

  return {
    request(userId) {
      outbox.post(async () => {
        const made = await create(userId);
        return made && letters.verification(made.email, urls.verify(made.token));
      });
    },
    async createLink(userId) {
      const made = await create(userId);
      if (made === null) throw new AccountError('unknown_user');
      return urls.verify(made.token);
    },
    async find(token) {
      const opened = await userLinks.open('verify', token);
      return opened && { email: opened.user.value.email };
    },
    async complete(token) {
      for (
        let opened = await userLinks.open('verify', token);
        opened !== null;
        opened = await userLinks.open('verify', token)
      ) {
        const { link, user } = opened;
        if (!(await users.replace(user, { ...user.value, verifiedAt: clock.now() }, [links.use(link)]))) continue;
        log.info({ userId: user.key }, 'address verified');
        return true;
      }
      return false;
    },
  };
};
